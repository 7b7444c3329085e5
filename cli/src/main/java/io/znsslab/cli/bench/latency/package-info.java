/**
 * {@code zns-slab bench latency}: how long single allocations and frees take, next to the C allocators and the clock.
 *
 * <p>Reading the clock takes as long as an operation does, so the same loop also takes the distribution of an empty
 * timed section. A single maximum says little: the empty section has maxima of tens of microseconds as well.
 */
package io.znsslab.cli.bench.latency;
