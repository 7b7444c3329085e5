/**
 * {@code zns-slab bench soak}: both tiers at work for as long as one likes, every answer checked.
 *
 * <pre>
 * SoakCommand ── SoakBench: the store, its restarts, the checks of invariants
 *                    └── SoakWorker: a thread's steps ── EpochModel, StaleHandles: what must be there, and what not
 * </pre>
 */
package io.znsslab.cli.bench.soak;
