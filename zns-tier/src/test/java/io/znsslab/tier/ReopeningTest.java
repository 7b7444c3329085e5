package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.Lifetime;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store that is closed in an orderly way and opened again, on a device file. */
class ReopeningTest {
    @TempDir
    Path folder;

    private Path path;
    /** The value in each object, by handle. */
    private final Map<Long, Long> contents = new LinkedHashMap<>();

    @BeforeEach
    void createDevice() {
        path = folder.resolve("zones");
        FileZonedDevice.create(path, FileGeometry.of(1 << 20, 16)).close();
    }

    private SlabAllocator open() {
        return SlabAllocator.builder()
                .limitBytes(64 << 20)
                .coldTier(ZnsTier.open(path))
                .build();
    }

    private long allocate(SlabAllocator store, long epoch, int bytes) {
        long handle = store.allocate(bytes, epoch);
        long value = handle * 31 + bytes;
        store.resolve(handle).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
        assertThat(contents.put(handle, value)).as("handle 0x%x is new", handle).isNull();
        return handle;
    }

    private void assertThere(SlabAllocator store, long handle) {
        MemorySegment payload = store.resolve(handle);
        assertThat(payload).as("object 0x%x", handle).isNotNull();
        assertThat(payload.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)).isEqualTo(contents.get(handle));
    }

    @Test
    void objectsOfADemotedEpochAreThereAfterReopening() {
        try (SlabAllocator store = open()) {
            long epoch = store.advanceEpoch("orders", Lifetime.LONG);
            for (int i = 0; i < 5000; i++) {
                allocate(store, epoch, 8 + i % 700);
            }
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
        try (SlabAllocator store = open()) {
            assertThat(store.undrainedEpochs()).singleElement().satisfies(info -> {
                assertThat(info.label()).isEqualTo("orders");
                assertThat(info.liveObjects()).isEqualTo(5000);
                assertThat(info.state()).isEqualTo(EpochInfo.State.CLOSED);
            });
            contents.keySet().forEach(handle -> assertThere(store, handle));
            store.checkInvariants();
        }
    }

    @Test
    void objectsOfEverySizeAreThereAfterReopeningAndExactlyAsLong() {
        Map<Long, Integer> bytes = new LinkedHashMap<>();
        try (SlabAllocator store = open()) {
            long epoch = store.advanceEpoch("large and small", Lifetime.LONG);
            for (int size = 8; size <= store.largestPayloadBytes(); size += 7) {
                bytes.put(allocate(store, epoch, size), size);
            }
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
        for (int opening = 0; opening < 3; opening++) {
            try (SlabAllocator store = open()) {
                int classed = store.sizeClasses().getLast() - Long.BYTES;
                assertThat(store.undrainedEpochs())
                        .singleElement()
                        .satisfies(info -> assertThat(info.liveObjects()).isEqualTo(bytes.size()));
                bytes.forEach((handle, size) -> {
                    assertThere(store, handle);
                    if (size > classed) {
                        assertThat(store.resolve(handle).byteSize()).isEqualTo((long) size);
                    }
                });
                Set<Long> freed = new HashSet<>();
                bytes.keySet().stream().filter(handle -> freed.size() < 50).forEach(freed::add);
                freed.forEach(handle -> assertThat(store.free(handle)).isTrue());
                bytes.keySet().removeAll(freed);
                store.checkInvariants();
                store.closeEpoch(store.undrainedEpochs().getFirst().epoch(), Disposition.DEMOTE)
                        .join();
            }
        }
    }

    @Test
    void moreSlabsInARowThanALogRecordTakesAreThereAfterReopeningUntilTheyDie() {
        int slabs = 2500;
        try (SlabAllocator store = open()) {
            for (int slab = 0; slab < slabs; slab++) {
                for (int slot = 0; slot < 5; slot++) {
                    allocate(store, 0, 700);
                }
            }
            store.closeEpoch(0, Disposition.DEMOTE).join();
        }
        try (SlabAllocator store = open()) {
            contents.keySet().forEach(handle -> assertThere(store, handle));
            store.checkInvariants();
            store.closeEpoch(0, Disposition.DISCARD).join();
        }
        try (SlabAllocator store = open()) {
            assertThat(store.undrainedEpochs()).isEmpty();
            contents.keySet()
                    .forEach(handle -> assertThat(store.resolve(handle)).isNull());
            store.checkInvariants();
        }
    }

    @Test
    void reopeningAgainReadsNoMoreThanTheFirstTime() {
        try (SlabAllocator store = open()) {
            long epoch = store.advanceEpoch("slabs of one class, ids in a row", Lifetime.LONG);
            for (int i = 0; i < 5000; i++) {
                allocate(store, epoch, 700);
            }
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
        long[] blocks = new long[3];
        for (int opening = 0; opening < blocks.length; opening++) {
            ZnsTier tier = ZnsTier.open(path);
            SlabAllocator.builder().limitBytes(64 << 20).coldTier(tier).build().close();
            blocks[opening] = tier.recovery().log().blocksRead();
        }
        assertThat(blocks[1]).isLessThanOrEqualTo(blocks[0]);
        assertThat(blocks[2]).isLessThanOrEqualTo(blocks[0]);
    }

    @Test
    void freedAndDiscardedObjectsStayDead() {
        Set<Long> freed = new HashSet<>();
        Set<Long> discarded = new HashSet<>();
        try (SlabAllocator store = open()) {
            long first = store.currentEpoch();
            for (int i = 0; i < 3000; i++) {
                allocate(store, first, 100);
            }
            long second = store.advanceEpoch();
            for (int i = 0; i < 1000; i++) {
                discarded.add(allocate(store, second, 200));
            }
            store.closeEpoch(first, Disposition.DEMOTE).join();
            store.closeEpoch(second, Disposition.DEMOTE).join();
            int index = 0;
            for (long handle : contents.keySet()) {
                if (!discarded.contains(handle) && index++ % 3 != 0) {
                    assertThat(store.free(handle)).isTrue();
                    freed.add(handle);
                }
            }
            store.closeEpoch(second, Disposition.DISCARD).join();
            store.sync().join();
        }
        for (int opening = 0; opening < 3; opening++) {
            try (SlabAllocator store = open()) {
                for (long handle : contents.keySet()) {
                    if (freed.contains(handle) || discarded.contains(handle)) {
                        assertThat(store.tierOf(handle)).isNull();
                        assertThat(store.free(handle)).isFalse();
                    } else {
                        assertThat(store.tierOf(handle)).isEqualTo(Tier.COLD);
                    }
                }
                store.checkInvariants();
            }
        }
    }

    @Test
    void handlesAndEpochsGoOnWhereTheLastRunEnded() {
        long lastEpoch = -1;
        for (int opening = 0; opening < 6; opening++) {
            try (SlabAllocator store = open()) {
                assertThat(store.currentEpoch()).isGreaterThan(lastEpoch);
                // One epoch is demoted, one is left behind, one is discarded.
                for (int i = 0; i < 3; i++) {
                    lastEpoch = store.currentEpoch();
                    for (int object = 0; object < 2000; object++) {
                        allocate(store, lastEpoch, 60);
                    }
                    store.advanceEpoch();
                    if (i == 0) {
                        store.closeEpoch(lastEpoch, Disposition.DEMOTE).join();
                    } else if (i == 2) {
                        store.closeEpoch(lastEpoch, Disposition.DISCARD).join();
                    }
                }
                lastEpoch = store.currentEpoch();
                store.checkInvariants();
            }
        }
    }

    @Test
    void anOrderlyCloseWastesNoIds() {
        long handle = 0;
        long highest = 0;
        for (int opening = 0; opening < 20; opening++) {
            try (SlabAllocator store = open()) {
                for (int object = 0; object < 1000; object++) {
                    handle = allocate(store, store.currentEpoch(), 500);
                    highest = Math.max(highest, handle >>> 34);
                }
            }
        }
        // 1000 objects of 500 bytes fill 143 slabs.
        assertThat(highest).isLessThan(400);
    }

    @Test
    void epochsOfEarlierRunsCanBeDiscardedDemotedAndFreed() {
        long epoch;
        long freed;
        try (SlabAllocator store = open()) {
            epoch = store.currentEpoch();
            freed = allocate(store, epoch, 40);
            for (int i = 0; i < 500; i++) {
                allocate(store, epoch, 40);
            }
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
        try (SlabAllocator store = open()) {
            assertThat(store.free(freed)).isTrue();
            assertThat(store.free(freed)).isFalse();
            contents.remove(freed);
            contents.keySet().forEach(handle -> assertThere(store, handle));
            assertThat(store.closeEpoch(epoch, Disposition.DEMOTE).join().slabsDemoted())
                    .isPositive();
            contents.keySet().forEach(handle -> assertThat(store.tierOf(handle)).isEqualTo(Tier.COLD));
        }
        try (SlabAllocator store = open()) {
            assertThat(store.tierOf(freed)).isNull();
            contents.keySet().forEach(handle -> assertThere(store, handle));
            assertThat(store.closeEpoch(epoch, Disposition.DISCARD).join().slabs())
                    .isPositive();
            store.sync().join();
            store.checkInvariants();
        }
        try (SlabAllocator store = open()) {
            contents.keySet().forEach(handle -> assertThat(store.tierOf(handle)).isNull());
            assertThat(store.undrainedEpochs()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 16", "1, 1, 16", "1, 2, 16", "2, 2, 8", "14, 14, 20", "0, 0, 3"})
    void aStoreIsReopenedOnDevicesOfAllLimits(int open, int active, int zones) {
        Path limited = folder.resolve("limited");
        FileZonedDevice.create(limited, FileGeometry.of(1 << 20, zones).withLimits(open, active))
                .close();
        path = limited;
        for (int opening = 0; opening < 5; opening++) {
            try (SlabAllocator store = open()) {
                contents.keySet()
                        .forEach(handle -> assertThat(store.tierOf(handle)).isEqualTo(Tier.COLD));
                long epoch = store.currentEpoch();
                for (int i = 0; i < 300; i++) {
                    allocate(store, epoch, 120);
                }
                store.closeEpoch(epoch, Disposition.DEMOTE).join();
            }
        }
        try (SlabAllocator store = open()) {
            contents.keySet().forEach(handle -> assertThere(store, handle));
        }
    }

    @Test
    void anAllocatorOfAnotherShapeIsRefused() {
        try (SlabAllocator store = open()) {
            allocate(store, store.currentEpoch(), 40);
            store.closeEpoch(store.currentEpoch(), Disposition.DEMOTE).join();
        }

        try (ZnsTier tier = ZnsTier.open(path)) {
            assertThatThrownBy(() -> SlabAllocator.builder()
                            .sizeClasses(64, 1024)
                            .coldTier(tier)
                            .build())
                    .isInstanceOf(ZnsSlabException.class)
                    .hasMessageContaining("[64, 1024]")
                    .hasMessageContaining("build it alike");
        }
        try (SlabAllocator store = open()) {
            contents.keySet().forEach(handle -> assertThere(store, handle));
        }
    }

    @Test
    void lookingForAStoreWritesNothing() throws IOException {
        try (SlabAllocator store = open()) {
            allocate(store, store.currentEpoch(), 40);
            store.closeEpoch(store.currentEpoch(), Disposition.DEMOTE).join();
        }
        byte[] before = data();

        try (ZonedDevice device = ZonedDevice.open(path)) {
            assertThat(ZnsTier.storeOn(device)).hasValueSatisfying(found -> {
                assertThat(found.openings()).isEqualTo(1);
                assertThat(found.slabBytes()).isEqualTo(4096);
            });
        }
        assertThat(data()).isEqualTo(before);
    }

    /** The zones' contents; the bytes before them record which process has the file open. */
    private byte[] data() throws IOException {
        byte[] all = Files.readAllBytes(path);
        return Arrays.copyOfRange(all, 1 << 20, all.length);
    }
}
