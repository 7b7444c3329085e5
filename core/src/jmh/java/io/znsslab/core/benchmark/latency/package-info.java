/**
 * Distributions of single operations while a hundred thousand objects live and die at random.
 *
 * <p>Reading the clock costs more than the operation does, so a timed section with nothing in it has its distribution
 * taken in the same loop. One maximum says nothing here: the empty section has maxima of tens of microseconds as well.
 */
package io.znsslab.core.benchmark.latency;
