package io.znsslab.tier.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Handle;
import io.znsslab.core.HandleFormat;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.inspect.Damage;
import io.znsslab.tier.inspect.Extent;
import io.znsslab.tier.inspect.InspectedStore;
import io.znsslab.tier.inspect.LogRegion;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.Verification;
import io.znsslab.tier.inspect.VerifyProgress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/** A copy of a small store, to be damaged and mended. The copies of one original hold the same in the same places. */
final class ScrubbedStore {
    private static final int BLOCK = 4096;
    private static final long SEED = 7;
    private static final InspectedStore ORIGINAL = InspectedStore.filled(HandleFormat.WIDE);

    final SimulatedMedium medium = ORIGINAL.medium.copy();

    /** The objects of the store, whichever copy it is. */
    static List<InspectedStore.Stored> objects() {
        return ORIGINAL.live;
    }

    /** Changes one bit of the block at a device offset. */
    void damage(long offsetBytes) {
        long block = offsetBytes / BLOCK * BLOCK;
        byte[] contents = medium.contents(block);
        contents[9] ^= 4;
        medium.overwrite(block, contents);
    }

    <T> T inspect(Function<StoreInspection, T> look) {
        try (SimulatedDevice device = new SimulatedDevice(medium, SimulatedFaults.NONE, SEED);
                StoreInspection inspection = StoreInspection.of(device)) {
            return look.apply(inspection);
        }
    }

    Verification verify() {
        return inspect(inspection -> inspection.verify(0, VerifyProgress.NONE));
    }

    /** The extents of the zone, in their order. */
    List<Extent> extents(int zone) {
        return inspect(inspection -> inspection.extents(zone));
    }

    /** The zone with the most extents. */
    int fullestZone() {
        return inspect(inspection -> {
            int fullest = 0;
            for (int zone = 1; zone < inspection.zones().size(); zone++) {
                if (inspection.extents(zone).size()
                        > inspection.extents(fullest).size()) {
                    fullest = zone;
                }
            }
            return fullest;
        });
    }

    /** The offsets of all blocks that count, those of zones with live slabs among them. */
    List<Long> blocksThatCount() {
        return inspect(inspection -> {
            List<Long> offsets = new ArrayList<>();
            List<Integer> ofLog = inspection.overview().log().stream()
                    .filter(region -> region.state() == LogRegion.State.COUNTING)
                    .findFirst()
                    .orElseThrow()
                    .zones();
            inspection.zones().forEach(zone -> {
                boolean counts =
                        zone.liveSlabs() > 0 || ofLog.contains(zone.descriptor().index());
                for (long at = 0; counts && at < zone.descriptor().writtenBytes(); at += BLOCK) {
                    offsets.add(zone.descriptor().startBytes() + at);
                }
            });
            return offsets;
        });
    }

    /** Opens the store, has it used, and closes it. */
    <T> T use(SimulatedFaults faults, BiFunction<ZnsTier, SlabAllocator, T> work) {
        SimulatedDevice device = new SimulatedDevice(medium, faults, SEED);
        try {
            ZnsTier tier = ZnsTier.builder(device)
                    .parallelZones(2)
                    .writeBytes(128 << 10)
                    .open();
            try (tier;
                    SlabAllocator allocator = SlabAllocator.builder()
                            .limitBytes(8 << 20)
                            .sizeClasses(64, 128, 256, 768)
                            .coldTier(tier)
                            .build()) {
                return work.apply(tier, allocator);
            }
        } finally {
            device.close();
            // A medium is free for the next device once its device is closed or has ended.
            device.end(SimulatedFault.KILL);
        }
    }

    void use(BiConsumer<ZnsTier, SlabAllocator> work) {
        use(SimulatedFaults.NONE, (tier, allocator) -> {
            work.accept(tier, allocator);
            return null;
        });
    }

    /** Verifies the store and mends it. */
    ScrubReport scrub() {
        return scrub(SimulatedFaults.NONE);
    }

    /** Verifies the store, and mends it on a device with faults. */
    ScrubReport scrub(SimulatedFaults faults) {
        StoreScrub scrub = StoreScrub.of(verify());
        assertThat(scrub.isNeeded()).isTrue();
        return use(faults, (tier, allocator) -> scrub.mend(tier, MendProgress.NONE));
    }

    /** Requires that each object is read as it was written, but for those that lie in damaged slabs. */
    void requireAllObjectsBut(Collection<Damage> lost) {
        Set<Long> lostSlabs =
                Set.copyOf(lost.stream().map(Damage::slabId).distinct().toList());
        long[] unreadable = new long[1];
        use((tier, allocator) -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment payload = arena.allocate(allocator.largestPayloadBytes());
                for (InspectedStore.Stored object : objects()) {
                    if (lostSlabs.contains(Handle.decode(object.handle()).slabId())) {
                        unreadable[0]++;
                        assertThatThrownBy(() -> allocator.read(object.handle(), payload))
                                .isInstanceOf(CorruptSlabException.class);
                        continue;
                    }
                    assertThat(allocator.read(object.handle(), payload)).isPositive();
                    assertThat(payload.asSlice(0, object.payload().length).toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(object.payload());
                }
            }
        });
        assertThat(unreadable[0])
                .isEqualTo(lost.stream().mapToInt(Damage::objects).sum());
    }
}
