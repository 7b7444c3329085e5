package io.znsslab.core.slab;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import io.znsslab.core.TestObjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The memory limit is a limit of live objects: a slab without any is found, whichever thread holds it. */
class ReclaimTest {
    private static final int LIMIT = 1 << 20;
    private static final int SLAB = 4096;
    private static final int THREADS = 3;

    enum Life {
        LIVING,
        DEAD,
        VIRTUAL
    }

    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private SlabAllocator allocator;

    private void build(SlabAllocatorBuilder builder) {
        allocator = builder.build();
    }

    @AfterEach
    void checkAndClose() throws InterruptedException {
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        allocator.checkInvariants();
        allocator.close();
    }

    /** Runs an action in a thread that stays alive until the end of the test, unless it is to be dead. */
    private void inThread(Life life, Runnable work) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Runnable staying = () -> {
            work.run();
            done.countDown();
            if (life != Life.DEAD) {
                awaitEnd();
            }
        };
        Thread thread = life == Life.VIRTUAL
                ? Thread.ofVirtual().start(staying)
                : Thread.ofPlatform().daemon().start(staying);
        done.await();
        if (life == Life.DEAD) {
            thread.join();
        } else {
            threads.add(thread);
        }
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private long payload(int sizeClass) {
        return allocator.sizeClasses().get(sizeClass) - 8L;
    }

    private long objectsOfAll(int sizeClass) {
        return allocator.limitBytes()
                / SLAB
                * ((SLAB - 64) / allocator.sizeClasses().get(sizeClass));
    }

    /** Allocates objects of the class until there is no room. */
    private List<Long> fill(int sizeClass, long epoch) {
        List<Long> handles = new ArrayList<>();
        long handle = allocator.allocate(payload(sizeClass), epoch);
        while (Handle.isHandle(handle)) {
            handles.add(handle);
            handle = allocator.allocate(payload(sizeClass), epoch);
        }
        assertThat(handle).isEqualTo(Handle.ARENA_FULL);
        return handles;
    }

    /** Allocates objects of all classes in turn in all epochs, a burst each, until there is no room. */
    private List<Long> fillInTurn(List<Long> epochs, int room) {
        List<Long> handles = new ArrayList<>();
        for (int burst = 0; handles.size() < room; burst++) {
            int sizeClass = burst % allocator.sizeClasses().size();
            long epoch = epochs.get(burst % epochs.size());
            for (int object = 0; object < 100; object++) {
                long handle = allocator.allocate(payload(sizeClass), epoch);
                if (!Handle.isHandle(handle)) {
                    return handles;
                }
                handles.add(handle);
            }
        }
        return handles;
    }

    private void freeAll(List<Long> handles) {
        for (long handle : handles) {
            assertThat(allocator.free(handle)).isTrue();
        }
    }

    private void requireThatEachClassCanHaveAll(List<Long> epochs) {
        for (int sizeClass = 0; sizeClass < allocator.sizeClasses().size(); sizeClass++) {
            List<Long> handles = fill(sizeClass, epochs.get(sizeClass % epochs.size()));
            assertThat(handles).as("objects of class %d", sizeClass).hasSize((int) objectsOfAll(sizeClass));
            freeAll(handles);
        }
    }

    static Stream<Arguments> histories() {
        return Stream.of(Reclamation.values())
                .flatMap(reclamation -> Stream.of(Life.values())
                        .flatMap(life -> Stream.of(true, false)
                                .flatMap(byOther -> Stream.of(1, 3)
                                        .map(epochs -> Arguments.of(reclamation, life, byOther, epochs)))));
    }

