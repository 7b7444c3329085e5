package io.znsslab.core.slab;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.patched.Breakpoint;
import io.znsslab.core.patched.Concurrently;
import io.znsslab.core.patched.Patch;
import io.znsslab.core.patched.PatchedCore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Free slots of one thread's slabs serve another thread; the robbed thread can go on at any moment of the theft. */
class SlabStealingTest {
    private static final int PAYLOAD_BYTES = 100;
    private static final int OBJECTS_PER_SLAB = 31;
    private static final int CHURNS = Integer.getInteger("churns", 4);

    enum Kind {
        OWNER,
        SHARER,
        DEAD
    }

    /** Threads of both kinds, alive or dead, with slabs most of whose objects other threads freed. */
    private static final class Threads implements AutoCloseable {
        private final CountDownLatch end = new CountDownLatch(1);

        /** Lets a thread allocate; it stays alive, unless it is to be dead. */
        long[] allocate(SlabAllocator allocator, Kind kind, int count) throws InterruptedException {
            long[] handles = new long[count];
            CountDownLatch done = new CountDownLatch(1);
            Runnable work = () -> {
                for (int index = 0; index < count; index++) {
                    handles[index] = allocator.allocate(PAYLOAD_BYTES, allocator.currentEpoch());
                    allocator.resolve(handles[index]).set(JAVA_LONG, 0, handles[index]);
                }
                done.countDown();
                if (kind != Kind.DEAD) {
                    awaitEnd();
                }
            };
            Thread thread = kind == Kind.SHARER
                    ? Thread.ofVirtual().start(work)
                    : Thread.ofPlatform().daemon().start(work);
            done.await();
            if (kind == Kind.DEAD) {
                thread.join();
            }
            return handles;
        }

        private void awaitEnd() {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            end.countDown();
        }
    }

    private static void requireLive(SlabAllocator allocator, long... handles) {
        for (long handle : handles) {
            assertThat(Handle.isHandle(handle)).isTrue();
            assertThat(allocator.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(handle);
        }
    }

    private static long[] filtered(long[] handles, boolean fourth) {
        return LongStream.range(0, handles.length)
                .filter(index -> (index % 4 == 0) == fourth)
                .map(index -> handles[(int) index])
                .toArray();
    }

    private static long slabs(SlabAllocator allocator) {
        return allocator.epochInfo(allocator.currentEpoch()).residentSlabs();
    }

    @ParameterizedTest
    @CsvSource({"OWNER, OWNER", "OWNER, SHARER", "SHARER, OWNER", "DEAD, OWNER", "DEAD, SHARER"})
    void slotsThatWereFreedServeOtherThreads(Kind victim, Kind thief) throws InterruptedException {
        int slabs = 200;
        try (Threads threads = new Threads();
                SlabAllocator allocator = SlabAllocator.builder().build()) {
            long[] first = threads.allocate(allocator, victim, slabs * OBJECTS_PER_SLAB);
            long[] kept = filtered(first, true);
            for (long handle : filtered(first, false)) {
                assertThat(allocator.free(handle)).isTrue();
            }

            long[] second = threads.allocate(allocator, thief, first.length - kept.length);

            assertThat(slabs(allocator)).isBetween((long) slabs, slabs * 11L / 10);
            assertThat(allocator.counters().slabsStolen()).isBetween(slabs * 3L / 4, (long) slabs);
            requireLive(allocator, kept);
            requireLive(allocator, second);
            allocator.checkInvariants();
            for (long handle : LongStream.concat(Arrays.stream(kept), Arrays.stream(second))
                    .toArray()) {
                assertThat(allocator.free(handle)).isTrue();
                assertThat(allocator.free(handle)).isFalse();
            }
            allocator.checkInvariants();
        }
    }

    @Test
    void aFewFreeSlotsStayWhereTheyAre() throws InterruptedException {
        try (Threads threads = new Threads();
                SlabAllocator allocator = SlabAllocator.builder().build()) {
            long[] first = threads.allocate(allocator, Kind.OWNER, 200 * OBJECTS_PER_SLAB);
            // A slab goes to the partial list when an eighth of its slots is free.
            for (int slab = 0; slab < 11; slab++) {
                for (int slot = 0; slot < 4; slot++) {
                    assertThat(allocator.free(first[slab * OBJECTS_PER_SLAB + slot]))
                            .isTrue();
                }
            }

            threads.allocate(allocator, Kind.OWNER, 40);

            assertThat(allocator.counters().slabsStolen()).isZero();
            allocator.checkInvariants();
        }
    }

    /** An emptied slab still counts as empty where it moves to. */
    @Test
    void emptySlabsAreStolenToo() throws InterruptedException {
        try (Threads threads = new Threads();
                SlabAllocator allocator = SlabAllocator.builder().build()) {
            long epoch = allocator.currentEpoch();
            long[] own = new long[60 * OBJECTS_PER_SLAB];
            for (int index = 0; index < own.length; index++) {
                own[index] = allocator.allocate(PAYLOAD_BYTES, epoch);
            }
            for (long handle : own) {
                assertThat(allocator.free(handle)).isTrue();
            }
            long slabs = slabs(allocator);

            long[] theirs = threads.allocate(allocator, Kind.OWNER, 20 * OBJECTS_PER_SLAB);

            assertThat(slabs(allocator)).isEqualTo(slabs);
            assertThat(allocator.counters().slabsStolen()).isPositive();
            allocator.checkInvariants();
            requireLive(allocator, theirs);
        }
    }

    @Test
    void threadsThatFreeInFitsKeepTheirObjects() {
        StealingChurn churn = new StealingChurn();
        for (int seed = 0; seed < CHURNS; seed++) {
            churn.accept(seed);
        }
        assertThat(churn.stolen()).isPositive();
    }

    /**
     * The same, where the thief does not wait and the victim does not keep away: a slot is handed out twice, or lost.
     * Runs in a JVM of its own, since such a store may also follow a link that leads nowhere.
     */
    @Test
    void theChurnNoticesAThiefThatDoesNotWait() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ErrorFile=/dev/null",
                        "-XX:-CreateCoredumpOnCrash",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CarelessThief.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(printed).isNotZero();
        assertThat(printed).containsAnyOf(CarelessThief.NOTICED, "SIGSEGV");
    }

