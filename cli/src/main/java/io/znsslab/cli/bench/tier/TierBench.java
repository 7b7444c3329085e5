package io.znsslab.cli.bench.tier;

import io.znsslab.cli.bench.result.Comparison;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.tier.TierStatistics;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** All measurements of the tier on one device, one after the other. */
final class TierBench {
    private static final int BLOCK_BYTES = 512 << 10;
    private static final int PARALLEL_ZONES = 4;
    private static final int DEPTH = 32;
    private static final int WARM_UP_ROUNDS = 3;
    /** Zones that are partly written, or kept free by the collector, at the end of a demotion. */
    private static final int RESERVED_ZONES = PARALLEL_ZONES + 2;

    /** Reads get faster for some seconds, as the compiler goes over them: so many times as long as one round takes. */
    private static final int WARM_UP_OF_READS = 2;

    private final BenchTarget target;
    private final long bytes;
    private final int seconds;
    private final int rounds;
    private final Progress progress;
    private final Fio fio = new Fio();
    private final List<Comparison> comparisons = new ArrayList<>();
    private TierStatistics statistics;
    private String description;
    private long zoneBytes;
    private int firstZone;
    private int zonesOfData;

    TierBench(BenchTarget target, long bytes, int seconds, int rounds, Progress progress) {
        this.target = target;
        this.bytes = bytes;
        this.seconds = seconds;
        this.rounds = rounds;
        this.progress = progress;
    }

    TierBenchReport run() throws InterruptedException, IOException {
        requireRoom();
        String version = fio.version();
        progress.report("making the device, MiB", 0, bytes >> 20);
        target.prepare();
        writingAndReading();
        writeAmplification();
        progress.clear();
        return new TierBenchReport(target.chosen(), description, version, List.copyOf(comparisons), statistics);
    }

