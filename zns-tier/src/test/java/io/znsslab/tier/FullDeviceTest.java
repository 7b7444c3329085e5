package io.znsslab.tier;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.DemotionPressure;
import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full device, or full memory, with a real allocator on a small file device. */
class FullDeviceTest {
    private static final int ZONE = 1 << 20;
    private static final int DATA_ZONES = 6;
    /** A slab holds one such object. */
    private static final int PAYLOAD = 4000;

    private static final int SLABS_OF_AN_EPOCH = 200;

    @TempDir
    Path folder;

    private ZnsTier tier;
    private final List<long[]> epochs = new ArrayList<>();

    private SlabAllocator open(UnaryOperator<ZnsTierBuilder> settings) {
        return open(64 << 20, settings);
    }

    private SlabAllocator open(int limitBytes, UnaryOperator<ZnsTierBuilder> settings) {
        FileGeometry shape = FileGeometry.of(ZONE, DATA_ZONES + 2);
        tier = settings.apply(ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), shape)))
                .open();
        return SlabAllocator.builder()
                .limitBytes(limitBytes)
                .sizeClasses(64, PAYLOAD + 8)
                .coldTier(tier)
                .build();
    }

    private long fillEpoch(SlabAllocator allocator) {
        long epoch = allocator.currentEpoch();
        long[] handles = new long[SLABS_OF_AN_EPOCH];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(PAYLOAD, epoch);
            assertThat(Handle.isHandle(handles[i])).isTrue();
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, handles[i]);
        }
        epochs.add(handles);
        allocator.advanceEpoch();
        return epoch;
    }

    private CompletableFuture<EpochClosing> demote(SlabAllocator allocator) {
        return allocator.closeEpoch(fillEpoch(allocator), Disposition.DEMOTE);
    }

    private static void requireLive(SlabAllocator allocator, long... handles) {
        for (long handle : handles) {
            assertThat(allocator.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(handle);
        }
    }

    /** Demotes until the device takes no more; returns the number of demoted epochs. */
    private int fillDevice(SlabAllocator allocator) {
        for (int count = 0; ; count++) {
            CompletableFuture<EpochClosing> closing = demote(allocator);
            try {
                closing.join();
            } catch (CompletionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                DeviceException.class,
                                failure -> assertThat(failure.problem()).isEqualTo(DeviceException.Problem.FULL));
                return count;
            }
        }
    }

    @Test
    void slabsThatAFullDeviceRejectsStayInDram() {
        try (SlabAllocator allocator = open(builder -> builder)) {
            int taken = fillDevice(allocator);
            assertThat(taken).isBetween(5, 6);
            epochs.forEach(handles -> requireLive(allocator, handles));
            allocator.closeEpoch(0, Disposition.DISCARD).join();
            allocator.closeEpoch(1, Disposition.DISCARD).join();
            allocator.closeEpoch(taken, Disposition.DEMOTE).join();
            assertThat(allocator.tierOf(epochs.get(taken)[0])).isEqualTo(Tier.COLD);
        }
    }

    @Test
    void aDemotionThatBlocksGoesOnWhenRoomComes() {
        try (SlabAllocator allocator =
                open(builder -> builder.whenFull(FullDevicePolicy.BLOCK).blockAtMost(Duration.ofMinutes(5)))) {
            List<CompletableFuture<EpochClosing>> closings = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                closings.add(demote(allocator));
            }
            // The first four fit; some of the later ones do not.
            closings.get(3).join();
            assertThat(closings.getLast()).isNotDone();
            for (int epoch = 0; epoch < 4; epoch++) {
                allocator.closeEpoch(epoch, Disposition.DISCARD).join();
            }
            closings.getLast().join();
            requireLive(allocator, epochs.getLast());
            assertThat(tier.statistics().failedExtents()).isZero();
        }
    }

    @Test
    void noMoreThanAQuarterOfTheLimitWaitsToBeWrittenWhateverTheBacklogIsSetTo() throws Exception {
        int limit = 8 << 20;
        try (SlabAllocator allocator = open(
                limit,
                builder -> builder.whenFull(FullDevicePolicy.BLOCK)
                        .blockAtMost(Duration.ofMinutes(5))
                        .backlogBytes(1 << 30))) {
            AtomicInteger accepted = new AtomicInteger();
            FutureTask<List<CompletableFuture<EpochClosing>>> demotions = new FutureTask<>(() -> {
                List<CompletableFuture<EpochClosing>> closings = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    closings.add(demote(allocator));
                    accepted.incrementAndGet();
                }
                return closings;
            });
            Thread demoting = Thread.ofPlatform().start(demotions);
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (accepted.get() < 6 || !isWaitingForTheBacklog(demoting)) {
                assertThat(demotions.isDone()).as("all is accepted").isFalse();
                assertThat(System.nanoTime()).as("in 20 seconds").isLessThan(deadline);
                Thread.onSpinWait();
            }
            assertThat(tier.statistics().queueDepths().backlogBytes()).isLessThanOrEqualTo(limit / 4);

            // The room that this makes lets the rest in.
            for (int epoch = 0; epoch < 6; epoch++) {
                allocator.closeEpoch(epoch, Disposition.DISCARD).join();
            }
            for (CompletableFuture<EpochClosing> closing : demotions.get(20, TimeUnit.SECONDS)) {
                closing.get(20, TimeUnit.SECONDS);
            }
            requireLive(allocator, epochs.getLast());
        }
    }

    private static boolean isWaitingForTheBacklog(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("reserveBacklog"));
    }

    @Test
    void aDemotionThatBlocksFailsWhenItsTimeIsUp() {
        try (SlabAllocator allocator =
                open(builder -> builder.whenFull(FullDevicePolicy.BLOCK).blockAtMost(Duration.ofMillis(50)))) {
            int taken = fillDevice(allocator);
            requireLive(allocator, epochs.get(taken));
        }
    }

    @Test
    void closingEndsTheWaitForRoom() {
        CompletableFuture<EpochClosing> last = null;
        try (SlabAllocator allocator =
                open(builder -> builder.whenFull(FullDevicePolicy.BLOCK).blockAtMost(Duration.ofMinutes(5)))) {
            for (int i = 0; i < 9; i++) {
                last = demote(allocator);
            }
        }
        assertThatThrownBy(last::join).isInstanceOf(CompletionException.class);
    }

    @Test
    void theOldestEpochsMakeRoomWhereThatIsAskedFor() {
        try (SlabAllocator allocator = open(builder -> builder.whenFull(FullDevicePolicy.EVICT_OLDEST))) {
            for (int i = 0; i < 20; i++) {
                demote(allocator).join();
            }
            TierStatistics.Collection statistics = tier.statistics().collection();
            assertThat(statistics.epochsEvicted()).isBetween(14L, 17L);
            assertThat(statistics.slabsEvicted()).isEqualTo(statistics.epochsEvicted() * SLABS_OF_AN_EPOCH);
            for (int epoch = 0; epoch < epochs.size(); epoch++) {
                for (long handle : epochs.get(epoch)) {
                    assertThat(allocator.tierOf(handle))
                            .isEqualTo(epoch < statistics.epochsEvicted() ? null : Tier.COLD);
                }
            }
            requireLive(allocator, epochs.getLast());
            allocator.checkInvariants();
        }
    }

    @Test
    void closedEpochsAreDemotedWhenMemoryRunsShort() {
        FileGeometry shape = FileGeometry.of(ZONE, 40);
        tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), shape))
                .open();
        int limit = 16 << 20;
        try (SlabAllocator allocator = SlabAllocator.builder()
                .limitBytes(limit)
                .sizeClasses(64, PAYLOAD + 8)
                .coldTier(tier)
                .demoteUnderPressure(new DemotionPressure(50, 25))
                .build()) {
            int kept = 0;
            while (kept < 30) {
                long epoch = allocator.currentEpoch();
                long[] handles = new long[SLABS_OF_AN_EPOCH];
                for (int i = 0; i < handles.length; i++) {
                    handles[i] = allocator.allocate(PAYLOAD, epoch);
                    while (!Handle.isHandle(handles[i])) {
                        Thread.onSpinWait();
                        handles[i] = allocator.allocate(PAYLOAD, epoch);
                    }
                    allocator.resolve(handles[i]).set(JAVA_LONG, 0, handles[i]);
                }
                epochs.add(handles);
                allocator.advanceEpoch();
                allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
                kept++;
            }
            // 6,000 slabs are kept, of which 4,096 fit: at least ten epochs had to be evicted, the oldest first. Half
            // of the tenth may be gone, with the other half on its way.
            assertThat(allocator.coldStatistics().epochsDemotedUnderPressure()).isGreaterThanOrEqualTo(9);
            assertThat(allocator.tierOf(epochs.getFirst()[0])).isEqualTo(Tier.COLD);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocate(PAYLOAD, 8);
                for (long[] handles : epochs) {
                    for (long handle : handles) {
                        assertThat(allocator.read(handle, copy)).isEqualTo(PAYLOAD);
                        assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(handle);
                    }
                }
            }
        }
    }
}