    /** Main class of that JVM. Exits with 0 if it notices nothing. */
    static final class CarelessThief {
        private static final String NOTICED = "noticed that a thief does not wait: ";

        private CarelessThief() {}

        public static void main(String[] arguments) throws Exception {
            PatchedCore careless = new PatchedCore()
                    .with(Patch.ofCalls("SlabStealing", "stealFromOwned", "awaitOneOwner", (code, _) -> code.pop()))
                    .with(Patch.ofCalls(
                            "SlabRefill",
                            "fill",
                            "lvIsVisited",
                            (code, _) -> code.pop().iconst_0()));
            LongConsumer churn = (LongConsumer) careless.make(StealingChurn.class);
            try {
                for (int seed = 0; seed < 50 * CHURNS; seed++) {
                    churn.accept(seed);
                }
            } catch (AssertionError noticed) {
                System.out.println(NOTICED + noticed.getMessage());
                System.exit(1);
            }
        }
    }

    /** A scenario in a copy of core with breakpoints: another thread has slabs to spare. */
    abstract static class Visit implements Callable<Void> {
        static final int SLABS = 40;
        SlabAllocator allocator;
        long[] kept;

        @Override
        public final Void call() throws Exception {
            try (SlabAllocator opened = SlabAllocator.builder().build()) {
                allocator = opened;
                play();
                opened.checkInvariants();
            }
            return null;
        }

        abstract void play() throws Exception;

        /** Allocates objects and frees three quarters of them, so that robbing the calling thread is worthwhile. */
        void makeRich() {
            long[] handles = allocate(SLABS * OBJECTS_PER_SLAB);
            kept = filtered(handles, true);
            for (long handle : filtered(handles, false)) {
                assertThat(allocator.free(handle)).isTrue();
            }
        }

        /** Releases the breakpoint when that thread waits. */
        static Concurrently<Void> releaseOnceParked(Breakpoint stop, Thread waiting) {
            return Concurrently.start(() -> {
                Concurrently.awaitParked(() -> waiting);
                stop.release();
                return null;
            });
        }

        long[] allocate(int count) {
            long[] handles = new long[count];
            for (int index = 0; index < count; index++) {
                handles[index] = allocator.allocate(PAYLOAD_BYTES, 0);
                allocator.resolve(handles[index]).set(JAVA_LONG, 0, handles[index]);
            }
            return handles;
        }
    }

    @Test
    void aThiefWaitsForTheVictimsFree() throws Exception {
        PatchedCore.play(
                FreeUnderWay.class,
                Patch.breakBefore("SlabAllocator", "freeAtHome", "sopPendingWith", "before the bit is set"));
    }

