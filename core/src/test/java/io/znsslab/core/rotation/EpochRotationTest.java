package io.znsslab.core.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.EpochOpenException;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.Handle;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.RecordedWarnings;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.core.patched.Concurrently;
import io.znsslab.core.worker.AgentRunner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpochRotationTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicLong nanos = new AtomicLong(-5);
    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator allocator = SlabAllocator.builder()
            .limitBytes(8 << 20)
            .epochCount(8)
            .coldTier(tier)
            .build();

    @AfterEach
    void close() {
        allocator.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("zns-slab-rotation"));
    }

    private EpochRotation start(RotationPolicy policy) {
        return EpochRotation.start(allocator, policy, nanos::get);
    }

    private void pass(EpochRotation rotation, Duration time) {
        nanos.addAndGet(time.toNanos());
        rotation.look();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in twenty seconds").isLessThan(deadline);
            Thread.yield();
        }
    }

    private EpochInfo.State state(long epoch) {
        return allocator.epochInfo(epoch).state();
    }

    @Test
    void aNewEpochBeginsEachPeriodAndTheOneBeforeIsClosed() {
        try (EpochRotation rotation = start(RotationPolicy.every(MINUTE).options(EpochOptions.DEFAULT.label("hot")))) {
            long first = rotation.epoch();
            assertThat(allocator.currentEpoch()).isEqualTo(first);
            assertThat(allocator.epochInfo(first).label()).isEqualTo("hot");
            long handle = rotation.allocate(100);
            for (int minute = 0; minute < 20; minute++) {
                long before = rotation.epoch();
                pass(rotation, MINUTE);
                await(() -> rotation.epoch() > before);
                assertThat(Handle.isHandle(rotation.allocate(100))).isTrue();
            }
            await(() -> state(first) == EpochInfo.State.CLOSED);
            assertThat(allocator.allocate(100, first)).isEqualTo(Handle.EPOCH_CLOSED);
            assertThat(allocator.resolve(handle)).isNotNull();
        }
    }

    @Test
    void aNewEpochBeginsEachSoManyBytes() {
        try (EpochRotation rotation = start(
                RotationPolicy.everyBytes(1000).orEvery(Duration.ofDays(1)).closing(Disposition.DISCARD))) {
            long first = rotation.epoch();
            long handle = rotation.allocate(999);
            assertThat(rotation.epoch()).isEqualTo(first);
            rotation.allocate(1);
            await(() -> rotation.epoch() > first);
            await(() -> allocator.resolve(handle) == null);
            assertThat(rotation.lastClosing().join().disposition()).isEqualTo(Disposition.DISCARD);
        }
    }

    @Test
    void formerEpochsAreDemotedAndTheirObjectsFound() {
        try (EpochRotation rotation = start(RotationPolicy.every(MINUTE).closing(Disposition.DEMOTE))) {
            long handle = rotation.allocate(100);
            allocator.setLong(handle, 0, 42);
            assertThat(rotation.lastClosing().join()).isNull();
            rotation.rotate();
            assertThat(rotation.lastClosing().join().slabsDemoted()).isEqualTo(1);
            assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
            assertThat(allocator.getLong(handle, 0)).isEqualTo(42);
        }
    }

    @Test
    void soManyFormerEpochsStayOpenAsThePolicySays() {
        List<Long> epochs = new ArrayList<>();
        try (EpochRotation rotation =
                start(RotationPolicy.every(MINUTE).keepingOpen(2).closing(Disposition.DISCARD))) {
            epochs.add(rotation.epoch());
            for (int turn = 0; turn < 5; turn++) {
                rotation.allocate(100);
                epochs.add(rotation.rotate());
            }
            assertThat(epochs).isSorted().doesNotHaveDuplicates();
            assertThat(epochs.stream().map(this::state))
                    .containsExactly(
                            EpochInfo.State.DRAINED,
                            EpochInfo.State.DRAINED,
                            EpochInfo.State.DRAINED,
                            EpochInfo.State.OPEN,
                            EpochInfo.State.OPEN,
                            EpochInfo.State.OPEN);
        }
        assertThat(epochs).allMatch(epoch -> state(epoch) == EpochInfo.State.DRAINED);
    }

    @Test
    void afterItsCloseNothingIsAllocatedOrRotated() {
        EpochRotation rotation = start(RotationPolicy.every(MINUTE));
        long epoch = rotation.epoch();
        long handle = rotation.allocate(100);
        rotation.close();
        rotation.close();
        assertThat(rotation.allocate(100)).isEqualTo(Handle.EPOCH_CLOSED);
        assertThatIllegalStateException()
                .isThrownBy(rotation::rotate)
                .withMessage("the rotation is closed: no epoch follows " + epoch);
        assertThat(rotation.epoch()).isEqualTo(epoch);
        assertThat(allocator.resolve(handle)).isNotNull();
    }

    @Test
    void anEpochThatAnotherCallerHasClosedIsFollowedAtTheNextAllocation() {
        try (EpochRotation rotation = start(RotationPolicy.every(MINUTE))) {
            long epoch = rotation.epoch();
            allocator.closeEpoch(epoch, Disposition.DISCARD).join();
            assertThat(Handle.isHandle(rotation.allocate(100))).isTrue();
            assertThat(rotation.epoch()).isGreaterThan(epoch);
        }
    }

    @Test
    void whereNoPlaceIsFreeAllocationsGoOnInTheEpochBefore() {
        try (EpochRotation rotation = start(RotationPolicy.every(MINUTE));
                RecordedWarnings logged = new RecordedWarnings(AgentRunner.class)) {
            long epoch = rotation.epoch();
            List<Long> others = new ArrayList<>();
            while (others.size() < 6) {
                others.add(allocator.advanceEpoch());
            }
            assertThatExceptionOfType(EpochOpenException.class).isThrownBy(rotation::rotate);
            pass(rotation, MINUTE);
            await(() -> !logged.messages().isEmpty());
            assertThat(logged.messages().getFirst()).startsWith("the rotation of epochs was disturbed and goes on: ");
            assertThat(rotation.epoch()).isEqualTo(epoch);
            assertThat(Handle.isHandle(rotation.allocate(100))).isTrue();
            allocator.closeEpoch(others.getFirst(), Disposition.DISCARD).join();
            await(() -> rotation.epoch() > epoch);
        }
    }

    @Test
    void aDemotionThatFailsIsLoggedAndTold() {
        tier.failAfter(0);
        try (EpochRotation rotation = start(RotationPolicy.every(MINUTE).closing(Disposition.DEMOTE));
                RecordedWarnings logged = new RecordedWarnings(EpochRotation.class)) {
            long epoch = rotation.epoch();
            long handle = rotation.allocate(100);
            rotation.rotate();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> rotation.lastClosing().join());
            await(() -> !logged.messages().isEmpty());
            assertThat(logged.messages().getFirst())
                    .startsWith("epoch " + epoch + " of a rotation stays in DRAM: ")
                    .contains("the tier is full");
            assertThat(allocator.tierOf(handle)).isEqualTo(Tier.RESIDENT);
        }
    }

    @Test
    void threadsAllocateThroughRotations() {
        try (EpochRotation rotation =
                start(RotationPolicy.everyBytes(20_000).keepingOpen(1).closing(Disposition.DISCARD))) {
            List<Concurrently<Integer>> threads = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                threads.add(Concurrently.start(() -> {
                    int made = 0;
                    while (made < 20_000) {
                        long answer = rotation.allocate(100);
                        // when the thread of the rotation is late, memory may be full for a moment
                        made += Handle.isHandle(answer) ? 1 : 0;
                        assertThat(answer).isNotEqualTo(Handle.EPOCH_CLOSED);
                    }
                    return made;
                }));
            }
            threads.forEach(thread -> assertThat(thread.join()).isEqualTo(20_000));
            assertThat(rotation.epoch()).isGreaterThan(5);
        }
        allocator.checkInvariants();
    }

    @Test
    void anAllocatorThatIsClosedFirstEndsTheRotation() {
        EpochRotation rotation = start(RotationPolicy.every(MINUTE));
        long epoch = rotation.epoch();
        allocator.close();
        pass(rotation, MINUTE);
        assertThatIllegalStateException().isThrownBy(() -> rotation.allocate(100));
        rotation.close();
        assertThat(rotation.epoch()).isEqualTo(epoch);
    }

    @Test
    void policiesAreRefusedWithTheirRule() {
        RotationPolicy policy = RotationPolicy.every(MINUTE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RotationPolicy.every(Duration.ZERO))
                .withMessage("rotation every PT0S: must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RotationPolicy.everyBytes(0))
                .withMessage("rotation every 0 bytes: must be 1 or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.keepingOpen(-1))
                .withMessage("-1 epochs kept open: must be 0 or more");
        assertThatNullPointerException().isThrownBy(() -> policy.orEvery(null));
        assertThatNullPointerException().isThrownBy(() -> policy.closing(null));
        assertThatNullPointerException().isThrownBy(() -> policy.options(null));
        assertThatNullPointerException().isThrownBy(() -> EpochRotation.start(allocator, null));
        assertThatNullPointerException().isThrownBy(() -> EpochRotation.start(null, policy));
        assertThat(policy.orEveryBytes(7).bytes()).isEqualTo(7);
        try (SlabAllocator untiered =
                SlabAllocator.builder().limitBytes(8 << 20).build()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> EpochRotation.start(untiered, policy.closing(Disposition.DEMOTE)))
                    .withMessageContaining("the allocator has no cold tier");
            assertThat(untiered.currentEpoch()).isZero();
        }
    }
}
