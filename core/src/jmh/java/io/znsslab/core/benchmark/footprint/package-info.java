/**
 * What our memory costs beside time: slabs against the fewest that would do, pages given back, bytes of book-keeping,
 * and how often an allocation leaves the fast path.
 *
 * <p>Ours only: the counters are, and a process's resident memory says too little about the others.
 */
package io.znsslab.core.benchmark.footprint;
