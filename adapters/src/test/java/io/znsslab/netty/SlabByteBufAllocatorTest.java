package io.znsslab.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ResourceLeakDetector;
import io.znsslab.core.Disposition;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.rotation.RotationPolicy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What our allocator promises beyond Netty's contract. */
class SlabByteBufAllocatorTest {
    private static final int MIB = 1 << 20;

    private final SlabByteBufAllocator allocator = SlabByteBufAllocator.builder()
            .limitBytes(64 * MIB)
            .rotation(RotationPolicy.everyBytes(Long.MAX_VALUE))
            .build();

    @AfterEach
    void close() {
        allocator.close();
    }

    private List<ByteBuf> written(int count, int bytes) {
        List<ByteBuf> buffers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            buffers.add(allocator.directBuffer(bytes).writeZero(bytes));
        }
        return buffers;
    }

    @Test
    void residentMemoryFallsWhenTheBuffersOfAnEarlierEpochAreReleased() {
        List<ByteBuf> burst = written(8000, 4000);
        assertThat(allocator.metric().slabs().rssBytes()).isGreaterThan(30 * MIB);
        allocator.rotate();

        burst.forEach(ByteBuf::release);

        assertThat(allocator.metric().slabs().rssBytes()).isLessThan(MIB);
        allocator.slabs().checkInvariants();
    }

    @Test
    void aBufferThatLivesLongKeepsOneSlabAlone() {
        List<ByteBuf> burst = written(8000, 4000);
        ByteBuf survivor = burst.remove(4000);
        survivor.setLong(0, 77);
        allocator.rotate();

        burst.forEach(ByteBuf::release);

        assertThat(allocator.metric().slabs().grantedBytes()).isLessThan(MIB);
        assertThat(survivor.getLong(0)).isEqualTo(77);
        survivor.release();
    }

    @Test
    void trimGivesBackWhatTheCurrentEpochDoesNotUse() {
        written(8000, 4000).forEach(ByteBuf::release);

        assertThat(allocator.trim()).isPositive();

        assertThat(allocator.metric().slabs().rssBytes()).isLessThan(MIB);
    }

    @Test
    void aReferenceBeyondTheReleaseIsRefusedEvenOnceTheSlotHasAnotherBuffer() {
        ByteBuf stale = allocator.directBuffer(100);
        long address = stale.memoryAddress();
        stale.release();
        List<ByteBuf> next = new ArrayList<>();
        do {
            next.add(allocator.directBuffer(100));
        } while (next.getLast().memoryAddress() != address);

        assertThatThrownBy(() -> stale.getByte(0)).isInstanceOf(IllegalReferenceCountException.class);
        assertThatThrownBy(stale::memoryAddress).isInstanceOf(IllegalReferenceCountException.class);
        assertThatThrownBy(stale::release).isInstanceOf(IllegalReferenceCountException.class);
        assertThat(next.getLast().refCnt()).isEqualTo(1);
        next.forEach(ByteBuf::release);
    }

    @Test
    void growthWithinASlotMovesNothing() {
        ByteBuf buffer = allocator.directBuffer(65);
        long address = buffer.memoryAddress();
        assertThat(buffer.maxFastWritableBytes()).isEqualTo(128);

        assertThat(buffer.capacity(128).memoryAddress()).isEqualTo(address);
        assertThat(buffer.capacity(129).memoryAddress()).isNotEqualTo(address);

        buffer.release();
    }

    @Test
    void aBufferIsCopiedIntoACompositeOfSeveralParts() {
        ByteBuf composite = allocator
                .compositeBuffer()
                .addComponent(true, allocator.directBuffer(4).writeZero(4))
                .addComponent(true, allocator.directBuffer(4).writeZero(4));
        ByteBuf buffer = allocator.directBuffer(8).writeLong(0x0102030405060708L);

        buffer.getBytes(1, composite, 2, 6);

        assertThat(composite.getLong(0)).isEqualTo(0x0000020304050607L);
        buffer.release();
        composite.release();
    }

    @Test
    void whatIsLargerThanASlabLiesInTheCHeapAndIsCounted() {
        ByteBuf buffer = allocator.directBuffer(allocator.largestInSlab()).setByte(0, 3);
        assertThat(allocator.metric().usedLargeMemory()).isZero();
        assertThat(allocator.metric().usedSlabMemory()).isGreaterThanOrEqualTo(allocator.largestInSlab());

        buffer.capacity(allocator.largestInSlab() + 1);
        assertThat(allocator.metric().usedSlabMemory()).isZero();
        assertThat(allocator.metric().usedLargeMemory()).isEqualTo(allocator.largestInSlab() + 1);
        assertThat(buffer.getByte(0)).isEqualTo((byte) 3);

        buffer.capacity(10);
        assertThat(allocator.metric().usedLargeMemory()).isZero();
        assertThat(buffer.getByte(0)).isEqualTo((byte) 3);
        buffer.release();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void aFullAllocatorSaysSoAndGoesOnOnceABufferIsReleased() {
        try (SlabByteBufAllocator small =
                SlabByteBufAllocator.builder().limitBytes(MIB).build()) {
            List<ByteBuf> buffers = new ArrayList<>();
            assertThatThrownBy(() -> {
                        while (true) {
                            buffers.add(small.directBuffer(60_000));
                        }
                    })
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessageContaining("60000 bytes")
                    .hasMessageContaining("limitBytes");
            assertThat(buffers).hasSizeGreaterThan(10);
            ByteBuf survivor = buffers.getFirst().setByte(0, 5);
            assertThatThrownBy(() -> buffers.getLast().capacity(10_000)).isInstanceOf(OutOfMemoryError.class);
            assertThat(buffers.getLast().capacity()).isEqualTo(60_000);

            buffers.removeLast().release();
            buffers.add(small.directBuffer(60_000));

            assertThat(survivor.getByte(0)).isEqualTo((byte) 5);
            buffers.forEach(ByteBuf::release);
            small.slabs().checkInvariants();
        }
    }

    @Test
    void afterTheCloseNothingCanBeReachedAndAReleaseDoesNothing() {
        ByteBuf buffer = allocator.directBuffer(100);
        ByteBuffer view = buffer.nioBuffer(0, 100);
        allocator.close();
        allocator.close();

        assertThatThrownBy(() -> buffer.getByte(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.get(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> allocator.directBuffer(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> allocator.directBuffer(1 << 20)).isInstanceOf(IllegalStateException.class);
        assertThatCode(buffer::release).doesNotThrowAnyException();
    }

    @Test
    void buffersOfAllSizesKeepTheirBytesWhileEpochsRotate() {
        List<ByteBuf> live = new ArrayList<>();
        for (int round = 0; round < 40; round++) {
            for (int i = 0; i < 200; i++) {
                int bytes = 4 + i * i * 2 % 70_000;
                live.add(allocator.directBuffer(bytes).writeInt(bytes));
            }
            allocator.rotate();
            for (int i = 0; i < 180; i++) {
                ByteBuf buffer = live.remove(i * 7919 % live.size());
                assertThat(buffer.getInt(0)).isEqualTo(buffer.capacity());
                buffer.release();
            }
        }
        live.forEach(buffer -> assertThat(buffer.getInt(0)).isEqualTo(buffer.capacity()));
        live.forEach(ByteBuf::release);
        allocator.slabs().checkInvariants();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void theLeakDetectorWatchesDirectBuffersUnlessToldNotTo() {
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        try (SlabByteBufAllocator unwatched = SlabByteBufAllocator.builder()
                .limitBytes(MIB)
                .leakDetection(false)
                .build()) {
            ByteBuf watched = allocator.directBuffer(10);
            ByteBuf bare = unwatched.directBuffer(10);
            assertThat(watched.unwrap()).isInstanceOf(SlabByteBuf.class);
            assertThat(bare).isInstanceOf(SlabByteBuf.class);
            watched.release();
            bare.release();
        } finally {
            ResourceLeakDetector.setLevel(before);
        }
    }

    @Test
    void buffersAreDirectUnlessToldNotToBe() {
        try (SlabByteBufAllocator heap = SlabByteBufAllocator.builder()
                .limitBytes(MIB)
                .preferDirect(false)
                .build()) {
            assertThat(heap.buffer().isDirect()).isFalse();
            assertThat(heap.buffer(1).isDirect()).isFalse();
            assertThat(heap.buffer(1, 2).isDirect()).isFalse();
            ByteBuf io = heap.ioBuffer();
            assertThat(io.isDirect()).isTrue();
            io.release();
        }
        for (ByteBuf buffer : List.of(allocator.buffer(), allocator.buffer(1), allocator.buffer(1, 2))) {
            assertThat(buffer.isDirect()).isTrue();
            buffer.release();
        }
        assertThat(allocator.isDirectBufferPooled()).isTrue();
    }

    @Test
    void aRotationThatTakesMemoryFromLiveBuffersIsRefused() {
        SlabByteBufAllocatorBuilder builder = SlabByteBufAllocator.builder();
        RotationPolicy policy = RotationPolicy.every(Duration.ofSeconds(1));
        assertThatThrownBy(() ->
                        builder.rotation(policy.closing(Disposition.DISCARD)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DISCARD");
        assertThatThrownBy(
                        () -> builder.rotation(policy.options(EpochOptions.DEFAULT.timeToLive(Duration.ofSeconds(9))))
                                .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time to live");
        assertThatThrownBy(() -> builder.rotation(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.rotation(policy).limitBytes(-1).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void packedEpochsHoldBuffersToo() {
        try (SlabByteBufAllocator packed = SlabByteBufAllocator.builder()
                .limitBytes(8 * MIB)
                .rotation(RotationPolicy.everyBytes(MIB).options(EpochOptions.DEFAULT.packed(true)))
                .build()) {
            for (int bytes : new int[] {0, 1, 100, 5000, packed.largestInSlab()}) {
                ByteBuf buffer = packed.directBuffer(bytes).writeZero(bytes);
                assertThat(ByteBufUtil.getBytes(buffer)).hasSize(bytes);
                buffer.release();
            }
            packed.slabs().checkInvariants();
        }
    }
}
