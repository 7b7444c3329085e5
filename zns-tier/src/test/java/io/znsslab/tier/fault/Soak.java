package io.znsslab.tier.fault;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.model.TwoTierWorker;
import io.znsslab.tier.simulation.FaultyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Runs for a given time, at a pace that leaves processors for other programs: threads that use a store on a device
 * file, judge every answer, and close and reopen the store; faults and power cuts on simulated devices; and processes
 * killed at work on another device file. Prints a line a minute. The first wrong answer ends it.
 *
 * <p>Arguments: the duration, such as {@code 1h} or {@code 90s}; the folder for its device files; operations per second
 * and thread, 0 for no limit.
 */
public final class Soak {
    private static final int THREADS = 2;
    private static final long NANOS_OF_A_SECOND = 1_000_000_000L;
    private static final int SECONDS_BETWEEN_REOPENINGS = 20;
    private static final int SECONDS_BETWEEN_KILLS = 60;

    private final int operationsPerSecond;
    private final Path device;
    private final Kills kills;
    private final FaultyRun faulty;
    private final List<TwoTierWorker> workers = new ArrayList<>();
    private final long began;
    private ZnsTier tier;
    private SlabAllocator store;
    private long reopenings;
    private long objectsChecked;

    private Soak(Path folder, int operationsPerSecond, long seed) {
        this.operationsPerSecond = operationsPerSecond;
        device = folder.resolve("soak-device");
        Path killed = folder.resolve("soak-killed");
        // Checkpoints are written beside the work only where eight zones or more may be partly written. One of the
        // two devices does so, the other writes them first.
        boolean beside = (seed & 1) == 0;
        FileZonedDevice.create(device, withZonesToWrite(FileGeometry.of(1 << 20, 40), beside))
                .close();
        FileZonedDevice.create(killed, withZonesToWrite(FileGeometry.of(512 << 10, 40), !beside))
                .close();
        kills = new Kills(killed, seed);
        faulty = new FaultyRun(seed);
        open();
        began = System.nanoTime();
        for (int i = 0; i < THREADS; i++) {
            workers.add(new TwoTierWorker(store, seed * THREADS + i));
        }
    }

    private static FileGeometry withZonesToWrite(FileGeometry geometry, boolean many) {
        return many ? geometry.withLimits(9, 10) : geometry.withLimits(5, 6);
    }

    /** Takes the arguments that the class describes. */
    public static void main(String[] arguments) throws Exception {
        Duration length = Duration.parse("PT" + arguments[0]);
        Path folder = Path.of(arguments[1]);
        int operationsPerSecond = Integer.parseInt(arguments[2]);
        new Soak(folder, operationsPerSecond, Long.getLong("seed", System.nanoTime())).run(length, 60);
    }

    /** Runs for that long, for a test. */
    static long shortRun(Path folder, Duration length) throws Exception {
        Soak soak = new Soak(folder, 0, Long.getLong("seed", 1));
        soak.run(length, 5);
        return soak.objectsChecked;
    }

    private void open() {
        ZonedDevice opened = ZonedDevice.open(device);
        tier = ZnsTier.builder(opened).readCacheBytes(1 << 18).open();
        store = SlabAllocator.builder()
                .limitBytes(32L << 20)
                .sizeClasses(64, 256, 1000)
                .coldTier(tier)
                .build();
        // The workers open their own epochs; this one would stay open while the ring goes round.
        store.closeEpoch(store.currentEpoch(), Disposition.RECLAIM).join();
    }

    private void run(Duration length, int secondsBetweenLines) throws Exception {
        long end = began + length.toNanos();
        long nextLine = began + secondsBetweenLines * NANOS_OF_A_SECOND;
        long nextReopening = began + SECONDS_BETWEEN_REOPENINGS * NANOS_OF_A_SECOND;
        long nextKill = began;
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            do {
                everyoneWorks(threads);
                faulty.runOne();
                long now = System.nanoTime();
                if (now > nextKill) {
                    nextKill = now + SECONDS_BETWEEN_KILLS * NANOS_OF_A_SECOND;
                    kills.killOne(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"), 100);
                    kills.forgetTheDead();
                }
                if (now > nextReopening) {
                    nextReopening = now + SECONDS_BETWEEN_REOPENINGS * NANOS_OF_A_SECOND;
                    reopen();
                }
                if (now > nextLine) {
                    nextLine = now + secondsBetweenLines * NANOS_OF_A_SECOND;
                    print();
                }
            } while (System.nanoTime() < end);
            reopen();
            print();
        } finally {
            store.close();
        }
    }

    /** Performs the operations of one second, or some of them. */
    private void everyoneWorks(ExecutorService threads) throws InterruptedException, ExecutionException {
        long second = System.nanoTime() + NANOS_OF_A_SECOND;
        List<Future<?>> running = new ArrayList<>();
        for (TwoTierWorker worker : workers) {
            running.add(threads.submit(() -> worker.work(operationsPerSecond == 0 ? 500 : operationsPerSecond)));
        }
        for (Future<?> each : running) {
            each.get();
        }
        if (operationsPerSecond > 0) {
            LockSupport.parkNanos(Math.max(0, second - System.nanoTime()));
        }
    }

    private void reopen() {
        workers.forEach(TwoTierWorker::demoteAll);
        store.close();
        open();
        reopenings++;
        for (TwoTierWorker worker : workers) {
            worker.moveTo(store);
            objectsChecked += worker.requireAll();
        }
    }

    private void print() throws IOException {
        System.gc();
        Runtime heap = Runtime.getRuntime();
        long operations = workers.stream().mapToLong(TwoTierWorker::operations).sum() + faulty.steps();
        System.out.printf(
                "%5d s: operations %,d, reopenings %,d, objects found after them %,d, faults %,d, power cuts and "
                        + "kills %,d,"
                        + " processes killed %,d, wrong 0; RSS %d MiB, heap after collection %d MiB, files %d, "
                        + "zones in use %d%n",
                (System.nanoTime() - began) / NANOS_OF_A_SECOND,
                operations,
                reopenings + faulty.reopenings() + kills.kills(),
                objectsChecked + faulty.found() + kills.found(),
                faulty.faults(),
                faulty.ends(),
                kills.kills(),
                SlabAllocator.processRssBytes() >> 20,
                (heap.totalMemory() - heap.freeMemory()) >> 20,
                openFiles(),
                tier.statistics().zones().inUse());
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
