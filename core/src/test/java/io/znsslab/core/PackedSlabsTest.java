package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of any size, in slabs where each takes as many granules as it needs. */
class PackedSlabsTest {
    private SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(16 << 20).build();

    @AfterEach
    void tearDown() {
        allocator.checkInvariants();
        allocator.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 16384, 32768, 65536})
    void objectsOfEverySizeUpToTheSlabAreServed(int slabBytes) {
        reopen(SlabAllocator.builder().slabBytes(slabBytes));
        assertThat(allocator.largestPayloadBytes()).isGreaterThanOrEqualTo(slabBytes - 64 - 16 - slabBytes / 256);
        List<Long> handles = new ArrayList<>();
        for (int bytes = 0; bytes <= allocator.largestPayloadBytes(); bytes += 1 + bytes / 7) {
            handles.add(filled(bytes));
        }
        handles.add(filled(allocator.largestPayloadBytes()));
        for (long handle : handles) {
            MemorySegment payload = allocator.resolve(handle);
            assertThat(payload.address() % 8).isZero();
            for (long at = 0; at < payload.byteSize(); at++) {
                assertThat(payload.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) (handle + at));
            }
        }
        allocator.checkInvariants();
        handles.forEach(handle -> assertThat(allocator.free(handle)).isTrue());
        handles.forEach(handle -> assertThat(allocator.free(handle)).isFalse());
        handles.forEach(handle -> assertThat(allocator.resolve(handle)).isNull());
    }

    private long filled(int bytes) {
        long handle = allocator.allocate(bytes, 0);
        assertThat(Handle.isHandle(handle)).isTrue();
        MemorySegment payload = allocator.resolve(handle);
        for (long at = 0; at < payload.byteSize(); at++) {
            payload.set(ValueLayout.JAVA_BYTE, at, (byte) (handle + at));
        }
        return handle;
    }

    private void reopen(SlabAllocatorBuilder builder) {
        allocator.close();
        allocator = builder.limitBytes(64 << 20).build();
    }

    @Test
    void aLargeObjectsPayloadIsExactlyAsLongAsAskedFor() {
        long handle = allocator.allocate(2001, 0);
        assertThat(allocator.resolve(handle).byteSize()).isEqualTo(2001);
        assertThat(allocator.read(
                        handle, payload -> assertThat(payload.byteSize()).isEqualTo(2001)))
                .isTrue();
        try (Arena arena = Arena.ofConfined()) {
            assertThat(allocator.read(handle, arena.allocate(4096))).isEqualTo(2001);
        }
    }

    @Test
    void anObjectLargerThanASlabIsRefusedWithTheLimitAndWhatToSet() {
        assertThatThrownBy(() -> allocator.allocate(4017, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4017 bytes")
                .hasMessageContaining("4016")
                .hasMessageContaining("slabBytes");
        assertThatThrownBy(() -> allocator.allocate(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSlabIsUsedAgainOnceItIsEmptyAndOldHandlesStayStale() {
        List<Long> stale = new ArrayList<>();
        for (int round = 0; round < 10_000; round++) {
            long handle = allocator.allocate(1000 + round % 1000, 0);
            assertThat(allocator.free(handle)).isTrue();
            if (round % 100 == 0) {
                stale.add(handle);
            }
        }
        assertThat(allocator.arenaUsage().grantedBytes()).isLessThan(1 << 20);
        stale.forEach(handle -> assertThat(allocator.resolve(handle)).isNull());
    }

    @Test
    void aForgedHandleToTheMiddleOfAnObjectIsStale() {
        long handle = allocator.allocate(3000, 0);
        MemorySegment payload = allocator.resolve(handle);
        // A wide handle has its slot in bits 2 to 9: the payload holds, at each granule, the handle that would fit it.
        for (int granule = 1; granule < 180; granule++) {
            long forged = handle + ((long) granule << 2);
            payload.set(ValueLayout.JAVA_LONG, granule * 16L - 16, forged);
            payload.set(ValueLayout.JAVA_LONG, granule * 16L - 8, 16L << 16 | 8);
            assertThat(allocator.resolve(forged)).isNull();
            assertThat(allocator.free(forged)).isFalse();
        }
        assertThat(allocator.free(handle)).isTrue();
    }

    @Test
    void aClosedEpochsPackedSlabsGoBackOneByOneWithTheirLastObjects() {
        SplittableRandom random = new SplittableRandom(7);
        List<Long> handles = new ArrayList<>();
        for (int count = 0; count < 2000; count++) {
            handles.add(allocator.allocate(761 + random.nextInt(3000), 0));
        }
        long before = allocator.arenaUsage().grantedBytes();
        allocator.closeEpoch(0, Disposition.RECLAIM).join();
        allocator.checkInvariants();
        assertThat(allocator.epochInfo(0).liveObjects()).isEqualTo(2000);
        while (!handles.isEmpty()) {
            assertThat(allocator.free(handles.remove(random.nextInt(handles.size()))))
                    .isTrue();
        }
        assertThat(allocator.arenaUsage().grantedBytes()).isLessThan(before / 10);
        allocator.advanceEpoch();
    }

    @Test
    void aDiscardMakesEveryObjectStale() {
        List<Long> handles = new ArrayList<>();
        for (int count = 0; count < 1000; count++) {
            handles.add(allocator.allocate(1 + count * 3L, 0));
        }
        allocator.closeEpoch(0, Disposition.DISCARD).join();
        handles.forEach(handle -> assertThat(allocator.free(handle)).isFalse());
        allocator.advanceEpoch();
    }

    @Test
    void objectsFreedByAnotherThreadComeBack() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            List<Long> handles = new ArrayList<>();
            for (int count = 0; count < 500; count++) {
                handles.add(allocator.allocate(900 + count, 0));
            }
            Thread other = Thread.ofPlatform().start(() -> handles.forEach(allocator::free));
            other.join();
        }
        allocator.trim();
        assertThat(allocator.arenaUsage().grantedBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 3000})
    void valuesAreReadAndWrittenByHandleAndOffset(int bytes) {
        long handle = allocator.allocate(bytes, 0);
        allocator.setByte(handle, 0, (byte) -7);
        allocator.setShort(handle, 1, (short) -300);
        allocator.setChar(handle, 3, 'x');
        allocator.setInt(handle, 5, -70_000);
        allocator.setFloat(handle, 9, 1.5f);
        allocator.setLong(handle, 13, Long.MIN_VALUE + 1);
        allocator.setDouble(handle, bytes - 8, Math.PI);
        allocator.setBytes(handle, 21, new byte[] {1, 2, 3, 4}, 1, 2);
        allocator.setBytes(handle, 23, MemorySegment.ofArray(new byte[] {5, 6}));
        assertThat(allocator.getByte(handle, 0)).isEqualTo((byte) -7);
        assertThat(allocator.getShort(handle, 1)).isEqualTo((short) -300);
        assertThat(allocator.getChar(handle, 3)).isEqualTo('x');
        assertThat(allocator.getInt(handle, 5)).isEqualTo(-70_000);
        assertThat(allocator.getFloat(handle, 9)).isEqualTo(1.5f);
        assertThat(allocator.getLong(handle, 13)).isEqualTo(Long.MIN_VALUE + 1);
        assertThat(allocator.getDouble(handle, bytes - 8)).isEqualTo(Math.PI);
        byte[] copy = new byte[4];
        allocator.getBytes(handle, 21, copy, 0, 4);
        assertThat(copy).containsExactly(2, 3, 5, 6);
        MemorySegment part = MemorySegment.ofArray(new byte[2]);
        allocator.getBytes(handle, 22, part);
        assertThat(part.toArray(ValueLayout.JAVA_BYTE)).containsExactly(3, 5);
        assertThat(allocator.resolve(handle).get(ValueLayout.JAVA_LONG_UNALIGNED, 13))
                .isEqualTo(Long.MIN_VALUE + 1);
        allocator.free(handle);
        assertThatThrownBy(() -> allocator.getLong(handle, 0))
                .isInstanceOfSatisfying(
                        StaleHandleException.class, e -> assertThat(e.handle()).isEqualTo(handle));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 760, 761, 4016})
    void anObjectMayBeAllocatedFromBytes(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        long packed = allocator.advanceEpoch(EpochOptions.DEFAULT.packed(true));
        for (long epoch : new long[] {0, packed}) {
            long fromArray = allocator.allocateFrom(bytes, epoch);
            long fromSegment = allocator.allocateFrom(MemorySegment.ofArray(bytes), epoch);
            for (long handle : new long[] {fromArray, fromSegment}) {
                byte[] copy = new byte[length];
                allocator.getBytes(handle, 0, copy, 0, length);
                assertThat(copy).containsExactly(bytes);
            }
        }
        assertThat(allocator.packedCounters().newSlabs()).isPositive();
    }

    @Test
    void inAPackedEpochSmallObjectsAreAsLongAsAskedFor() {
        long packed = allocator.advanceEpoch(EpochOptions.DEFAULT.packed(true));
        for (int bytes = 0; bytes < 200; bytes++) {
            assertThat(allocator.resolve(allocator.allocate(bytes, packed)).byteSize())
                    .isEqualTo(bytes);
        }
    }

    @Test
    void zeroOnAllocateZeroesLargeObjects() {
        reopen(SlabAllocator.builder().zeroOnAllocate(true));
        for (int round = 0; round < 100; round++) {
            long handle = allocator.allocate(3000, 0);
            MemorySegment payload = allocator.resolve(handle);
            assertThat(payload.mismatch(MemorySegment.ofArray(new byte[3000]))).isEqualTo(-1);
            payload.fill((byte) 1);
            allocator.free(handle);
        }
    }
}