    @ParameterizedTest
    @MethodSource("histories")
    void withNoObjectAliveEachClassCanHaveTheWholeLimitAfterAnyHistory(
            Reclamation reclamation, Life life, boolean freedByAnother, int epochCount) throws InterruptedException {
        build(SlabAllocator.builder().limitBytes(LIMIT).reclamation(reclamation).cachedSlabs(4096));
        List<Long> epochs = new ArrayList<>(List.of(0L));
        while (epochs.size() < epochCount) {
            epochs.add(allocator.advanceEpoch());
        }
        List<List<Long>> handles = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            List<Long> mine = new ArrayList<>();
            handles.add(mine);
            inThread(life, () -> {
                mine.addAll(fillInTurn(epochs, 4_000));
                if (!freedByAnother) {
                    freeAll(mine);
                }
            });
        }
        if (freedByAnother) {
            inThread(Life.LIVING, () -> handles.forEach(this::freeAll));
        }
        requireThatEachClassCanHaveAll(epochs);
        inThread(life, () -> requireThatEachClassCanHaveAll(epochs));
        allocator.checkInvariants();
    }

    @ParameterizedTest
    @EnumSource(Life.class)
    void framesThatAThreadKeptAfterADiscardServeOthers(Life life) throws InterruptedException {
        build(SlabAllocator.builder()
                .limitBytes(LIMIT)
                .reclamation(Reclamation.KEEP_HOT)
                .cachedSlabs(4096));
        inThread(life, () -> {
            fill(7, 0);
            allocator.closeEpoch(0, Disposition.DISCARD).join();
        });
        requireThatEachClassCanHaveAll(List.of(allocator.advanceEpoch()));
    }

    @Test
    void theSlabInHandOfAnIdleThreadServesOthersWhenItIsEmpty() throws InterruptedException {
        build(SlabAllocator.builder().limitBytes(SLAB));
        for (int sizeClass = 0; sizeClass < allocator.sizeClasses().size(); sizeClass++) {
            long payload = payload(sizeClass);
            inThread(Life.LIVING, () -> {
                long handle = allocator.allocate(payload, 0);
                assertThat(Handle.isHandle(handle)).isTrue();
                assertThat(allocator.free(handle)).isTrue();
            });
        }
    }

    @Test
    void theSlabInHandOfAThreadStaysThatThreadsWhileItHoldsAnObject() throws InterruptedException {
        build(SlabAllocator.builder().limitBytes(SLAB));
        List<Long> kept = new ArrayList<>();
        inThread(Life.LIVING, () -> {
            kept.add(TestObjects.allocate(allocator, 100, 17));
            for (int object = 0; object < 10; object++) {
                assertThat(allocator.free(allocator.allocate(100, 0))).isTrue();
            }
        });
        assertThat(allocator.allocate(200, 0)).isEqualTo(Handle.ARENA_FULL);
        assertThat(allocator.resolve(kept.getFirst()).get(JAVA_LONG, 0)).isEqualTo(17);
        allocator.checkInvariants();
    }

    @ParameterizedTest
    @EnumSource(Reclamation.class)
    void aTrimGivesBackEverythingThatHoldsNoLiveObject(Reclamation reclamation) throws InterruptedException {
        build(SlabAllocator.builder().limitBytes(LIMIT).reclamation(reclamation));
        long kept = TestObjects.allocate(allocator, 100, 42);
        inThread(Life.LIVING, () -> freeAll(fill(3, 0)));
        inThread(Life.VIRTUAL, () -> freeAll(fill(4, 0)));
        long granted = allocator.arenaUsage().grantedBytes();
        assertThat(granted).isGreaterThan(64 * SLAB);

        assertThat(allocator.trim()).isBetween(64L * SLAB, granted - SLAB);

        assertThat(allocator.arenaUsage().grantedBytes()).isEqualTo(SLAB);
        assertThat(allocator.arenaUsage().rssBytes()).isEqualTo(SLAB);
        assertThat(allocator.trim()).isZero();
        assertThat(allocator.resolve(kept).get(JAVA_LONG, 0)).isEqualTo(42);
        allocator.checkInvariants();
    }

    @Test
    void aTrimOfAClosedAllocatorIsRefused() {
        build(SlabAllocator.builder().limitBytes(LIMIT));
        SlabAllocator closed = SlabAllocator.builder().limitBytes(LIMIT).build();
        closed.close();
        assertThatIllegalStateException().isThrownBy(closed::trim).withMessage("the allocator is closed");
    }

    @ParameterizedTest
    @CsvSource({"KEEP_HOT, true", "KEEP_HOT, false", "RETURN_TO_OS, true", "RETURN_TO_OS, false"})
    void aPromotionFindsFramesWithoutLiveObjects(Reclamation reclamation, boolean discarded)
            throws InterruptedException {
        build(SlabAllocator.builder()
                .limitBytes(LIMIT)
                .reclamation(reclamation)
                .cachedSlabs(4096)
                .coldTier(new MemoryTier()));
        long cold = TestObjects.allocate(allocator, 100, 42);
        TestObjects.demoteCurrent(allocator);
        long epoch = allocator.currentEpoch();
        List<Long> handles = fill(7, epoch);
        assertThatThrownBy(() -> allocator.resolve(cold))
                .hasMessageStartingWith("no memory to promote a cold slab to: each slab");
        if (discarded) {
            allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        } else {
            inThread(Life.LIVING, () -> freeAll(handles));
        }
        assertThat(allocator.resolve(cold).get(JAVA_LONG, 0)).isEqualTo(42);
    }

    /** If each failing allocation searched all slabs, these would take minutes. */
    @Test
    void aLoopOfFailingAllocationsDoesNotLookAtEachSlabEachTime() {
        build(SlabAllocator.builder().limitBytes(64 << 20));
        List<Long> handles = fill(7, 0);
        // Each slab is partly in use, and so on a list.
        for (int object = 0; object < handles.size(); object += 5) {
            assertThat(allocator.free(handles.get(object))).isTrue();
        }
        long start = System.nanoTime();
        for (int failure = 0; failure < 200_000; failure++) {
            assertThat(allocator.allocate(8, 0)).isEqualTo(Handle.ARENA_FULL);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
}