    static class FreeUnderWay extends Visit {
        @Override
        void play() {
            makeRich();
            try (Breakpoint beforeBit = Breakpoint.at("before the bit is set")) {
                Thread[] thief = new Thread[1];
                Concurrently<long[]> stealing = Concurrently.start(() -> {
                    beforeBit.awaitReached();
                    thief[0] = Thread.currentThread();
                    return allocate(SLABS * OBJECTS_PER_SLAB / 2);
                });
                Concurrently<Void> releasing = Concurrently.start(() -> {
                    Concurrently.awaitParked(() -> thief[0]);
                    assertThat(allocator.counters().slabsStolen()).isZero();
                    beforeBit.release();
                    return null;
                });
                assertThat(allocator.free(kept[0])).isTrue();
                releasing.join();
                requireLive(allocator, stealing.join());
            }
            assertThat(allocator.counters().slabsStolen()).isPositive();
            requireLive(allocator, Arrays.copyOfRange(kept, 1, kept.length));
        }
    }

    @Test
    void aVictimThatNeedsItsSlabsWaitsForTheThief() throws Exception {
        PatchedCore.play(
                FillDuringVisit.class,
                Patch.breakBefore("SlabStealing", "move", "popPartial", "before a slab is taken"));
    }

    static class FillDuringVisit extends Visit {
        @Override
        void play() {
            makeRich();
            Thread victim = Thread.currentThread();
            try (Breakpoint beforeTaking = Breakpoint.at("before a slab is taken", 3)) {
                Concurrently<long[]> stealing = Concurrently.start(() -> allocate(SLABS * OBJECTS_PER_SLAB / 2));
                beforeTaking.awaitReached();
                Concurrently<Void> releasing = releaseOnceParked(beforeTaking, victim);
                // The first object is freed as by any other thread.
                assertThat(allocator.free(kept[0])).isTrue();
                long[] own = allocate(SLABS * OBJECTS_PER_SLAB);
                releasing.join();
                requireLive(allocator, stealing.join());
                requireLive(allocator, own);
            }
            requireLive(allocator, Arrays.copyOfRange(kept, 1, kept.length));
        }
    }

    @Test
    void aSlabMailedDuringTheVisitIsNotTakenForOneOnTheList() throws Exception {
        PatchedCore.play(
                MailDuringVisit.class,
                Patch.breakBefore("SlabStealing", "stealFromOwned", "beginVisit", "before the visit"),
                Patch.breakBefore("SlabStealing", "move", "listedSlabs", "before slabs are counted"));
    }

    static class MailDuringVisit extends Visit {
        @Override
        void play() {
            makeRich();
            try (Breakpoint beforeVisit = Breakpoint.at("before the visit");
                    Breakpoint beforeCount = Breakpoint.at("before slabs are counted")) {
                Concurrently<long[]> stealing = Concurrently.start(() -> allocate(1));
                beforeVisit.awaitReached();
                // No slab is left to be stolen.
                long[] own = allocate(SLABS * OBJECTS_PER_SLAB - kept.length);
                beforeVisit.release();
                beforeCount.awaitReached();
                // Four objects of one slab, freed as by any other thread: that is enough to mail it.
                for (int object = 156; object < 160; object++) {
                    assertThat(allocator.free(kept[object])).isTrue();
                }
                beforeCount.release();
                requireLive(allocator, stealing.join());
                requireLive(allocator, own);
            }
            assertThat(allocator.counters().slabsStolen()).isZero();
            requireLive(allocator, Arrays.copyOfRange(kept, 160, kept.length));
        }
    }

    @Test
    void aClosingWaitsForTheThief() throws Exception {
        PatchedCore.play(
                DiscardDuringVisit.class,
                Patch.breakBefore("SlabStealing", "move", "popPartial", "before a slab is taken"));
    }

    static class DiscardDuringVisit extends Visit {
        @Override
        void play() {
            makeRich();
            allocator.advanceEpoch();
            Thread closer = Thread.currentThread();
            try (Breakpoint beforeTaking = Breakpoint.at("before a slab is taken", 3)) {
                Concurrently<Long> stealing = Concurrently.start(() -> {
                    long last = 0;
                    for (int count = 0; count < SLABS * OBJECTS_PER_SLAB / 2; count++) {
                        last = allocator.allocate(PAYLOAD_BYTES, 0);
                    }
                    return last;
                });
                beforeTaking.awaitReached();
                Concurrently<Void> releasing = releaseOnceParked(beforeTaking, closer);
                allocator.closeEpoch(0, Disposition.DISCARD).join();
                releasing.join();
                assertThat(stealing.join()).isEqualTo(Handle.EPOCH_CLOSED);
            }
            for (long handle : kept) {
                assertThat(allocator.resolve(handle)).isNull();
            }
            assertThat(allocator.epochInfo(0).residentSlabs()).isZero();
        }
    }
}
