/**
 * {@code zns-slab bench}: what the cold tier reaches, beside fio's io_uring engine in the same run on the same device and geometry.
 *
 * <pre>
 * TierBenchCommand ── BenchTarget: the device, fresh for each phase
 *      │
 *   TierBench ── ColdStore: a store with its epochs gone cold ── Fio: the same I/O without a store
 *      │     ├── TailUnderDemotion, WriteAmplification
 *   Comparison, TierBenchReport
 * </pre>
 *
 * <p>Each figure that is compared with fio's is measured in alternating rounds, and the median counts. fio has what the store has: io_uring, direct I/O, registered buffers and files, a flush for
 * each 64 MiB written.
 */
package io.znsslab.cli.bench;
