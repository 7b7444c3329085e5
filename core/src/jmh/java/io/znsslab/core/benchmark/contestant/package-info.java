/**
 * Everything that hands out memory in these benchmarks, us included, behind one interface, and nothing about how it is
 * measured.
 *
 * <p>A JVM measures one {@link io.znsslab.core.benchmark.contestant.Contestant}: so the calls of the interface have one
 * receiver and are inlined, and no contestant pays for the presence of another. Each writes its objects through what it
 * gave out, and reads them back the same way; one that can tell a stale object from a live one does so.
 */
package io.znsslab.core.benchmark.contestant;
