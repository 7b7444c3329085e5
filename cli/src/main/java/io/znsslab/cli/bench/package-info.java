/**
 * {@code zns-slab bench}: measurements, each in a package of its name.
 *
 * <pre>
 * BenchCommand ── latency, threads, churn, requests   the allocator, next to others
 *      │          tier, scale                         the cold tier, next to fio and with ever more slabs
 *      │          soak, trace                         both tiers, with every answer checked and with a recorded load
 *      │
 *   crew, contestant, device     what several of them share: threads, allocators, a device to write all over
 *   result                       figures beside goals, and what becomes of them
 * </pre>
 *
 * <p>Imports point down only.
 */
package io.znsslab.cli.bench;
