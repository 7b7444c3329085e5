package io.znsslab.cli.bench.tier;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.Lifetime;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.TierStatistics;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Bytes written for each byte demoted, when epochs come and go on a device kept at one fill. The device is closed at
 * the end.
 */
final class WriteAmplification {
    private static final int PAYLOAD_BYTES = 4000;
    private static final int SLAB_BYTES = 4096;

    /** An epoch on the device, and when it dies, counted in epochs. */
    private record Living(long epoch, int slabs, long dies) {}

    private final ZnsTier tier;
    private final SlabAllocator allocator;
    private final long capacitySlabs;
    private final SplittableRandom random = new SplittableRandom(11);
    private final PriorityQueue<Living> living = new PriorityQueue<>(Comparator.comparingLong(Living::dies));
    private long liveSlabs;
    private long writtenSlabs;
    private long epochsWritten;

    WriteAmplification(ZonedDevice device) {
        tier = ZnsTier.builder(device).force(true).open();
        allocator = SlabAllocator.builder()
                .limitBytes(256L << 20)
                .sizeClasses(64, PAYLOAD_BYTES + 8)
                .coldTier(tier)
                .build();
        allocator.closeEpoch(0, Disposition.RECLAIM).join();
        capacitySlabs = (device.geometry().zoneCount() - BenchTarget.METADATA_ZONES)
                * (device.geometry().zoneCapacityBytes() / SLAB_BYTES);
    }

    /** How epochs die. */
    enum Lives {
        /** In the order in which they were closed, with half of the device in use. */
        WHOLE,
        /** Most of them soon, and the allocator is told which. */
        HINTED,
        /** Most of them soon, and the allocator is not told which. */
        UNHINTED
    }

    /** Bytes written for each byte demoted, on a device file of its own. */
    static double of(Lives lives) throws IOException {
        Path folder = Files.createTempDirectory("zns-slab-bench-");
        Path file = folder.resolve("device");
        try {
            WriteAmplification run =
                    new WriteAmplification(FileZonedDevice.create(file, FileGeometry.of(4L << 20, 66)));
            return switch (lives) {
                case WHOLE -> run.whole();
                case HINTED -> run.mixed(true);
                case UNHINTED -> run.mixed(false);
            };
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /** Epochs die whole, in the order in which they were closed, with half of the device in use. */
    double whole() {
        try (allocator) {
            return steady(50, () -> new Fate(64 + random.nextInt(961), Lifetime.UNSTATED, epochsWritten));
        }
    }

    /** Most epochs die soon, some later, few much later; in all, 80 % of the device is in use. */
    double mixed(boolean hints) {
        try (allocator) {
            return steady(80, () -> mixedFate(hints));
        }
    }

    private record Fate(int slabs, Lifetime lifetime, long dies) {}

    @FunctionalInterface
    private interface Fates {
        Fate next();
    }

    private Fate mixedFate(boolean hints) {
        int slabs = 16 + random.nextInt(241);
        int dice = random.nextInt(100);
        Lifetime lifetime = dice < 70 ? Lifetime.SHORT : dice < 95 ? Lifetime.MEDIUM : Lifetime.LONG;
        int epochs = switch (lifetime) {
            case SHORT -> 20;
            case LONG -> 4000;
            default -> 300;
        };
        // Uniform between nothing and twice the mean.
        long dies = epochsWritten + random.nextInt(2 * epochs);
        return new Fate(slabs, hints ? lifetime : Lifetime.UNSTATED, dies);
    }

    /** Writes the device twice over to get going, and twice to be measured. */
    private double steady(int percent, Fates fates) {
        long most = capacitySlabs * percent / 100;
        writeUntil(2 * capacitySlabs, most, fates);
        TierStatistics.WrittenBytes before = tier.statistics().writes().bytes();
        writeUntil(4 * capacitySlabs, most, fates);
        TierStatistics.WrittenBytes after = tier.statistics().writes().bytes();
        return (double) (after.total() - before.total()) / (after.imageBytes() - before.imageBytes());
    }

    private void writeUntil(long slabs, long most, Fates fates) {
        while (writtenSlabs < slabs) {
            Fate fate = fates.next();
            while (!living.isEmpty()
                    && (liveSlabs + fate.slabs() > most
                            || (living.peek().dies() < epochsWritten && liveSlabs > most * 9 / 10))) {
                Living dead = living.remove();
                allocator.closeEpoch(dead.epoch(), Disposition.DISCARD).join();
                liveSlabs -= dead.slabs();
            }
            write(fate);
        }
    }

    private void write(Fate fate) {
        long epoch = allocator.advanceEpoch("", fate.lifetime());
        for (int i = 0; i < fate.slabs(); i++) {
            if (!Handle.isHandle(allocator.allocate(PAYLOAD_BYTES, epoch))) {
                throw new IllegalStateException("no memory for an epoch of " + fate.slabs() + " slabs");
            }
        }
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        living.add(new Living(epoch, fate.slabs(), fate.dies()));
        liveSlabs += fate.slabs();
        writtenSlabs += fate.slabs();
        epochsWritten++;
    }
}
