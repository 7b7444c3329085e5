/**
 * All allocators of these benchmarks, this project's included, behind one interface. This package does not know how
 * they are measured.
 *
 * <p>A JVM measures one {@link io.znsslab.core.benchmark.contestant.Contestant}: so the calls of the interface have one
 * receiver and are inlined, and no contestant pays for the presence of another. Each contestant writes and reads its
 * objects through the references that it gave out; those that can detect a stale reference do so.
 */
package io.znsslab.core.benchmark.contestant;
