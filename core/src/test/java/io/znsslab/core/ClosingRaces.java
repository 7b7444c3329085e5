package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.patched.Breakpoint;
import io.znsslab.core.patched.Concurrently;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Closings beside entries to domains and beside each other; {@link RacesTest} says what each race shows. */
final class ClosingRaces {
    private ClosingRaces() {}

    static class TwiceAtOnce extends Race {
        @Override
        void play() {
            allocator.advanceEpoch();
            try (Breakpoint beforeLooking = Breakpoint.at("before looking for visitors")) {
                Concurrently<EpochClosing> first = Concurrently.start(() -> close(0, Disposition.RECLAIM));
                beforeLooking.awaitReached();
                Concurrently<EpochClosing> second = Concurrently.start(() -> {
                    CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.RECLAIM);
                    beforeLooking.release();
                    return closing.join();
                });
                first.join();
                second.join();
            }
        }
    }

    static class BeforeTheFirstEntry extends Race {
        @Override
        void play() {
            long epoch = allocator.currentEpoch();
            for (Callable<EpochDomain> opening : List.<Callable<EpochDomain>>of(
                    () -> allocator.openDomain(), () -> allocator.openSharedDomain(Disposition.DISCARD))) {
                epoch++;
                try (Breakpoint opened = Breakpoint.at("after opening the gate")) {
                    Concurrently<Void> inside = Concurrently.start(() -> useClosed(opening.call()));
                    opened.awaitReached();
                    assertThat(closeAfterExit(epoch, opened, inside).slabs()).isZero();
                }
            }
        }

        /** What the closing of an epoch does that is opened, whose domain is not entered yet. */
        EpochClosing closeAfterExit(long epoch, Breakpoint opened, Concurrently<Void> inside) {
            CompletableFuture<EpochClosing> closing = allocator.closeEpoch(epoch, Disposition.DISCARD);
            assertThat(closing).isNotDone();
            opened.release();
            inside.join();
            EpochClosing closed = closing.join();
            assertThat(allocator.epochInfo(epoch).state()).isEqualTo(EpochInfo.State.DRAINED);
            return closed;
        }

        Void useClosed(EpochDomain domain) {
            assertThat(allocator.allocate(100, domain.epoch())).isEqualTo(Handle.EPOCH_CLOSED);
            assertThatIllegalStateException().isThrownBy(() -> domain.allocate(100));
            domain.close();
            return null;
        }
    }

    static class BeforeTheFirstEntryOfAParkedPlace extends BeforeTheFirstEntry {
        @Override
        void play() {
            // The place is the epoch's first, then its gate is opened.
            try (Breakpoint opened = Breakpoint.at("after reopening the gate", 1)) {
                CompletableFuture<Long> parked = new CompletableFuture<>();
                Concurrently<Void> inside = Concurrently.start(() -> {
                    try (EpochDomain before = allocator.openDomain()) {
                        before.allocate(100);
                        parked.complete(before.epoch());
                    }
                    return useClosed(allocator.openDomain());
                });
                opened.awaitReached();
                assertThat(closeAfterExit(parked.join() + 128, opened, inside).slabs())
                        .isOne();
            }
        }
    }

    static class ForcedTwiceAtOnce extends Race {
        @Override
        void play() {
            EpochDomain shared = allocator.openSharedDomain(Disposition.DISCARD);
            MemorySegment segment = shared.allocate(100);
            forceTwice("before revoking shared domains", shared.epoch());
            assertThat(segment.scope().isAlive()).isFalse();
            shared.close();
            long ofEndedThread = Concurrently.run(() -> {
                EpochDomain confined = allocator.openDomain();
                confined.allocate(100);
                return confined.epoch();
            });
            forceTwice("before ending a confined domain", ofEndedThread);
        }

        private void forceTwice(String place, long epoch) {
            try (Breakpoint revoking = Breakpoint.at(place)) {
                Concurrently<EpochClosing> first = Concurrently.start(() -> force(epoch));
                revoking.awaitReached();
                assertThat(force(epoch).slabs()).isOne();
                revoking.release();
                assertThat(first.join().slabs()).isOne();
            }
            assertThat(allocator.epochInfo(epoch).state()).isEqualTo(EpochInfo.State.DRAINED);
        }

        private EpochClosing force(long epoch) {
            return allocator.closeEpochNow(epoch, Disposition.DISCARD).join();
        }
    }

    static class AllocatorForcedTwiceAtOnce extends Race {
        @Override
        void play() {
            SlabAllocator forced = SlabAllocator.builder().limitBytes(8 << 20).build();
            EpochDomain domain = forced.openSharedDomain(Disposition.DISCARD);
            MemorySegment segment = domain.allocate(100);
            CompletableFuture<EpochClosing> waiting = domain.forceClose();
            try (Breakpoint revoked = Breakpoint.at("after revoking entries")) {
                Concurrently<Void> first = Concurrently.start(() -> {
                    forced.closeNow();
                    return null;
                });
                revoked.awaitReached();
                forced.closeNow();
                assertThatIllegalStateException().isThrownBy(domain::enter);
                revoked.release();
                first.join();
            }
            assertThat(waiting).isCompletedExceptionally();
            assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_LONG, 0));
            assertThatIllegalStateException().isThrownBy(() -> forced.allocate(100, 0));
            forced.closeNow();
            forced.close();
        }
    }
}
