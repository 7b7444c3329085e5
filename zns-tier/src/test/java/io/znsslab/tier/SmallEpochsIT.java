package io.znsslab.tier;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device filled with epochs of one slab each. A region of the log is sized for larger epochs: an epoch that does not
 * fit in it is refused with one error that says why, and the region before stays in force. No data is lost, and there
 * is room again when epochs are discarded.
 */
@Timeout(120)
class SmallEpochsIT {
    private static final int PAYLOAD = 4000;
    private static final int AT_ONCE = 60;
    /** A region of the log is one zone, hardly larger than necessary. */
    private static final int ZONES = 54;

    @TempDir
    Path folder;

    private record Stored(long epoch, long handle) {}

    private final List<Stored> acknowledged = new ArrayList<>();
    private final List<Stored> refused = new ArrayList<>();

    private SlabAllocator open(Path path) {
        return SlabAllocator.builder()
                .limitBytes(64 << 20)
                .sizeClasses(64, PAYLOAD + 8)
                .coldTier(ZnsTier.open(path))
                .build();
    }

    @Test
    void epochsThatTheLogHasNoRoomForAreRefusedAndNothingIsLost() {
        Path path = folder.resolve("zones");
        FileZonedDevice.create(path, FileGeometry.of(1 << 20, ZONES)).close();
        try (SlabAllocator store = open(path)) {
            while (refused.isEmpty()) {
                demoteSome(store);
            }
            assertThat(acknowledged).hasSizeGreaterThan(5000);
            refused.forEach(stored -> requireLive(store, stored));
            requireLive(store, acknowledged.getFirst());

            for (Stored stored : acknowledged.subList(0, 2000)) {
                store.closeEpoch(stored.epoch(), Disposition.DISCARD).join();
            }
            store.sync().join();
            refused.clear();
            demoteSome(store);
            assertThat(refused).isEmpty();
        }
        for (int opening = 0; opening < 2; opening++) {
            try (SlabAllocator store = open(path)) {
                acknowledged
                        .subList(0, 2000)
                        .forEach(stored ->
                                assertThat(store.tierOf(stored.handle())).isNull());
                List<Stored> kept = acknowledged.subList(2000, acknowledged.size());
                kept.forEach(stored -> assertThat(store.tierOf(stored.handle())).isEqualTo(Tier.COLD));
                requireLive(store, kept.getFirst());
                requireLive(store, kept.getLast());
            }
        }
    }

    private static void requireLive(SlabAllocator store, Stored stored) {
        assertThat(store.resolve(stored.handle()).get(JAVA_LONG_UNALIGNED, 0)).isEqualTo(stored.handle());
    }

    private void demoteSome(SlabAllocator store) {
        List<Stored> all = new ArrayList<>();
        List<CompletableFuture<?>> closings = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            long epoch = store.currentEpoch();
            Stored stored = new Stored(epoch, store.allocate(PAYLOAD, epoch));
            store.resolve(stored.handle()).set(JAVA_LONG_UNALIGNED, 0, stored.handle());
            all.add(stored);
            store.advanceEpoch();
            closings.add(store.closeEpoch(epoch, Disposition.DEMOTE));
        }
        for (int i = 0; i < AT_ONCE; i++) {
            try {
                closings.get(i).join();
                acknowledged.add(all.get(i));
            } catch (CompletionException e) {
                // As a rule the log's room ends first, and that of the zones soon after; the store's threads decide
                // which end a demotion meets.
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                DeviceException.class,
                                failure -> assertThat(failure.problem()).isEqualTo(DeviceException.Problem.FULL));
                refused.add(all.get(i));
            }
        }
    }
}
