package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.patched.Breakpoint;
import io.znsslab.core.patched.Concurrently;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/** Demotions, promotions and relocations against frees and discards; {@link RacesTest} says what each race shows. */
final class TieringRaces {
    private TieringRaces() {}

    static class DrainAgainstDemotion extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            try (Breakpoint beforeDemotion = Breakpoint.at("before the demotion")) {
                Concurrently<EpochClosing> closing = Concurrently.start(() -> close(0, Disposition.DEMOTE));
                beforeDemotion.awaitReached();
                free(handles[0]);
                long[] next = Concurrently.run(() -> allocate(1, 1));
                close(1, Disposition.RECLAIM);
                beforeDemotion.release();
                closing.join();
                assertThat(allocator.tierOf(next[0])).isEqualTo(Tier.RESIDENT);
                requireLive(next);
            }
        }
    }

    static class FreeAgainstDiscardOfAFailedDemotion extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            tier.holdDemotions();
            tier.failAfter(0);
            CompletableFuture<EpochClosing> demotion = allocator.closeEpoch(0, Disposition.DEMOTE);
            try (Breakpoint beforeClaiming = Breakpoint.at("before claiming the header");
                    Breakpoint discardWaits = Breakpoint.at("before the discard waits");
                    Breakpoint demotionWaits = Breakpoint.at("before the demotion waits")) {
                Concurrently<Boolean> freeing = Concurrently.start(() -> allocator.free(handles[20]));
                beforeClaiming.awaitReached();
                Concurrently<EpochClosing> discarding = Concurrently.start(() -> close(0, Disposition.DISCARD));
                discardWaits.awaitReached();
                Concurrently<Void> handingOver = Concurrently.start(() -> {
                    tier.releaseHeld();
                    return null;
                });
                demotionWaits.awaitReached();
                long[] next = allocate(1, 1);
                beforeClaiming.release();
                freeing.join();
                discardWaits.release();
                discarding.join();
                demotionWaits.release();
                handingOver.join();
                requireLive(next);
                requireLive(allocate(2 * OBJECTS_PER_SLAB, 1));
            }
            assertThat(demotion.handle((_, failure) -> failure).join()).isNotNull();
        }
    }

    static class DiscardAgainstEndOfDemotion extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            tier.holdDemotions();
            tier.failAfter(0);
            CompletableFuture<EpochClosing> demotion = allocator.closeEpoch(0, Disposition.DEMOTE);
            try (Breakpoint beforeChanging = Breakpoint.at("before changing the word")) {
                Concurrently<EpochClosing> discarding = Concurrently.start(() -> close(0, Disposition.DISCARD));
                beforeChanging.awaitReached();
                tier.releaseHeld();
                beforeChanging.release();
                assertThat(discarding.join().slabs()).isEqualTo(1);
            }
            assertThat(demotion.handle((_, failure) -> failure).join()).hasMessageContaining("the tier is full");
            assertThat(allocator.resolve(handles[0])).isNull();
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }

    static class EndOfDemotionAgainstDiscard extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            tier.holdDemotions();
            tier.failAfter(0);
            CompletableFuture<EpochClosing> demotion = allocator.closeEpoch(0, Disposition.DEMOTE);
            try (Breakpoint afterChanging = Breakpoint.at("after changing the word");
                    Breakpoint beforeWaiting = Breakpoint.at("before waiting for the discard")) {
                Concurrently<EpochClosing> discarding = Concurrently.start(() -> close(0, Disposition.DISCARD));
                afterChanging.awaitReached();
                Concurrently<Void> handingOver = Concurrently.start(() -> {
                    tier.releaseHeld();
                    return null;
                });
                beforeWaiting.awaitReached();
                afterChanging.release();
                assertThat(discarding.join().slabs()).isEqualTo(1);
                beforeWaiting.release();
                handingOver.join();
            }
            assertThat(demotion.handle((_, failure) -> failure).join()).hasMessageContaining("the tier is full");
            assertThat(allocator.resolve(handles[0])).isNull();
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }

    static class LastFreeWhilePromoting extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            try (Breakpoint beforeClearing = Breakpoint.at("before clearing the bit");
                    Breakpoint beforeWaiting = Breakpoint.at("before waiting for readers")) {
                Concurrently<Boolean> freeing = Concurrently.start(() -> allocator.free(handles[0]));
                beforeClearing.awaitReached();
                Concurrently<MemorySegment> resolving = Concurrently.start(() -> allocator.resolve(handles[0]));
                beforeWaiting.awaitReached();
                beforeClearing.release();
                assertThat(freeing.join()).isTrue();
                beforeWaiting.release();
                assertThat(resolving.join()).isNull();
            }
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }

    static class LastFreeWhileRelocating extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            try (Breakpoint beforeClearing = Breakpoint.at("before clearing the bit")) {
                Concurrently<Boolean> freeing = Concurrently.start(() -> allocator.free(handles[0]));
                beforeClearing.awaitReached();
                tier.relocateAll();
                beforeClearing.release();
                assertThat(freeing.join()).isTrue();
            }
            assertThat(tier.imageCount()).isZero();
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }

    static class LastFreeWhileDropping extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            requireLive(handles);
            try (Breakpoint beforeClaiming = Breakpoint.at("before claiming the header");
                    Breakpoint beforeWaiting = Breakpoint.at("before waiting for readers")) {
                Concurrently<Boolean> freeing = Concurrently.start(() -> allocator.free(handles[0]));
                beforeClaiming.awaitReached();
                Concurrently<EpochClosing> closing = Concurrently.start(() -> close(0, Disposition.DEMOTE));
                beforeWaiting.awaitReached();
                beforeClaiming.release();
                beforeWaiting.release();
                assertThat(freeing.join()).isTrue();
                closing.join();
            }
            assertThat(tier.imageCount()).isZero();
            assertThat(allocator.undrainedEpochs()).isEmpty();
        }
    }

    static class RelocationAgainstLastFree extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(1, 0);
            close(0, Disposition.DEMOTE);
            requireLive(handles);
            try (Breakpoint beforeMove = Breakpoint.at("before noting the move")) {
                Concurrently<Void> relocating = Concurrently.start(() -> {
                    tier.relocateAll();
                    return null;
                });
                beforeMove.awaitReached();
                free(handles);
                beforeMove.release();
                relocating.join();
            }
            assertThat(tier.imageCount()).isZero();
        }
    }

    static class RelocationAgainstDrop extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            long[] handles = allocate(OBJECTS_PER_SLAB, 0);
            close(0, Disposition.DEMOTE);
            requireLive(handles);
            try (Breakpoint beforeWaiting = Breakpoint.at("before waiting for readers")) {
                Concurrently<EpochClosing> closing = Concurrently.start(() -> close(0, Disposition.DEMOTE));
                beforeWaiting.awaitReached();
                Concurrently<Void> relocating = Concurrently.start(() -> {
                    tier.relocateAll();
                    return null;
                });
                beforeWaiting.release();
                closing.join();
                relocating.join();
            }
            assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.COLD);
            assertThat(tier.imageCount()).isEqualTo(1);
            requireLive(handles);
        }
    }
}
