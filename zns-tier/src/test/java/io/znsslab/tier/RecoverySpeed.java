package io.znsslab.tier;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Measures how fast a store is recovered. The arguments of {@code main} are a folder on media of memory speed, such as
 * {@code /dev/shm}, a number of slabs, with one object each, and optionally the number of slabs in an epoch.
 */
final class RecoverySpeed {
    private static final int OBJECT_BYTES = 4000;
    private static final int SLABS_OF_AN_EPOCH = 16_384;
    private static final long ZONE_BYTES = 64L << 20;
    private static final int ROUNDS = 5;

    private RecoverySpeed() {}

    /** Prints a line for each round. */
    public static void main(String[] arguments) throws Exception {
        Path path = Path.of(arguments[0]).resolve("recovery-speed");
        int slabs = Integer.parseInt(arguments[1]);
        int ofAnEpoch = arguments.length > 2 ? Integer.parseInt(arguments[2]) : SLABS_OF_AN_EPOCH;
        Files.deleteIfExists(path);
        int zones = (int) ((slabs * 4096L * 11 / 10) / ZONE_BYTES) + 12;
        FileZonedDevice.create(path, FileGeometry.of(ZONE_BYTES, zones)).close();
        try {
            fill(path, slabs, ofAnEpoch);
            for (int round = 0; round < ROUNDS; round++) {
                measure(path);
            }
        } finally {
            Files.delete(path);
        }
    }

    private static SlabAllocator build(ZnsTier tier) {
        return SlabAllocator.builder()
                .limitBytes(256 << 20)
                .sizeClasses(64, OBJECT_BYTES + 8)
                .coldTier(tier)
                .build();
    }

    private static void fill(Path path, int slabs, int ofAnEpoch) {
        try (SlabAllocator store = build(ZnsTier.open(path))) {
            for (int done = 0; done < slabs; done += ofAnEpoch) {
                long epoch = store.currentEpoch();
                store.advanceEpoch();
                for (int i = 0; i < Math.min(ofAnEpoch, slabs - done); i++) {
                    store.allocate(OBJECT_BYTES, epoch);
                }
                store.closeEpoch(epoch, Disposition.DEMOTE).join();
            }
        }
    }

    private static void measure(Path path) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long startOfWork = threads.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        ZnsTier tier = ZnsTier.open(path);
        long opened = System.nanoTime();
        SlabAllocator store = build(tier);
        long built = System.nanoTime();
        long work = threads.getCurrentThreadCpuTime() - startOfWork;
        store.close();
        System.out.printf(
                "%,d slabs, %,d log blocks: found in %,d us, opened in %,d us, allocator and new checkpoint %,d "
                        + "us, together %,d slabs/s; %,d us of the thread%n",
                tier.recovery().slabs(),
                tier.recovery().log().blocksRead(),
                TimeUnit.NANOSECONDS.toMicros(tier.recovery().nanos()),
                TimeUnit.NANOSECONDS.toMicros(opened - start),
                TimeUnit.NANOSECONDS.toMicros(built - opened),
                tier.recovery().slabs() * 1_000_000_000L / (built - start),
                TimeUnit.NANOSECONDS.toMicros(work));
    }
}
