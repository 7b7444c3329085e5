/**
 * Latencies of single operations: while random ones of a hundred thousand objects are replaced, or while a thousand
 * objects are allocated and freed again.
 *
 * <p>Reading the clock costs more than the operation does, so the same loop also takes the distribution of an empty
 * timed section. A single maximum says nothing here: the empty section has maxima of tens of microseconds as well.
 */
package io.znsslab.core.benchmark.latency;
