package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.format.SlabMovedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Reads of slabs where they are on the device, by threads that wait and by listeners. */
class TierReadsTest extends TierOnAFile {
    @Test
    void aReadWhereNothingCanBeFailsWithoutTouchingTheDestination() {
        try (ZnsTier tier = openTier(SMALL)) {
            MemorySegment destination = arena.allocate(SLAB).fill((byte) 3);

            assertThatThrownBy(() -> tier.read(1, 0, -1, destination).join())
                    .hasCauseInstanceOf(ZnsSlabException.class);
            assertThatThrownBy(() -> tier.read(1, 0, 1L << 31, destination).join())
                    .hasCauseInstanceOf(ZnsSlabException.class);
            assertThatThrownBy(() -> tier.read(1, 0, 3 * 256, destination).join())
                    .hasCauseInstanceOf(SlabMovedException.class);
            assertThat(destination.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0))
                    .isEqualTo((byte) 3);
        }
    }

    @Test
    void aThreadThatWaitsReadsByItself() {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(3);
            tier.demote(batch).join();
            TestSlabs.Slab slab = slabs.cold.get(batch.slabId(2));
            MemorySegment destination = arena.allocate(SLAB);
            tier.readNow(slab.slabId(), slab.sizeClass(), slab.location(), destination);

            assertSame(destination, slab);
            assertThatThrownBy(() -> tier.readNow(slab.slabId() + 1, slab.sizeClass(), slab.location(), destination))
                    .isInstanceOf(CorruptSlabException.class);
            assertThatThrownBy(() -> tier.readNow(1, 0, 3 * 256, destination)).isInstanceOf(SlabMovedException.class);
            assertThatThrownBy(() -> tier.readNow(1, 0, -1, destination)).isInstanceOf(ZnsSlabException.class);
            assertThat(tier.statistics().reads().latency().count()).isEqualTo(2);
        }
    }

    @Test
    void moreThreadsWaitForReadsThanThereAreQueues() throws Exception {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(50);
            tier.demote(batch).join();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 48; t++) {
                // Every third thread is virtual, and its read goes through the reading thread.
                Thread.Builder builder = t % 3 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
                threads.add(builder.start(() -> readAllNow(tier, failures)));
            }
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(failures).isEmpty();
            assertThat(tier.statistics().reads().slabsRead()).isEqualTo(48 * 50);
        }
    }

    private void readAllNow(ZnsTier tier, List<Throwable> failures) {
        try (Arena own = Arena.ofShared()) {
            MemorySegment destination = own.allocate(SLAB);
            for (TestSlabs.Slab slab : slabs.cold.values()) {
                tier.readNow(slab.slabId(), slab.sizeClass(), slab.location(), destination);
                assertSame(destination, slab);
            }
        } catch (RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    @Test
    void readersOfTheSameSlabAtTheSameTimeShareATransfer() {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(100);
            tier.demote(batch).join();
            TestSlabs.Slab first = slabs.cold.get(batch.slabId(0));
            TestSlabs.Slab wanted = slabs.cold.get(batch.slabId(50));
            List<MemorySegment> destinations = new ArrayList<>();
            List<CompletableFuture<Void>> reads = new ArrayList<>();
            CompletableFuture<RuntimeException> outcome = new CompletableFuture<>();
            // Reads that listeners start on the reading thread are submitted together.
            tier.read(first.slabId(), first.sizeClass(), first.location(), arena.allocate(SLAB), failure -> {
                readOften(tier, wanted, destinations, reads);
                outcome.complete(failure);
            });
            assertThat(outcome.join()).isNull();
            reads.forEach(CompletableFuture::join);

            destinations.forEach(destination -> assertSame(destination, wanted));
            assertThat(tier.statistics().reads().sharedReads()).isEqualTo(19);
            assertThat(tier.statistics().reads().slabsRead()).isEqualTo(21);
            assertThat(tier.statistics().reads().bytesRead()).isEqualTo(2L * SLAB);
        }
    }

    private void readOften(
            ZnsTier tier, TestSlabs.Slab slab, List<MemorySegment> destinations, List<CompletableFuture<Void>> reads) {
        for (int i = 0; i < 20; i++) {
            MemorySegment destination = arena.allocate(SLAB);
            destinations.add(destination);
            reads.add(tier.read(slab.slabId(), slab.sizeClass(), slab.location(), destination));
        }
    }

    @Test
    void continuationsOfReadsMayReadOn() {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(200);
            tier.demote(batch).join();
            List<MemorySegment> destinations = new ArrayList<>();
            CompletableFuture<Void> chain = CompletableFuture.completedFuture(null);
            for (int i = 0; i < batch.size(); i++) {
                TestSlabs.Slab slab = slabs.cold.get(batch.slabId(i));
                MemorySegment destination = arena.allocate(SLAB);
                destinations.add(destination);
                chain = chain.thenCompose(
                        nothing -> tier.read(slab.slabId(), slab.sizeClass(), slab.location(), destination));
            }
            chain.join();

            for (int i = 0; i < batch.size(); i++) {
                assertSame(destinations.get(i), slabs.cold.get(batch.slabId(i)));
            }
        }
    }

    /** More reads than buffers, begun while the thread that reads is kept by a listener. */
    @Test
    void aReadForAFutureNeverWaitsForTheOnesBeforeIt() throws InterruptedException {
        try (ZnsTier tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), SMALL))
                .readDepth(2)
                .open()) {
            tier.attach(slabs);
            TestSlabs.Batch batch = slabs.batch(20);
            tier.demote(batch).join();
            CountDownLatch kept = new CountDownLatch(1);
            CountDownLatch released = new CountDownLatch(1);
            TestSlabs.Slab first = slabs.cold.get(batch.slabId(0));
            tier.read(first.slabId(), first.sizeClass(), first.location(), arena.allocate(SLAB), _ -> {
                kept.countDown();
                awaitQuietly(released);
            });
            kept.await();

            List<MemorySegment> destinations = new ArrayList<>();
            List<CompletableFuture<Void>> reads = new ArrayList<>();
            Thread beginner = Thread.ofPlatform().daemon().start(() -> {
                for (int i = 0; i < batch.size(); i++) {
                    TestSlabs.Slab slab = slabs.cold.get(batch.slabId(i));
                    destinations.add(arena.allocate(SLAB));
                    reads.add(tier.read(slab.slabId(), slab.sizeClass(), slab.location(), destinations.get(i)));
                }
            });
            assertThat(beginner.join(Duration.ofSeconds(20)))
                    .as("all reads are begun")
                    .isTrue();
            assertThat(reads).noneMatch(CompletableFuture::isDone);

            // A thread that waits for a buffer gets one though there are futures all the time.
            CompletableFuture<RuntimeException> listened = new CompletableFuture<>();
            Thread blocked = Thread.ofPlatform()
                    .daemon()
                    .start(() -> tier.read(
                            first.slabId(),
                            first.sizeClass(),
                            first.location(),
                            destinations.getFirst(),
                            listened::complete));
            released.countDown();
            assertThat(listened.orTimeout(20, TimeUnit.SECONDS).join()).isNull();
            assertThat(blocked.join(Duration.ofSeconds(20))).isTrue();
            CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
            for (int i = 0; i < batch.size(); i++) {
                assertSame(destinations.get(i), slabs.cold.get(batch.slabId(i)));
            }
        }
    }

    @Test
    void aReadForAFutureThatWaitsWhileTheTierIsClosedEnds() throws InterruptedException {
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        CountDownLatch kept = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        ZnsTier tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), SMALL))
                .readDepth(1)
                .open();
        tier.attach(slabs);
        TestSlabs.Batch batch = slabs.batch(20);
        tier.demote(batch).join();
        TestSlabs.Slab slab = slabs.cold.get(batch.slabId(0));
        tier.read(slab.slabId(), slab.sizeClass(), slab.location(), arena.allocate(SLAB), _ -> {
            kept.countDown();
            awaitQuietly(released);
        });
        kept.await();
        for (int i = 0; i < 10; i++) {
            reads.add(tier.read(slab.slabId(), slab.sizeClass(), slab.location(), arena.allocate(SLAB)));
        }
        Thread closing = Thread.ofPlatform().daemon().start(tier::close);
        released.countDown();
        assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
        assertThat(reads).allMatch(CompletableFuture::isDone);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