    /** What is written at once, and as much again as the writers' partly filled zones and the collector's reserve. */
    private void requireRoom() {
        try (ZonedDevice device = target.open()) {
            description = device.description();
            zoneBytes = device.geometry().zoneBytes();
            firstZone = BenchTarget.METADATA_ZONES + device.geometry().conventionalZones();
            long capacity = device.geometry().zoneCapacityBytes();
            int zones = device.geometry().zoneCount() - firstZone;
            long room = (zones - RESERVED_ZONES) * capacity;
            // fio's jobs write whole zones, and lay their shares out by zone sizes.
            long most = Math.min(room, (long) zones * capacity * 4 / 5);
            if (bytes > most) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "--size " + Figures.bytes(bytes) + ": " + target.path() + " has room for "
                                + Figures.bytes(Math.max(0, most)) + " of it; give a smaller size, at least 128M, or a "
                                + "larger device");
            }
            zonesOfData = Math.max(PARALLEL_ZONES, Math.toIntExact(bytes / capacity));
        }
    }

    /** One round of writing. */
    private record Written(double bytesPerSecond, double cpuNanosPerBlock) {}

    private void writingAndReading() throws InterruptedException {
        List<Written> ours = new ArrayList<>();
        List<Written> theirs = new ArrayList<>();
        List<Written> packed = new ArrayList<>();
        List<RingWrites.Result> ring = new ArrayList<>();
        warmUp();
        for (int round = 0; round < rounds; round++) {
            progress.report("demotion and fio, round", round + 1L, rounds);
            theirs.add(fioWrites());
            ring.add(ringWrites());
            packed.add(packedWrites());
            try (ColdStore store = new ColdStore(target.openTier(), bytes)) {
                ours.add(storeWrites(store));
                if (round == rounds - 1) {
                    compareRing(ring, theirs);
                    compareWriting(ours, theirs);
                    comparePacked(packed, theirs);
                    long tables = store.allocator().indexBytes();
                    comparisons.add(
                            Comparison.atMost(24, "DRAM per cold slab", "bytes", (double) tables / store.slabs()));
                    readingOneByOne(store);
                    readingAtDepth(store);
                    tail(store);
                    statistics = store.tier().statistics();
                }
            }
        }
    }

    /** Makes the files, and has the code compiled. */
    private void warmUp() throws InterruptedException {
        fioWrites();
        for (int round = 0; round < Math.min(rounds, WARM_UP_ROUNDS); round++) {
            progress.report("warming up, round", round + 1L, Math.min(rounds, WARM_UP_ROUNDS));
            ringWrites();
            packedWrites();
            try (ColdStore store = new ColdStore(target.openTier(), bytes)) {
                storeWrites(store);
                store.readAtDepth(DEPTH, 1);
            }
        }
    }

    private Written fioWrites() {
        long first = target.isZonedBlockDevice() ? firstZone * zoneBytes : 0;
        Fio.Result result = fio.write(
                target.plainPath(), target.isZonedBlockDevice(), first, zoneBytes, PARALLEL_ZONES, BLOCK_BYTES, bytes);
        return new Written(result.bytesPerSecond(), result.cpuNanosPerTransfer());
    }

    private RingWrites.Result ringWrites() {
        try (ZonedDevice device = target.open()) {
            return RingWrites.run(device, PARALLEL_ZONES, BLOCK_BYTES, bytes, Fio.STORE_FLUSH_BYTES);
        }
    }

    private Written storeWrites(ColdStore store) {
        store.fill();
        ProcessMeter before = ProcessMeter.now();
        store.demote();
        ProcessMeter used = ProcessMeter.now().since(before);
        double written = (double) store.slabs() * ColdStore.SLAB_BYTES;
        return new Written(written * 1e9 / used.nanos(), used.cpuNanos() / (written / BLOCK_BYTES));
    }

    private Written packedWrites() {
        try (PackedStore store = new PackedStore(target.openTier(), bytes / 8 * 7)) {
            store.fill();
            ProcessMeter before = ProcessMeter.now();
            double written = store.demote();
            ProcessMeter used = ProcessMeter.now().since(before);
            store.check();
            return new Written(written * 1e9 / used.nanos(), used.cpuNanos() / (written / BLOCK_BYTES));
        }
    }

    private void comparePacked(List<Written> ours, List<Written> theirs) {
        comparisons.add(Comparison.atLeast(
                0.95,
                "demotion of packed epochs, objects of mixed sizes",
                "MiB/s",
                median(ours, Written::bytesPerSecond) / (1 << 20),
                median(theirs, Written::bytesPerSecond) / (1 << 20)));
    }

    private void compareRing(List<RingWrites.Result> ours, List<Written> theirs) {
        comparisons.add(Comparison.atLeast(
                0.95,
                "writes of " + (BLOCK_BYTES >> 10) + " KiB, " + PARALLEL_ZONES + " zones, without a store",
                "MiB/s",
                median(ours, RingWrites.Result::bytesPerSecond) / (1 << 20),
                median(theirs, Written::bytesPerSecond) / (1 << 20)));
        comparisons.add(Comparison.atMost(
                1.2,
                "CPU per write, without a store",
                "us",
                median(ours, RingWrites.Result::cpuNanosPerBlock) / 1000,
                median(theirs, Written::cpuNanosPerBlock) / 1000));
    }

    private void compareWriting(List<Written> ours, List<Written> theirs) {
        comparisons.add(Comparison.atLeast(
                0.95,
                "demotion, " + PARALLEL_ZONES + " zones, blocks of " + (BLOCK_BYTES >> 10) + " KiB",
                "MiB/s",
                median(ours, Written::bytesPerSecond) / (1 << 20),
                median(theirs, Written::bytesPerSecond) / (1 << 20)));
        double store = median(ours, Written::cpuNanosPerBlock) / 1000;
        double io = median(theirs, Written::cpuNanosPerBlock) / 1000;
        comparisons.add(Comparison.atMost(1.2, "CPU per block demoted, whole process", "us", store, io));
        comparisons.add(Comparison.atMost(
                1.2,
                "the same, against fio plus a bare copy and checksum",
                "us",
                store,
                io + BareCopy.cpuNanosPerBlock(BLOCK_BYTES) / 1000));
    }

    private void readingOneByOne(ColdStore store) {
        List<ColdStore.Reading> ours = new ArrayList<>();
        List<Fio.Result> theirs = new ArrayList<>();
        store.readOneByOne(WARM_UP_OF_READS * seconds);
        for (int round = 0; round < rounds; round++) {
            progress.report("cold reads one by one, round", round + 1L, rounds);
            theirs.add(fioReads(1));
            ours.add(store.readOneByOne(seconds));
        }
        compareReading("depth 1", ours, theirs);
    }

    private void readingAtDepth(ColdStore store) throws InterruptedException {
        List<ColdStore.Reading> ours = new ArrayList<>();
        List<Fio.Result> theirs = new ArrayList<>();
        store.readAtDepth(DEPTH, WARM_UP_OF_READS * seconds);
        for (int round = 0; round < rounds; round++) {
            progress.report("cold reads at depth " + DEPTH + ", round", round + 1L, rounds);
            theirs.add(fioReads(DEPTH));
            ours.add(store.readAtDepth(DEPTH, seconds));
        }
        compareReading("depth " + DEPTH, ours, theirs);
    }

    /** In the middle of what was written last: of the device's data zones, or of fio's own file. */
    private Fio.Result fioReads(int depth) {
        boolean zoned = target.isZonedBlockDevice();
        long first = zoned ? (firstZone + zonesOfData / 4) * zoneBytes : (bytes / 4) & -(1L << 20);
        long length = zoned ? Math.max(1, zonesOfData / 2) * zoneBytes : (bytes / 2) & -(1L << 20);
        return fio.read(target.plainPath(), zoned, first, length, depth, ColdStore.SLAB_BYTES, seconds);
    }

    private void compareReading(String depth, List<ColdStore.Reading> ours, List<Fio.Result> theirs) {
        comparisons.add(Comparison.atLeast(
                0.94,
                "cold reads of 4 KiB, " + depth,
                "1/s",
                median(ours, ColdStore.Reading::perSecond),
                median(theirs, Fio.Result::perSecond)));
        comparisons.add(Comparison.atMost(
                1.2,
                "CPU per cold read, " + depth,
                "us",
                median(ours, ColdStore.Reading::cpuNanosPerRead) / 1000,
                median(theirs, Fio.Result::cpuNanosPerTransfer) / 1000));
        comparisons.add(Comparison.atMost(
                1, "Java heap per cold read, " + depth, "bytes", median(ours, ColdStore.Reading::heapBytesPerRead)));
    }

    private void tail(ColdStore store) throws InterruptedException {
        TailUnderDemotion tail = new TailUnderDemotion(store.allocator());
        tail.alone(1);
        double[] alone = new double[rounds];
        double[] besideDemotion = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            progress.report("allocate and free while another thread demotes, round", round + 1L, rounds);
            alone[round] = tail.alone(seconds);
            besideDemotion[round] = tail.besideDemotion(seconds);
        }
        comparisons.add(Comparison.atMost(
                2, "allocate and free, p99.9, while demoting", "ns", median(besideDemotion), median(alone)));
    }

    /** The medium does not matter here: a small embedded device will do, on which much can be written over and over. */
    private void writeAmplification() throws IOException {
        progress.report("write amplification, workloads:", 3, 0);
        comparisons.add(Comparison.atMost(
                1.02,
                "write amplification, epochs die whole, half full",
                "",
                WriteAmplification.of(WriteAmplification.Lives.WHOLE)));
        comparisons.add(Comparison.atMost(
                1.3,
                "write amplification, mixed lives with hints, 80 % full",
                "",
                WriteAmplification.of(WriteAmplification.Lives.HINTED)));
        comparisons.add(Comparison.atMost(
                1.3,
                "write amplification, mixed lives, no hints, 80 % full",
                "",
                WriteAmplification.of(WriteAmplification.Lives.UNHINTED)));
    }

    private static <T> double median(List<T> of, ToDoubleFunction<T> figure) {
        return median(of.stream().mapToDouble(figure).toArray());
    }

    private static double median(double... of) {
        double[] sorted = of.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
