package io.znsslab.tier.device;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.bindings.Errno;
import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.tier.FullDevicePolicy;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.DeviceException.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device file that is larger than the free space of its file system. */
class CrowdedFileSystemTest {
    private static final int ZONE = 1 << 20;
    private static final int ZONES = 20;
    /** A slab holds one such object. */
    private static final int PAYLOAD = 4000;

    private static final int SLABS_OF_AN_EPOCH = 200;

    @TempDir
    Path folder;

    private final FileSystem fileSystem = new FileSystem();
    private final List<List<Long>> epochs = new ArrayList<>();
    private ZnsTier tier;

    /** A file system with room for some zones. */
    private static final class FileSystem implements FileFaults {
        private final Set<Long> zones = new HashSet<>();
        private int room = ZONES;

        @Override
        public synchronized int errnoOf(Change change, long offset) {
            if (change != Change.TAKE_ROOM && change != Change.WRITE_DATA) {
                return 0;
            }
            long zone = (offset - FileHeaderLayout.dataOffset(ZONES)) / ZONE;
            if (!zones.contains(zone) && zones.size() >= room) {
                return Errno.ENOSPC;
            }
            zones.add(zone);
            return 0;
        }

        synchronized void limit(int most) {
            room = most;
        }

        synchronized void fillUp() {
            room = zones.size();
        }
    }

    private SlabAllocator open(FullDevicePolicy policy) {
        Path path = folder.resolve("zones");
        ZonedDevice device = path.toFile().exists()
                ? FileZonedDevice.open(path, fileSystem)
                : FileZonedDevice.create(path, FileGeometry.of(ZONE, ZONES), fileSystem);
        tier = ZnsTier.builder(device)
                .whenFull(policy)
                .blockAtMost(Duration.ofMinutes(5))
                .parallelZones(2)
                .open();
        return SlabAllocator.builder()
                .limitBytes(64 << 20)
                .sizeClasses(64, PAYLOAD + 8)
                .coldTier(tier)
                .build();
    }

    private CompletableFuture<EpochClosing> demote(SlabAllocator store) {
        long epoch = store.currentEpoch();
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < SLABS_OF_AN_EPOCH; i++) {
            long handle = store.allocate(PAYLOAD, epoch);
            store.resolve(handle).set(JAVA_LONG, 0, handle);
            handles.add(handle);
        }
        epochs.add(handles);
        store.advanceEpoch();
        return store.closeEpoch(epoch, Disposition.DEMOTE);
    }

    /** Demotes until there is no room; returns the epoch that stayed in DRAM. */
    private int fill(SlabAllocator store) {
        for (int count = 0; ; count++) {
            try {
                demote(store).join();
            } catch (CompletionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                DeviceException.class,
                                full -> assertThat(full.problem()).isEqualTo(Problem.FULL))
                        .hasMessageContaining("room");
                return count;
            }
        }
    }

    private static void requireThere(SlabAllocator store, List<Long> handles) {
        for (long handle : handles) {
            assertThat(store.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(handle);
        }
    }

    @Test
    void slabsWithoutRoomAreRejectedAsFullAndDemotedOnceThereIsRoom() {
        try (SlabAllocator store = open(FullDevicePolicy.REJECT)) {
            fileSystem.limit(7);
            int stayed = fill(store);
            assertThat(stayed).isBetween(2, 5);
            for (int i = 0; i < 10; i++) {
                // Each try costs no room.
                assertThatThrownBy(() ->
                                store.closeEpoch(stayed, Disposition.DEMOTE).join())
                        .hasCauseInstanceOf(DeviceException.class);
            }
            store.sync().join();
            epochs.forEach(handles -> requireThere(store, handles));

            fileSystem.limit(ZONES);
            store.closeEpoch(stayed, Disposition.DEMOTE).join();
            for (int i = 0; i < 5; i++) {
                demote(store).join();
            }
            epochs.subList(0, epochs.size()).forEach(handles -> requireThere(store, handles));
            store.checkInvariants();
        }
    }

    @Test
    void roomThatComesIsWaitedFor() {
        try (SlabAllocator store = open(FullDevicePolicy.BLOCK)) {
            fileSystem.limit(7);
            List<CompletableFuture<EpochClosing>> closings = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                closings.add(demote(store));
            }
            closings.get(1).join();
            assertThat(closings.getLast()).isNotDone();
            fileSystem.limit(ZONES);
            closings.getLast().join();
            requireThere(store, epochs.getLast());
        }
    }

    @Test
    void theOldestEpochsMakeRoomInZonesThatHaveIt() {
        try (SlabAllocator store = open(FullDevicePolicy.EVICT_OLDEST)) {
            fileSystem.limit(7);
            for (int i = 0; i < 20; i++) {
                demote(store).join();
            }
            assertThat(tier.statistics().collection().epochsEvicted()).isBetween(14L, 19L);
            requireThere(store, epochs.getLast());
        }
    }

    @Test
    void aStoreWhoseFileCannotGrowOpensAgain() {
        try (SlabAllocator store = open(FullDevicePolicy.REJECT)) {
            demote(store).join();
            fileSystem.fillUp();
        }
        for (int opening = 0; opening < 4; opening++) {
            try (SlabAllocator store = open(FullDevicePolicy.REJECT)) {
                for (long handle : epochs.getFirst()) {
                    assertThat(store.tierOf(handle)).isEqualTo(Tier.COLD);
                }
                store.free(epochs.getFirst().removeFirst());
                store.sync().join();
            }
        }
    }

    @Test
    void aStoreWhoseLogHasNoRoomIsNotMade() {
        fileSystem.limit(1);
        assertThatThrownBy(() -> open(FullDevicePolicy.REJECT))
                .isInstanceOfSatisfying(
                        DeviceException.class,
                        full -> assertThat(full.problem()).isEqualTo(Problem.FULL));
        tier.close();
    }
}
