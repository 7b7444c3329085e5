package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.znsslab.core.statistics.SlabStatistics;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlabAllocatorTest {
    private SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(64 << 20).build();

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
    }

    private void use(SlabAllocatorBuilder builder) {
        allocator.close();
        allocator = builder.build();
    }

    @Test
    void anObjectKeepsItsBytesUntilItIsFreed() {
        long handle = allocator.allocate(100, 0);
        allocator.resolve(handle).set(JAVA_LONG, 0, 42);
        assertThat(allocator.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(42);
        assertThat(allocator.resolve(handle).byteSize()).isEqualTo(120);
        assertThat(allocator.free(handle)).isTrue();
        assertThat(allocator.resolve(handle)).isNull();
    }

    @Test
    void freeOfAStaleHandleReportsStale() {
        long handle = allocator.allocate(100, 0);
        assertThat(allocator.free(handle)).isTrue();
        assertThat(allocator.free(handle)).isFalse();
        long next = allocator.allocate(100, 0);
        assertThat(allocator.free(handle)).isFalse();
        assertThat(allocator.free(next)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(HandleFormat.class)
    void noHandleIsEverIssuedTwice(HandleFormat format) {
        use(SlabAllocator.builder().handleFormat(format).limitBytes(8 << 20));
        Set<Long> issued = new HashSet<>();
        long[] live = new long[500];
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            int place = random.nextInt(live.length);
            if (live[place] != 0 && !allocator.free(live[place])) {
                fail("0x%x was not freed".formatted(live[place]));
            }
            live[place] = allocator.allocate(random.nextInt(760), 0);
            if (!issued.add(live[place])) {
                fail("0x%x was issued twice".formatted(live[place]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(HandleFormat.class)
    void garbageIsNeitherResolvedNorFreedNorACrash(HandleFormat format) {
        use(SlabAllocator.builder().handleFormat(format).limitBytes(8 << 20));
        long[] handles = new long[1000];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(40, 0);
        }
        Set<Long> real = new HashSet<>();
        for (long handle : handles) {
            real.add(handle);
        }
        Random random = new Random(2);
        for (int i = 0; i < 50_000; i++) {
            long garbage = i % 2 == 0 ? random.nextLong() : handles[random.nextInt(1000)] ^ 1L << random.nextInt(64);
            if (!real.contains(garbage)
                    && (allocator.resolve(garbage) != null
                            || allocator.free(garbage)
                            || allocator.tierOf(garbage) != null)) {
                fail("0x%x was taken for a handle".formatted(garbage));
            }
        }
        assertThat(allocator.resolve(0)).isNull();
        assertThat(allocator.free(0)).isFalse();
    }

    @Test
    void aPayloadThatLooksLikeAHandleIsNotOne() {
        long victim = allocator.allocate(8, 0);
        long forged = allocator.allocate(700, 0);
        MemorySegment payload = allocator.resolve(forged);
        for (int word = 0; word < payload.byteSize() / 8; word++) {
            for (int slot = 0; slot < 64; slot++) {
                payload.setAtIndex(JAVA_LONG, word, (forged & ~0x3fcL) | (long) slot << 2);
            }
        }
        for (int slot = 0; slot < 256; slot++) {
            long guess = (forged & ~0x3fcL) | (long) slot << 2;
            if (guess != forged) {
                assertThat(allocator.resolve(guess)).isNull();
            }
        }
        assertThat(allocator.resolve(victim)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Reclamation.class)
    void aDiscardedEpochsHandlesAreStaleAndItsPlaceIsReused(Reclamation policy) {
        use(SlabAllocator.builder().reclamation(policy).epochCount(2).limitBytes(8 << 20));
        Set<Long> old = new HashSet<>();
        for (int round = 0; round < 50; round++) {
            long epoch = allocator.currentEpoch();
            for (int i = 0; i < 1000; i++) {
                long handle = allocator.allocate(100, epoch);
                assertThat(Handle.isHandle(handle)).isTrue();
                assertThat(old.add(handle)).isTrue();
            }
            assertThat(allocator.closeEpoch(epoch, Disposition.DISCARD).join().slabs())
                    .isEqualTo(33);
            allocator.advanceEpoch();
        }
        assertThat(old).allSatisfy(handle -> {
            assertThat(allocator.resolve(handle)).isNull();
            assertThat(allocator.free(handle)).isFalse();
        });
    }

    @Test
    void discardGivesTheMemoryBackAtOnce() {
        long epoch = allocator.advanceEpoch();
        for (int i = 0; i < 100_000; i++) {
            allocator.resolve(allocator.allocate(100, epoch)).fill((byte) 1);
        }
        long before = allocator.arenaUsage().rssBytes();
        EpochClosing closing = allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        assertThat(before).isGreaterThan(100_000L * 128);
        assertThat(closing.bytesReturned()).isEqualTo(closing.slabs() * 4096L);
        assertThat(allocator.arenaUsage().rssBytes()).isLessThan(before / 100);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 50})
    void aThreadKeepsAsManyEmptySlabsAsItMayAndTheRestOverflows(int cached) {
        use(SlabAllocator.builder()
                .reclamation(Reclamation.KEEP_HOT)
                .cachedSlabs(cached)
                .limitBytes(8 << 20));
        for (int round = 1; round <= 3; round++) {
            long epoch = allocator.advanceEpoch();
            for (int i = 0; i < 31 * 60; i++) {
                assertThat(Handle.isHandle(allocator.allocate(100, epoch))).isTrue();
            }
            allocator.closeEpoch(epoch, Disposition.DISCARD).join();
            SlabStatistics counters = allocator.counters();
            assertThat(counters.emptiesRecycled()).isEqualTo((long) round * cached);
            assertThat(counters.emptiesOverflowed()).isEqualTo((long) round * (60 - cached));
        }
        assertThat(allocator.arenaUsage().grantedBytes()).isLessThan(2 * 60 * 4096);
        allocator.checkInvariants();
    }

    @Test
    void reclaimReturnsASlabWithItsLastObject() {
        long epoch = allocator.advanceEpoch();
        long[] handles = new long[62];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(100, epoch);
        }
        assertThat(allocator.free(handles[0])).isTrue();
        EpochClosing closing = allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
        assertThat(closing.slabs()).isEqualTo(2);
        assertThat(closing.slabsReturned()).isZero();
        assertThat(allocator.allocate(100, epoch)).isEqualTo(Handle.EPOCH_CLOSED);
        for (int i = 1; i < handles.length; i++) {
            assertThat(allocator.resolve(handles[i])).isNotNull();
            assertThat(allocator.free(handles[i])).isTrue();
            assertThat(allocator.free(handles[i])).isFalse();
        }
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
    }

    @Test
    void aClosedEpochCanBeDiscardedLater() {
        long epoch = allocator.advanceEpoch();
        long handle = allocator.allocate(100, epoch);
        allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
        assertThat(allocator.resolve(handle)).isNotNull();
        assertThat(allocator.closeEpoch(epoch, Disposition.DISCARD).join().slabsReturned())
                .isEqualTo(1);
        assertThat(allocator.resolve(handle)).isNull();
        assertThat(allocator.free(handle)).isFalse();
    }

    @Test
    void anEpochThatStaysOpenIsSteppedOver() {
        use(SlabAllocator.builder().epochCount(4).limitBytes(8 << 20));
        long kept = allocator.allocate(100, 0);
        long before = 0;
        for (int round = 0; round < 20; round++) {
            long epoch = allocator.advanceEpoch();
            assertThat(epoch).isGreaterThan(before);
            before = epoch;
            allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        }
        assertThat(allocator.resolve(kept)).isNotNull();
        assertThat(allocator.allocate(100, 0)).matches(Handle::isHandle);
    }

    @Test
    void anOpenEpochInTheWayIsNamed() {
        use(SlabAllocator.builder().epochCount(2).limitBytes(8 << 20));
        allocator.advanceEpoch();
        assertThatThrownBy(() -> allocator.advanceEpoch())
                .isInstanceOf(EpochOpenException.class)
                .hasMessageContaining("open epoch 0")
                .extracting(e -> ((EpochOpenException) e).openEpoch())
                .isEqualTo(0L);
        allocator.closeEpoch(0, Disposition.RECLAIM).join();
        assertThat(allocator.advanceEpoch()).isEqualTo(2);
    }

    @Test
    void atTheMemoryLimitAllocationSaysSoAndGoesOnAfterAFree() {
        use(SlabAllocator.builder().limitBytes(16 * 4096).sizeClasses(128, 4032));
        long handle = 0;
        int count = 0;
        for (long next = allocator.allocate(4000, 0); Handle.isHandle(next); next = allocator.allocate(4000, 0)) {
            handle = next;
            count++;
        }
        assertThat(count).isEqualTo(16);
        assertThat(allocator.allocate(4000, 0)).isEqualTo(Handle.ARENA_FULL);
        assertThat(allocator.free(handle)).isTrue();
        assertThat(Handle.isHandle(allocator.allocate(4000, 0))).isTrue();
        allocator.closeEpoch(0, Disposition.DISCARD).join();
        assertThat(Handle.isHandle(allocator.allocate(10, allocator.advanceEpoch())))
                .isTrue();
    }

    @Test
    void framesThatDeadThreadsHadInStoreAreFoundAtTheMemoryLimit() throws InterruptedException {
        use(SlabAllocator.builder().limitBytes(1024 * 4096).sizeClasses(4032));
        // More than one, since this thread may take over slabs of the others.
        for (int count = 1; count <= 3; count++) {
            Thread thread = Thread.ofPlatform().start(() -> allocator.allocate(4000, 0));
            thread.join();
        }
        int count = 3;
        while (Handle.isHandle(allocator.allocate(4000, 0))) {
            count++;
        }
        assertThat(count).isEqualTo(1024);
        allocator.checkInvariants();
    }

    @Test
    void afterCloseEveryAccessThrows() {
        long handle = allocator.allocate(100, 0);
        MemorySegment segment = allocator.resolve(handle);
        long ended = allocator.advanceEpoch();
        long stale = allocator.allocate(100, ended);
        allocator.closeEpoch(ended, Disposition.DISCARD).join();
        assertThat(allocator.resolve(stale)).isNull();
        allocator.close();
        assertThatIllegalStateException().isThrownBy(() -> allocator.resolve(stale));
        assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_LONG, 0));
        assertThatIllegalStateException().isThrownBy(() -> allocator.resolve(handle));
        assertThatIllegalStateException().isThrownBy(() -> allocator.free(handle));
        assertThatIllegalStateException().isThrownBy(() -> allocator.allocate(100, 0));
        allocator = SlabAllocator.builder().build();
    }

    /**
     * Address ranges are used again: an address that a closed allocator still holds may belong to the next one, whether
     * it was built alike or not.
     */
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 64})
    void aClosedAllocatorNeverTouchesTheMemoryOfTheOnesAfterIt(int mebibytes) {
        use(SlabAllocator.builder().limitBytes(8 << 20));
        SlabAllocator ended = allocator;
        for (int i = 0; i < 100; i++) {
            ended.allocate(100, 0);
        }
        use(SlabAllocator.builder().limitBytes((long) mebibytes << 20));
        long[] handles = new long[100];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(700, 0);
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, i);
        }
        for (long handle : handles) {
            assertThatIllegalStateException().isThrownBy(() -> ended.allocate(100, 0));
            assertThatIllegalStateException().isThrownBy(() -> ended.free(handle));
            assertThatIllegalStateException()
                    .isThrownBy(() -> ended.resolve(handle).set(JAVA_LONG, 0, -1));
        }
        for (int i = 0; i < handles.length; i++) {
            assertThat(allocator.resolve(handles[i]).get(JAVA_LONG, 0)).isEqualTo(i);
        }
        allocator.checkInvariants();
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 16384, 32768, 65536})
    void everySlabSizeHoldsEveryClass(int slabBytes) {
        use(SlabAllocator.builder().slabBytes(slabBytes).limitBytes(64 << 20).sizeClasses(64, 96, 512, 4000));
        long[] handles = new long[4000];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(i % 3 == 0 ? 50 : i % 3 == 1 ? 80 : 500, 0);
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, i);
        }
        for (int i = 0; i < handles.length; i += 2) {
            assertThat(allocator.free(handles[i])).isTrue();
            handles[i] = allocator.allocate(i % 3 == 0 ? 50 : i % 3 == 1 ? 80 : 500, 0);
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, i);
        }
        for (int i = 0; i < handles.length; i++) {
            if (allocator.resolve(handles[i]).get(JAVA_LONG, 0) != i) {
                fail("object %d has lost its bytes".formatted(i));
            }
        }
    }

    @Test
    void aWrongSettingIsRefusedWithItsRule() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlabAllocator.builder().slabBytes(5000).build())
                .withMessageContaining("power of two from 4096");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlabAllocator.builder().cachedSlabs(0).build())
                .withMessageContaining("cached slabs 0: must be 1 to 4096");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlabAllocator.builder().epochCount(100).build())
                .withMessageContaining("power of two from 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlabAllocator.builder().sizeClasses(64, 60).build())
                .withMessageContaining("size class 60");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlabAllocator.builder().limitBytes(100).build())
                .withMessageContaining("at least one slab");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> allocator.allocate(4017, 0))
                .withMessageContaining("4017");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> allocator.closeEpoch(7, Disposition.DISCARD))
                .withMessageContaining("never opened");
        assertThatIllegalStateException()
                .isThrownBy(() -> allocator.closeEpoch(0, Disposition.DEMOTE))
                .withMessageContaining("no cold tier");
    }

    @Test
    void zeroOnAllocateHandsOutZeroes() {
        use(SlabAllocator.builder().zeroOnAllocate(true).limitBytes(8 << 20));
        for (int i = 0; i < 1000; i++) {
            long handle = allocator.allocate(100, 0);
            MemorySegment payload = allocator.resolve(handle);
            assertThat(payload.mismatch(MemorySegment.ofArray(new byte[120]))).isEqualTo(-1);
            payload.fill((byte) 7);
            allocator.free(handle);
        }
    }

    @Test
    void objectsThatOneThreadAllocatesAnotherMayFree() throws InterruptedException {
        int count = 100_000;
        long[] handles = new long[count];
        AtomicLong produced = new AtomicLong();
        AtomicLong failures = new AtomicLong();
        Thread consumer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < count; i++) {
                while (produced.get() <= i) {
                    Thread.onSpinWait();
                }
                if (allocator.resolve(handles[i]).get(JAVA_LONG, 0) != i || !allocator.free(handles[i])) {
                    failures.incrementAndGet();
                }
            }
        });
        for (int i = 0; i < count; i++) {
            handles[i] = allocator.allocate(100, 0);
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, i);
            produced.set(i + 1L);
        }
        consumer.join();
        assertThat(failures).hasValue(0);
        assertThat(allocator.closeEpoch(0, Disposition.RECLAIM).join())
                .satisfies(closing -> assertThat(closing.slabsReturned()).isEqualTo(closing.slabs()));
    }

    @Test
    void virtualThreadsAllocateAndFreeEachOthersObjects() throws InterruptedException {
        int count = 20_000;
        AtomicLong failures = new AtomicLong();
        Thread[] threads = new Thread[count];
        long[] handles = new long[count];
        for (int i = 0; i < count; i++) {
            int number = i;
            threads[i] = Thread.ofVirtual().start(() -> {
                long handle = allocator.allocate(100, 0);
                allocator.resolve(handle).set(JAVA_LONG, 0, number);
                handles[number] = handle;
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int i = 0; i < count; i++) {
            int number = i;
            threads[i] = Thread.ofVirtual().start(() -> {
                long handle = handles[(number + 7) % count];
                if (allocator.resolve(handle).get(JAVA_LONG, 0) != (number + 7) % count || !allocator.free(handle)) {
                    failures.incrementAndGet();
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).hasValue(0);
    }
}
