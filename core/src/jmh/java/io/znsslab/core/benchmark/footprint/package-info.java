/**
 * The costs of this allocator besides time: slabs compared with the smallest possible number, pages given back, bytes
 * of book-keeping, and how often an allocation leaves the fast path.
 *
 * <p>Only this project's allocator is measured: it alone has the counters, and a process's resident memory says too
 * little about the others.
 */
package io.znsslab.core.benchmark.footprint;
