/**
 * {@code zns-slab bench trace}: a cache trace on a cache in both tiers.
 *
 * <pre>
 * TraceCommand ── TraceFile ── TraceFormat: the accesses
 *      │
 *   TraceBench ── TieredCache: Caffeine's index and policy, values in epochs
 *   TraceReport
 * </pre>
 */
package io.znsslab.cli.bench.trace;
