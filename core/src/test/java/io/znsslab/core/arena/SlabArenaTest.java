package io.znsslab.core.arena;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.bindings.Errno;
import io.znsslab.bindings.LastingRange;
import io.znsslab.bindings.NativeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlabArenaTest {
    private static final int LIMIT_FRAMES = 20;

    private final SlabArena arena = new SlabArena(new SlabGeometry(4096, 64, 128), LIMIT_FRAMES * 4096);

    @AfterEach
    void close() {
        arena.close();
    }

    private void touch(int frame) {
        arena.memory().set(JAVA_LONG, arena.offset(frame) + 8, frame + 1L);
    }

    private boolean isTouched(int frame) {
        return arena.memory().get(JAVA_LONG, arena.offset(frame) + 8) == frame + 1L;
    }

    @Test
    void eachClassHasFramesOfItsOwn() {
        long runOfFirst = arena.takeRun(0, 3);
        long runOfSecond = arena.takeRun(1, 2);
        assertThat(SlabArena.firstOf(runOfFirst)).isEqualTo(1).isEqualTo(arena.firstFrame(0));
        assertThat(SlabArena.countOf(runOfFirst)).isEqualTo(3);
        assertThat(SlabArena.firstOf(runOfSecond)).isEqualTo(arena.firstFrame(1));
        assertThat(SlabArena.countOf(runOfSecond)).isEqualTo(2);
        assertThat(arena.firstFrame(1)).isGreaterThan(LIMIT_FRAMES);
        assertThat(arena.classOf(3)).isZero();
        assertThat(arena.classOf(arena.firstFrame(1) - 1)).isZero();
        assertThat(arena.classOf(arena.firstFrame(1))).isEqualTo(1);
        assertThat(arena.frameBound()).isEqualTo(3L * (arena.firstFrame(1) - 1) + 1);
        assertThat(arena.memory().byteSize()).isEqualTo(arena.frameBound() * 4096);
        assertThat(arena.offset(5)).isEqualTo(5 * 4096);
        assertThat(arena.framesEverUsed(0)).isEqualTo(3);
        assertThat(arena.framesEverUsed(1)).isEqualTo(2);
        assertThat(arena.grantedBytes()).isEqualTo(5 * 4096);
    }

    @Test
    void anyClassMayHaveAllOfTheLimitAndNoMore() {
        long all = arena.takeRun(1, 1000);
        assertThat(SlabArena.countOf(all)).isEqualTo(LIMIT_FRAMES);
        assertThat(arena.limitBytes()).isEqualTo(LIMIT_FRAMES * 4096).isEqualTo(arena.grantedBytes());
        assertThat(arena.takeRun(0, 1)).isEqualTo(-1);
        assertThat(arena.takeRun(1, 1)).isEqualTo(-1);
        arena.putRun(1, SlabArena.firstOf(all), LIMIT_FRAMES);
        assertThat(arena.grantedBytes()).isZero();
        assertThat(SlabArena.countOf(arena.takeRun(0, 1000))).isEqualTo(LIMIT_FRAMES);
    }

    @Test
    void framesUsedBeforeComeFirstAndInPieces() {
        long run = arena.takeRun(0, 6);
        arena.putRun(0, SlabArena.firstOf(run), 6);
        long piece = arena.takeRun(0, 4);
        assertThat(SlabArena.firstOf(piece)).isEqualTo(1);
        assertThat(SlabArena.countOf(piece)).isEqualTo(4);
        long rest = arena.takeRun(0, 4);
        assertThat(SlabArena.firstOf(rest)).isEqualTo(5);
        assertThat(SlabArena.countOf(rest)).isEqualTo(2);
        assertThat(SlabArena.firstOf(arena.takeRun(0, 1))).isEqualTo(7);
        assertThat(arena.framesEverUsed(0)).isEqualTo(7);
        assertThat(arena.grantedBytes()).isEqualTo(7 * 4096);
    }

    @Test
    void manyRunsAreKept() {
        arena.takeRun(0, 20);
        for (int frame = 1; frame <= 20; frame++) {
            arena.putRun(0, frame, 1);
        }
        assertThat(arena.grantedBytes()).isZero();
        for (int frame = 20; frame >= 1; frame--) {
            assertThat(SlabArena.firstOf(arena.takeRun(0, 8))).isEqualTo(frame);
        }
    }

    @Test
    void adjacentFramesGoBackInOneCallAndReadAsZero() {
        arena.takeRun(0, 8);
        for (int frame = 1; frame <= 8; frame++) {
            touch(frame);
        }
        arena.giveBack(new int[] {7, 3, 2, 4, 99}, 4);
        assertThat(arena.giveBackCalls()).isEqualTo(2);
        assertThat(arena.slabsGivenBack()).isEqualTo(4);
        assertThat(arena.grantedBytes()).isEqualTo(4 * 4096);
        // Checked before the frames are read: on some kernels reading alone makes a page resident.
        assertThat(ResidentMemory.rangeBytes(arena.memory())).isEqualTo(4 * 4096);
        for (int frame = 1; frame <= 8; frame++) {
            assertThat(isTouched(frame)).isEqualTo(frame == 1 || frame == 5 || frame == 6 || frame == 8);
        }
    }

    @Test
    void framesOfTwoClassesGoBackToTheirOwn() {
        int last = arena.firstFrame(1) - 1;
        SlabArena full = new SlabArena(new SlabGeometry(4096, 64, 128), 31 * 4096);
        try {
            assertThat(full.firstFrame(1)).isEqualTo(last + 1);
            full.takeRun(0, 30);
            full.takeRun(1, 1);
            full.giveBack(new int[] {last - 1, last + 1}, 2);
            full.giveBack(new int[] {1}, 1);
            assertThat(full.giveBackCalls()).isEqualTo(3);
            assertThat(SlabArena.firstOf(full.takeRun(1, 1))).isEqualTo(last + 1);
            assertThat(SlabArena.firstOf(full.takeRun(0, 1))).isEqualTo(1);
        } finally {
            full.close();
        }
    }

    @Test
    void hotFramesKeepTheirBytesAndServeTheirClass() {
        arena.takeRun(0, 20);
        int[] frames = new int[20];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = i + 1;
            touch(frames[i]);
        }
        arena.putHot(0, frames, 0, 5);
        arena.putHot(0, frames, 5, 20);
        assertThat(arena.pooledHotFrames()).isEqualTo(20);
        int[] taken = new int[4];
        assertThat(arena.takeHot(1, taken, 4)).isZero();
        assertThat(arena.takeHot(0, taken, 3)).isEqualTo(3);
        assertThat(taken).containsExactly(18, 19, 20, 0);
        assertThat(isTouched(18)).isTrue();
        assertThat(arena.pooledHotFrames()).isEqualTo(17);
        assertThat(arena.giveBackPooled()).isEqualTo(17);
        assertThat(arena.giveBackPooled()).isZero();
        assertThat(arena.pooledHotFrames()).isZero();
        assertThat(isTouched(17)).isFalse();
        assertThat(isTouched(18)).isTrue();
        assertThat(arena.grantedBytes()).isEqualTo(3 * 4096);
        assertThat(arena.takeHot(0, taken, 4)).isZero();
    }

    @Test
    void aTableIsZeroedWordsOfItsOwn() {
        Words table = arena.reserveTable(8192);
        assertThat(table.segment().byteSize()).isEqualTo(8192);
        assertThat(table.address()).isEqualTo(table.segment().address());
        assertThat(table.lv(4096)).isZero();
        table.sp(4096, 5);
        assertThat(table.la(4096)).isEqualTo(5);
        table.sv(4096, 6);
        assertThat(table.lv(4096)).isEqualTo(6);
        assertThat(table.cas(4096, 5, 7)).isFalse();
        assertThat(table.cas(4096, 6, 7)).isTrue();
        assertThat(table.segment().get(JAVA_LONG, 4096)).isEqualTo(7);
    }

    @Test
    void aClosedArenasMemoryIsUnusableAndNotResident() {
        SlabArena closing = new SlabArena(new SlabGeometry(4096, 64), 4096);
        int frame = SlabArena.firstOf(closing.takeRun(0, 1));
        closing.memory().set(JAVA_LONG, closing.offset(frame), 1);
        closing.close();
        assertThatIllegalStateException().isThrownBy(() -> closing.memory().get(JAVA_LONG, 4096));
    }

    @Test
    void aLimitIsAtLeastOneSlab() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SlabArena(new SlabGeometry(8192, 64), 8191))
                .withMessage("memory limit 8191: must be at least one slab of 8192 bytes");
        SlabArena least = new SlabArena(new SlabGeometry(8192, 64), 8192);
        assertThat(SlabArena.countOf(least.takeRun(0, 9))).isEqualTo(1);
        least.close();
    }

    @Test
    void moreFramesThanCanBeNumberedAreRefused() {
        assertThatThrownBy(() -> new SlabArena(new SlabGeometry(4096, 64), 1L << 42))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs more than 2^31 frames");
        assertThatThrownBy(() -> new SlabArena(new SlabGeometry(4096, 64, 72, 80, 88), (1L << 41) - 4096))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("with 4 size classes");
    }

    @Test
    void memoryThatCannotBeGivenBackIsZeroedAndServesOn() {
        SlabArena locked = new SlabArena(new SlabGeometry(4096, 64, 128), 4 * 4096, (_, _, _) -> {
            throw new NativeException("madvise", Errno.EINVAL);
        });
        try {
            locked.takeRun(0, 4);
            for (int frame = 1; frame <= 4; frame++) {
                locked.memory().set(JAVA_LONG, locked.offset(frame) + 8, frame);
            }
            assertThat(locked.giveBack(new int[] {2, 3, 4}, 3)).isZero();
            assertThat(locked.grantedBytes()).isEqualTo(4 * 4096);
            assertThat(locked.slabsGivenBack()).isZero();
            assertThat(locked.giveBackPooled()).isZero();
            assertThat(locked.hasHot(0)).isTrue();
            int[] taken = new int[4];
            assertThat(locked.takeHot(0, taken, 4)).isEqualTo(3);
            assertThat(taken).containsExactlyInAnyOrder(2, 3, 4, 0);
            for (int frame = 2; frame <= 4; frame++) {
                assertThat(locked.memory().get(JAVA_LONG, locked.offset(frame) + 8))
                        .isZero();
            }
            assertThat(locked.memory().get(JAVA_LONG, locked.offset(1) + 8)).isEqualTo(1);
        } finally {
            locked.close();
        }
    }

    @Test
    void memoryOfSlabsAndTablesRefusesHugePagesAndStaysOutOfCoreDumps() throws IOException {
        Words lines = arena.reserveFrameTable(6);
        Words table = arena.reserveTable(8192);
        LastingRange readable = arena.reserveReadableTable(8192, 4096);
        arena.takeRun(0, 1);
        assertThat(flagsAt(arena.memory().address())).contains("nh", "dd");
        assertThat(flagsAt(lines.address())).contains("nh", "dd");
        assertThat(flagsAt(table.address())).contains("nh", "dd");
        assertThat(flagsAt(readable.address())).contains("nh", "dd");
        readable.map(0, 4096);
        assertThat(flagsAt(readable.address())).contains("nh", "dd");
    }

    /** The flags of the mapping at that address. Source: proc(5), {@code smaps}. */
    private static List<String> flagsAt(long address) throws IOException {
        boolean within = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"), StandardCharsets.ISO_8859_1)) {
            String[] words = line.trim().split(" +");
            String[] ends = words[0].split("-");
            if (ends.length == 2) {
                within =
                        Long.parseUnsignedLong(ends[0], 16) <= address && address < Long.parseUnsignedLong(ends[1], 16);
            } else if (within && words[0].equals("VmFlags:")) {
                return List.of(words);
            }
        }
        throw new IllegalStateException("nothing is mapped at " + Long.toHexString(address));
    }
}
