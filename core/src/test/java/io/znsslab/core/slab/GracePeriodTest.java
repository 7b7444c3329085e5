package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.patched.Concurrently;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GracePeriodTest {
    private final SlabArena arena = new SlabArena(new SlabGeometry(4096, 64), 1 << 20);
    private final Stripes stripes = new Stripes(new ClaimLines(arena, 18, 4), 16, 2, 4, 1, 1);
    private final GracePeriod grace = new GracePeriod(stripes);
    private final ReaderSection readers = new ReaderSection(stripes, grace);

    @AfterEach
    void close() {
        arena.close();
    }

    /** Requires that {@code await}, in another thread, waits until {@code end} has run. */
    private void requireWait(Runnable await, Runnable end) {
        AtomicBoolean ended = new AtomicBoolean();
        Thread[] waiter = new Thread[1];
        Concurrently<Boolean> waiting = Concurrently.start(() -> {
            waiter[0] = Thread.currentThread();
            await.run();
            return ended.get();
        });
        Concurrently.awaitParked(() -> waiter[0]);
        ended.set(true);
        end.run();
        assertThat(waiting.join()).isTrue();
    }

    @Test
    void readersOfOwnedStripesAreWaitedFor() {
        Thread thread = Thread.currentThread();
        int section = readers.enter(thread);
        assertThat(stripes.at(thread.threadId()).isReading()).isTrue();
        requireWait(grace::awaitReaders, () -> readers.exit(thread, section));
        grace.awaitReaders();
    }

    @Test
    void aReaderThatLeftAndCameAgainIsNotWaitedFor() {
        Thread thread = Thread.currentThread();
        int section = readers.enter(thread);
        requireWait(grace::awaitReaders, () -> {
            readers.exit(thread, section);
            readers.enter(thread);
        });
        readers.exit(thread, section);
    }

    @Test
    void readersThatShareAStripeAreWaitedForInEitherPhase() {
        for (int round = 0; round < 3; round++) {
            asVirtualThread(thread -> {
                int section = readers.enter(thread);
                assertThat(stripes.sharedBy(thread).lvSharedReaders(section)).isEqualTo(1);
                requireWait(grace::awaitReaders, () -> readers.exit(thread, section));
                assertThat(stripes.sharedBy(thread).lvSharedReaders(section)).isZero();
            });
        }
    }

    @Test
    void aNewReaderThatSharesAStripeIsNotWaitedFor() {
        asVirtualThread(thread -> {
            int first = readers.enter(thread);
            requireWait(grace::awaitReaders, () -> {
                int next = readers.enter(thread);
                assertThat(next).isNotEqualTo(first);
                readers.exit(thread, first);
                readers.exit(thread, next);
            });
        });
    }

    private static void asVirtualThread(Consumer<Thread> work) {
        Throwable[] failure = new Throwable[1];
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                work.accept(Thread.currentThread());
            } catch (Throwable e) {
                failure[0] = e;
            }
        });
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(failure[0]).isNull();
    }

    @Test
    void ownersThatUseTheEpochAreWaitedForSaveOneself() {
        Stripe user = stripes.get(3);
        Stripe stranger = stripes.get(4);
        user.open();
        stripes.enlist(user, 2, 2);
        user.enter();
        stranger.enter();
        grace.awaitOwners(user, 2);
        grace.awaitOwners(null, 1);
        requireWait(() -> grace.awaitOwners(null, 2), user::exit);
        requireWait(grace::awaitAllOwners, stranger::exit);
        grace.awaitAllOwners();
    }

    @Test
    void theHolderOfASharedStripeIsWaitedFor() {
        Stripe shared = stripes.get(17);
        shared.open();
        stripes.enlist(shared, 2, 2);
        shared.lock().lock();
        requireWait(() -> grace.awaitOwners(null, 2), shared.lock()::unlock);
        assertThat(shared.lock().isLocked()).isFalse();
    }

    @Test
    void afterShutDownNoSectionBegins() {
        Thread thread = Thread.currentThread();
        readers.checkOpen();
        int section = readers.enter(thread);
        requireWait(readers::shutDown, () -> readers.exit(thread, section));
        assertThatIllegalStateException()
                .isThrownBy(() -> readers.enter(thread))
                .withMessage("the allocator is closed");
        assertThatIllegalStateException().isThrownBy(readers::checkOpen).withMessage("the allocator is closed");
        assertThat(stripes.at(thread.threadId()).isReading()).isFalse();
    }
}
