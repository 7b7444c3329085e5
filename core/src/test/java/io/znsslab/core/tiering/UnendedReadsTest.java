package io.znsslab.core.tiering;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.ReadListener;
import io.znsslab.core.RecordedWarnings;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.TestObjects;
import io.znsslab.core.WrappedTier;
import io.znsslab.core.ZnsSlabException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tier that ends reads twice, never, on other threads, or after it was closed. */
class UnendedReadsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TWICE = "the cold tier ended a read twice; the second end is ignored";

    /** A read of the tier, which the test ends, as often as it likes. */
    private record Begun(Runnable copies, Consumer<RuntimeException> ends, MemorySegment destination) {
        void end() {
            copies.run();
            ends.accept(null);
        }
    }

    /** A tier that ends no read by itself. */
    private static class LeavingTier extends WrappedTier {
        final List<Begun> begun = new ArrayList<>();
        final CountDownLatch firstBegun = new CountDownLatch(1);

        final void note(
                long slabId, int sizeClass, long location, MemorySegment into, Consumer<RuntimeException> ends) {
            Runnable copies =
                    () -> memory.read(slabId, sizeClass, location, into).join();
            begun.add(new Begun(copies, ends, into));
            firstBegun.countDown();
        }

        @Override
        public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment into) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            note(slabId, sizeClass, location, into, failure -> {
                if (failure == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(failure);
                }
            });
            return done;
        }
    }

    /** One that implements the reads with tickets. */
    private static final class TicketTier extends LeavingTier {
        private Throwable thrown;

        @Override
        public void read(
                long slabId, int sizeClass, long location, MemorySegment into, long ticket, TicketListener listener) {
            note(slabId, sizeClass, location, into, failure -> listener.readEnded(ticket, failure));
            if (thrown != null) {
                begun.getLast().end();
                FailingTier.<RuntimeException>throwAsIs(thrown);
            }
        }
    }

    /** One that implements the reads with a listener of their own. */
    private static final class ListenerTier extends LeavingTier {
        @Override
        public void read(long slabId, int sizeClass, long location, MemorySegment into, Listener listener) {
            note(slabId, sizeClass, location, into, listener::readEnded);
        }
    }

    private record Told(long handle, int copied, RuntimeException failure) {}

    private final RecordedWarnings warnings = new RecordedWarnings(ColdReads.class);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment destination = arena.allocate(200, Long.BYTES);
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final ReadListener listener = (handle, copied, failure) -> told.add(new Told(handle, copied, failure));

    @AfterEach
    void end() {
        warnings.close();
        arena.close();
    }

    private static SlabAllocator allocatorOn(LeavingTier tier) {
        return SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    }

    private static long allocateCold(SlabAllocator allocator, long value) {
        long handle = TestObjects.allocate(allocator, TestObjects.BYTES, value);
        TestObjects.demoteCurrent(allocator);
        return handle;
    }

    private static void onAnotherThread(Runnable task) throws InterruptedException {
        assertThat(Thread.ofPlatform().start(task).join(LIMIT)).isTrue();
    }

    /** The second end of a read comes while the next one is under way, which has the same room. */
    private void endTwice(LeavingTier tier, RuntimeException secondEnd, int warned) throws InterruptedException {
        try (SlabAllocator allocator = allocatorOn(tier)) {
            long first = allocateCold(allocator, 1);
            long second = allocateCold(allocator, 2);
            allocator.readAsync(first, destination, listener);
            tier.begun.get(0).end();
            assertThat(told.remove()).isEqualTo(new Told(first, 120, null));

            allocator.readAsync(second, destination, listener);
            assertThat(tier.begun.get(1).destination.address())
                    .isEqualTo(tier.begun.get(0).destination.address());
            tier.begun.get(0).ends.accept(secondEnd);
            onAnotherThread(() -> tier.begun.get(0).ends.accept(secondEnd));
            assertThat(told).isEmpty();
            assertThat(destination.get(JAVA_LONG, 0)).isEqualTo(1);

            onAnotherThread(tier.begun.get(1)::end);
            assertThat(told.remove()).isEqualTo(new Told(second, 120, null));
            assertThat(destination.get(JAVA_LONG, 0)).isEqualTo(2);
            tier.begun.get(1).ends.accept(secondEnd);
            assertThat(told).isEmpty();
        }
        assertThat(warnings.messages()).hasSize(warned).allMatch(TWICE::equals);
    }

    @Test
    void aSecondEndOfAReadEndsNoOtherRead() throws InterruptedException {
        endTwice(new TicketTier(), null, 3);
    }

    @Test
    void aFailureAfterTheEndFailsNoOtherRead() throws InterruptedException {
        endTwice(new TicketTier(), new ZnsSlabException("too late"), 3);
    }

    @Test
    void aSecondCallOfAListenerEndsNoOtherRead() throws InterruptedException {
        endTwice(new ListenerTier(), null, 3);
    }

    @Test
    void aFutureThatIsCompletedTwiceEndsNoOtherRead() throws InterruptedException {
        endTwice(new LeavingTier(), new ZnsSlabException("too late"), 0);
    }

    @Test
    void whatATierThrowsAfterItHasEndedTheReadIsLoggedOnly() {
        TicketTier tier = new TicketTier();
        try (SlabAllocator allocator = allocatorOn(tier)) {
            long handle = allocateCold(allocator, 3);
            for (Throwable thrown : List.of(new ZnsSlabException("late"), new StackOverflowError("late"))) {
                tier.thrown = thrown;
                allocator.readAsync(handle, destination, listener);
                assertThat(told.remove()).isEqualTo(new Told(handle, 120, null));
            }
        }
        assertThat(warnings.messages()).containsExactly(TWICE, TWICE);
    }

    @Test
    void inventedTicketsEndNothing() {
        long[] tickets = {0, 2, -1, -3, 3, Long.MIN_VALUE, Long.MAX_VALUE};
        WrappedTier inventing = new WrappedTier() {
            @Override
            public void read(
                    long slabId, int sizeClass, long location, MemorySegment into, long ticket, TicketListener ends) {
                for (long invented : tickets) {
                    ends.readEnded(invented, null);
                }
                assertThat(told).isEmpty();
                memory.read(slabId, sizeClass, location, into).join();
                ends.readEnded(ticket, null);
                for (long invented : tickets) {
                    ends.readEnded(invented, null);
                }
            }
        };
        try (SlabAllocator allocator =
                SlabAllocator.builder().limitBytes(8 << 20).coldTier(inventing).build()) {
            long handle = allocateCold(allocator, 4);
            allocator.readAsync(handle, destination, listener);
            assertThat(told.remove()).isEqualTo(new Told(handle, 120, null));
        }
        assertThat(warnings.messages()).hasSize(2 * tickets.length).allMatch(TWICE::equals);
    }

    private void assertEndsAtClose(LeavingTier tier) throws Exception {
        SlabAllocator allocator = allocatorOn(tier);
        long handle = allocateCold(allocator, 5);
        allocator.readAsync(handle, destination, listener);
        CompletableFuture<Integer> read = allocator.readAsync(handle, destination);
        CompletableFuture<MemorySegment> resolved = allocator.resolveAsync(handle);
        allocator.close();

        Told end = told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        String message = "object 0x%x could not be read: the allocator was closed before the cold tier ended the read"
                .formatted(handle);
        assertThat(end.failure()).isInstanceOf(ZnsSlabException.class).hasMessage(message);
        assertThat(end).isEqualTo(new Told(handle, -1, end.failure()));
        assertThat(read).failsWithin(LIMIT).withThrowableThat().withMessageContaining(message);
        assertThat(resolved).failsWithin(LIMIT);
        assertThat(destination.get(JAVA_LONG, 0)).isZero();
    }

    @Test
    void readsThatTheTierNeverEndsFailAtTheClosing() throws Exception {
        assertEndsAtClose(new TicketTier());
    }

    @Test
    void readsWhoseFutureTheTierNeverCompletesFailAtTheClosing() throws Exception {
        assertEndsAtClose(new LeavingTier());
    }

    @Test
    void aReadThatATierEndsAfterTheClosingEndsNothingAndFreesItsRoom() throws InterruptedException {
        TicketTier tier = new TicketTier();
        SlabAllocator allocator = allocatorOn(tier);
        long handle = allocateCold(allocator, 6);
        allocator.readAsync(handle, destination, listener);
        allocator.close();
        assertThat(told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
        Begun read = tier.begun.getFirst();
        assertThat(read.destination.scope().isAlive()).isTrue();

        onAnotherThread(read::end);
        assertThat(read.destination.scope().isAlive()).isFalse();
        assertThat(warnings.messages()).isEmpty();
        read.ends.accept(null);
        assertThat(warnings.messages()).containsExactly(TWICE);
        assertThat(told).isEmpty();
    }

    private interface Waiting {
        void read(SlabAllocator allocator, long handle);
    }

    @Test
    void threadsThatWaitForAReadThatNeverEndsDoSoUntilTheClosing() throws Exception {
        List<Waiting> reads = List.of(
                SlabAllocator::resolve,
                (allocator, handle) -> allocator.read(handle, destination),
                (allocator, handle) -> allocator.read(handle, payload -> {}));
        for (Waiting waiting : reads) {
            LeavingTier tier = new LeavingTier();
            SlabAllocator allocator = allocatorOn(tier);
            long handle = allocateCold(allocator, 7);
            FutureTask<Void> reader = new FutureTask<>(() -> waiting.read(allocator, handle), null);
            Thread.ofPlatform().daemon().start(reader);
            assertThat(tier.firstBegun.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            allocator.close();
            assertThatThrownBy(() -> reader.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfAny(ZnsSlabException.class, IllegalStateException.class);
        }
    }
}
