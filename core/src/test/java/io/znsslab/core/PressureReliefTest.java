package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.statistics.ColdStatistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Demotion that the allocator itself starts when memory runs short. */
class PressureReliefTest {
    private static final int PER_SLAB = 31;
    private static final int SLABS = 32;
    private static final long EPOCH_BYTES = SLABS * 4096L;
    private static final long LIMIT = 400 * 4096L;

    private final List<Long> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> refused = Collections.synchronizedList(new ArrayList<>());
    private volatile long failing = -1;
    private final RecordedWarnings logged = new RecordedWarnings(PressureRelief.class);
    private final WrappedTier tier = new WrappedTier() {
        @Override
        public CompletableFuture<Void> demote(SlabBatch batch) {
            asked.add(batch.epoch());
            if (batch.epoch() == failing) {
                throw new OutOfMemoryError("thrown by the test");
            }
            return refused.contains(batch.epoch())
                    ? CompletableFuture.failedFuture(new ZnsSlabException("no room for it"))
                    : super.demote(batch);
        }
    };
    private final SlabAllocator allocator = SlabAllocator.builder()
            .limitBytes(LIMIT)
            .coldTier(tier)
            .demoteUnderPressure(new DemotionPressure(50, 30))
            .build();

    @AfterEach
    void close() {
        allocator.close();
        logged.close();
    }

    private long[] closedEpochs(int count) {
        long[] handles = new long[count];
        for (int number = 0; number < count; number++) {
            long epoch = allocator.currentEpoch();
            for (int i = 0; i < SLABS * PER_SLAB; i++) {
                handles[number] = allocator.allocate(100, epoch);
            }
            allocator.advanceEpoch();
            allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
        }
        return handles;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in ten seconds").isLessThan(deadline);
            Thread.yield();
        }
    }

    private long granted() {
        return allocator.arenaUsage().grantedBytes();
    }

    @Test
    void belowTheHighWatermarkNothingIsDemoted() {
        closedEpochs(6);
        assertThat(granted()).isBetween(6 * EPOCH_BYTES, LIMIT / 2);
        assertThat(allocator.coldStatistics()).isEqualTo(new ColdStatistics(0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(asked).isEmpty();
    }

    /** Opens six epochs and closes them, and fills another one until the high watermark is passed. */
    private long[] closedEpochsAndALittleTooMuch() {
        long[] handles = closedEpochs(6);
        long filled = granted();
        while (filled <= LIMIT / 2) {
            for (int i = 0; i < PER_SLAB; i++) {
                allocator.allocate(100, allocator.currentEpoch());
            }
            long now = granted();
            // Demotion has begun already: memory in use is less than before.
            filled = now < filled ? LIMIT : now;
        }
        return handles;
    }

    @Test
    void aboveItTheOldestClosedEpochsAreUntilTheLowOneIsReached() {
        long[] handles = closedEpochsAndALittleTooMuch();
        await(() -> allocator.coldStatistics().epochsDemotedUnderPressure() == 3);
        // Without two of the epochs, more than 30 percent are still in use.
        assertThat(granted()).isBetween(3 * EPOCH_BYTES, LIMIT * 30 / 100);
        assertThat(asked).containsExactly(0L, 1L, 2L);
        for (int epoch = 0; epoch < 6; epoch++) {
            assertThat(allocator.tierOf(handles[epoch])).isEqualTo(epoch < 3 ? Tier.COLD : Tier.RESIDENT);
        }
        assertThat(logged.messages()).isEmpty();
    }

    @Test
    void anEpochThatTheTierRefusesStaysAndTheNextOnesGo() {
        refused.add(0L);
        refused.add(2L);
        long[] handles = closedEpochsAndALittleTooMuch();
        await(() -> allocator.coldStatistics().epochsDemotedUnderPressure() == 3);
        assertThat(asked).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.RESIDENT);
        assertThat(allocator.tierOf(handles[2])).isEqualTo(Tier.RESIDENT);
        assertThat(allocator.tierOf(handles[4])).isEqualTo(Tier.COLD);
        assertThat(logged.messages()).hasSize(2);
        assertThat(logged.messages().getFirst())
                .startsWith("epoch 0 stays in DRAM, which is short: ")
                .contains("no room for it");
    }

    @Test
    void anErrorThatTheTierThrowsFailsThatDemotionAloneAndTheThreadGoesOn() {
        failing = 1;
        long[] handles = closedEpochsAndALittleTooMuch();
        await(() -> allocator.coldStatistics().epochsDemotedUnderPressure() == 3);
        assertThat(asked).containsExactly(0L, 1L, 2L, 3L);
        assertThat(allocator.tierOf(handles[1])).isEqualTo(Tier.RESIDENT);
        assertThat(allocator.tierOf(handles[3])).isEqualTo(Tier.COLD);
        assertThat(logged.messages())
                .singleElement()
                .asString()
                .startsWith("epoch 1 stays in DRAM, which is short: ")
                .contains("thrown by the test");
    }

    @Test
    void openEpochsAreLeftAlone() {
        long epoch = allocator.currentEpoch();
        for (int i = 0; i < 300 * PER_SLAB; i++) {
            assertThat(Handle.isHandle(allocator.allocate(100, epoch))).isTrue();
        }
        allocator.advanceEpoch();
        long[] handles = closedEpochs(1);
        await(() -> allocator.tierOf(handles[0]) == Tier.COLD);
        assertThat(asked).containsExactly(1L);
        assertThat(allocator.epochInfo(epoch).residentSlabs()).isEqualTo(300);
    }

    @Test
    void closingEndsItsThread() {
        closedEpochs(1);
        allocator.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("zns-slab-pressure"));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "101,10", "50,-1", "50,51"})
    void wrongWatermarksAreRefusedWithTheirRule(int high, int low) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DemotionPressure(high, low))
                .withMessage(
                        "watermarks of %d and %d percent: the high one must be 1 to 100, the low one 0 to the high one",
                        high, low);
    }

    @ParameterizedTest
    @CsvSource({"1,0", "100,100", "50,0"})
    void theHighestAndLowestWatermarksAreTaken(int high, int low) {
        assertThat(new DemotionPressure(high, low).lowPercent()).isEqualTo(low);
    }

    @Test
    void withoutAColdTierThereIsNothingToDemoteTo() {
        SlabAllocatorBuilder settings = SlabAllocator.builder().demoteUnderPressure(new DemotionPressure(80, 60));
        assertThatIllegalArgumentException()
                .isThrownBy(settings::build)
                .withMessage("demotion under pressure needs a cold tier to demote to: give one to the builder");
    }
}
