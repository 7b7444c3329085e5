/**
 * {@code zns-slab bench tier}: what the cold tier reaches, beside fio's io_uring engine in the same run on the same
 * device and geometry.
 *
 * <pre>
 * TierBenchCommand ── BenchTarget: the device
 *      │
 *   TierBench ── ColdStore, PackedStore: stores with their epochs gone cold ── Fio: the same I/O without a store
 *      │     ├── RingWrites: the store's ring without a store, BareCopy
 *      │     ├── TailUnderDemotion, WriteAmplification
 *   TierBenchReport
 * </pre>
 *
 * <p>Each figure that is compared with fio's is measured in alternating rounds, and the median counts; rounds to warm
 * up come first. fio has what the store has: io_uring, direct I/O, registered buffers and files, as many flushes for
 * the same bytes, everything durable in the end, and a file that has all its blocks already: a file system that must
 * find room for what is written takes twice as long, for fio and the store alike.
 */
package io.znsslab.cli.bench.tier;
