package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls made in continuations, with a tier that completes its futures on its only thread: no continuation ever takes
 * that thread.
 */
class CallsInContinuationsTest {
    private static final long SECONDS = 20;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment copy = arena.allocate(100);
    private final SlabAllocator allocator = SlabAllocator.builder()
            .limitBytes(1 << 20)
            .coldTier(new MemoryTier())
            .build();
    private final long cold = allocator.allocate(100, 0);
    private final long coldToo = allocator.allocate(700, 0);
    private final long next = allocator.advanceEpoch();

    /** The calls. */
    enum Call {
        ALLOCATE(test -> test.allocator.allocate(100, test.allocator.currentEpoch())),
        FREE(test -> test.allocator.free(test.cold)),
        READ(test -> test.allocator.read(test.cold, test.copy)),
        READ_ASYNC(test -> test.allocator.readAsync(test.cold, test.copy).join()),
        RESOLVE(test -> test.allocator.resolve(test.cold)),
        RESOLVE_ASYNC(test -> test.allocator.resolveAsync(test.coldToo).join()),
        RECLAIM(test ->
                test.allocator.closeEpoch(test.next, Disposition.RECLAIM).join()),
        DISCARD(test ->
                test.allocator.closeEpoch(test.next, Disposition.DISCARD).join()),
        DEMOTE(test -> test.allocator.closeEpoch(test.next, Disposition.DEMOTE).join()),
        SYNC(test -> test.allocator.sync().join()),
        OPEN_DOMAIN(test -> test.allocator.openDomain().close()),
        CLOSE(test -> test.allocator.close());

        @SuppressWarnings("ImmutableEnumChecker") // The lambdas have no state.
        private final Consumer<CallsInContinuationsTest> call;

        Call(Consumer<CallsInContinuationsTest> call) {
            this.call = call;
        }
    }

    @AfterEach
    void close() {
        allocator.close();
        arena.close();
    }

    @ParameterizedTest
    @EnumSource
    void aContinuationOfADemotionMayCall(Call call) {
        assertThat(allocator.closeEpoch(0, Disposition.DEMOTE).thenRun(() -> call.call.accept(this)))
                .succeedsWithin(SECONDS, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void aContinuationOfAClosingThatWaitedForAnExitMayCall(Call call) {
        allocator.closeEpoch(0, Disposition.DEMOTE).join();
        EpochDomain domain = allocator.openSharedDomain(Disposition.DISCARD);
        CompletableFuture<Void> called =
                allocator.closeEpoch(domain.epoch(), Disposition.DISCARD).thenRun(() -> call.call.accept(this));
        assertThat(called).isNotDone();
        domain.close();
        assertThat(called).succeedsWithin(SECONDS, TimeUnit.SECONDS);
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Call.values())
                .filter(call -> call != Call.CLOSE)
                .flatMap(outer ->
                        Stream.of(Call.DEMOTE, Call.SYNC, Call.CLOSE).map(inner -> Arguments.of(outer, inner)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void continuationsWithinContinuationsMayCall(Call outer, Call inner) {
        assertThat(allocator.closeEpoch(0, Disposition.DEMOTE).thenRun(() -> {
                    outer.call.accept(this);
                    assertThat(allocator.closeEpoch(0, Disposition.DEMOTE).thenRun(() -> inner.call.accept(this)))
                            .succeedsWithin(SECONDS, TimeUnit.SECONDS);
                }))
                .succeedsWithin(2 * SECONDS, TimeUnit.SECONDS);
    }
}
