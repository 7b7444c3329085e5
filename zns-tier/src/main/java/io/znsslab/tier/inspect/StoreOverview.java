package io.znsslab.tier.inspect;

import io.znsslab.core.HandleFormat;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.recovery.FoundRegion;
import io.znsslab.tier.recovery.FoundStore;
import io.znsslab.tier.recovery.LoggedShape;
import io.znsslab.tier.report.FormattedStore;
import io.znsslab.tier.report.RecoveryReport;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A store as a whole.
 *
 * @param device path of the device
 * @param store its identity
 * @param isInUse whether another process had the store open when it was looked at
 * @param shape of its slabs; null if the log names none, as in a store that never held anything
 * @param log the log's regions, the newest first
 * @param found totals of what is there, and what is lost
 * @param packedSlabs how many of the live slabs are packed
 * @param slabIdsBelow no slab id from this one on was ever issued
 * @param epochsBelow no epoch from this one on was ever opened
 */
public record StoreOverview(
        String device,
        FormattedStore store,
        boolean isInUse,
        @Nullable Shape shape,
        List<LogRegion> log,
        RecoveryReport found,
        long packedSlabs,
        long slabIdsBelow,
        long epochsBelow) {
    /**
     * The shape of slabs and handles.
     *
     * @param slabBytes bytes of a slab
     * @param slotBytes bytes of the slots of each size class, the handle in their first eight included
     */
    public record Shape(int slabBytes, List<Integer> slotBytes, HandleFormat handles) {
        static @Nullable Shape of(@Nullable LoggedShape logged) {
            return logged == null
                    ? null
                    : new Shape(
                            logged.slabBytes(),
                            IntStream.of(logged.slotBytes()).boxed().toList(),
                            logged.handleFormat());
        }
    }

    /** Copies the list of regions. */
    public StoreOverview {
        log = List.copyOf(log);
    }

    static StoreOverview of(ZonedDevice device, FoundStore store, SlabImages images) {
        Superblock newest = store.newest();
        return new StoreOverview(
                device.name(),
                new FormattedStore(
                        newest.device().uuid(),
                        store.lastOpening() - newest.firstOpening() + 1,
                        Instant.ofEpochSecond(newest.formattedAtSeconds()),
                        newest.slabBytes()),
                device.isWrittenByOthers(),
                Shape.of(images.shape()),
                store.regions().stream().map(StoreOverview::region).toList(),
                store.report(),
                packed(store, images),
                store.slabIdBound(),
                store.epochBound());
    }

    private static long packed(FoundStore store, SlabImages images) {
        ColdImage image = new ColdImage();
        return Arrays.stream(store.slabs())
                .filter(index -> {
                    store.describe(index, image);
                    return images.isPacked(image.sizeClass);
                })
                .count();
    }

    private static LogRegion region(FoundRegion found) {
        return new LogRegion(
                found.number(),
                found.opening(),
                found.zones().stream().map(ZoneDescriptor::index).toList(),
                found.zones().stream()
                        .filter(zone -> zone.condition() != ZoneCondition.READ_ONLY
                                && zone.condition() != ZoneCondition.OFFLINE)
                        .mapToLong(ZoneDescriptor::writtenBytes)
                        .sum(),
                switch (found.state()) {
                    case UNFINISHED -> LogRegion.State.UNFINISHED;
                    case COUNTING -> LogRegion.State.COUNTING;
                    case FORMER -> LogRegion.State.FORMER;
                });
    }
}
