package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameTableTest {
    private SlabArena arena;

    @AfterEach
    void close() {
        if (arena != null) {
            arena.close();
        }
    }

    private FrameTable table(int slabBytes) {
        arena = new SlabArena(new SlabGeometry(slabBytes, 64), 1 << 20);
        FrameTable table = new FrameTable(arena);
        arena.takeRun(0, 8);
        return table;
    }

    @Test
    void aFrameThatIsLeftToLooksIsTheLastOnesToRelease() {
        FrameTable table = table(4096);
        long line = table.line(1);
        assertThat(FrameTable.lvIsPinned(line)).isFalse();
        assertThat(table.leaveToLooks(1)).isFalse();
        table.pin(1);
        table.pin(1);
        assertThat(FrameTable.lvIsPinned(line)).isTrue();
        assertThat(table.lvLooks(1)).isEqualTo(2);
        assertThat(table.lvLooks(2)).isZero();
        assertThat(table.leaveToLooks(1)).isTrue();
        assertThat(table.lvLooks(1)).isEqualTo(2);
        assertThat(table.unpin(1)).isFalse();
        assertThat(table.unpin(1)).isTrue();
        assertThat(FrameTable.lvIsPinned(line)).isFalse();
        table.pin(1);
        assertThat(table.unpin(1)).isFalse();
        assertThat(table.leaveToLooks(1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"4096, 1, 64", "8192, 2, 128", "65536, 4, 128"})
    void everyFieldOfEveryFrameIsAWordOfItsOwn(int slabBytes, int words, int lineBytes) {
        FrameTable table = table(slabBytes);
        assertThat(table.bitmapWords()).isEqualTo(words);
        assertThat(table.lineBytes()).isEqualTo(lineBytes);
        int frames = 3;
        for (int frame = 1; frame <= frames; frame++) {
            long mark = frame * 1000L;
            table.svState(frame, mark);
            table.sopIdentity(frame, mark + 1, (int) mark + 2);
            table.spLink(frame, (int) mark + 3);
            table.spSlabIndex(frame, (int) mark + 5);
            table.sopEpoch(frame, mark + 6);
            for (int look = 0; look < frame; look++) {
                table.pin(frame);
            }
            for (int word = 0; word < words; word++) {
                table.sopPending(frame, word, mark + 10 + word);
                table.sopRemote(frame, word, mark + 20 + word);
            }
        }
        for (int frame = 1; frame <= frames; frame++) {
            long mark = frame * 1000L;
            assertThat(table.lvState(frame)).isEqualTo(table.lopState(frame)).isEqualTo(mark);
            assertThat(table.lopSlabId(frame)).isEqualTo(mark + 1);
            assertThat(table.lopLastGeneration(frame)).isEqualTo((int) mark + 2);
            assertThat(table.lpLink(frame)).isEqualTo((int) mark + 3);
            assertThat(table.lpSlabIndex(frame)).isEqualTo((int) mark + 5);
            assertThat(table.lopEpoch(frame)).isEqualTo(mark + 6);
            assertThat(table.lvLooks(frame)).isEqualTo(frame);
            for (int word = 0; word < words; word++) {
                assertThat(table.lpPending(frame, word))
                        .isEqualTo(FrameTable.lopPending(table.line(frame), word))
                        .isEqualTo(mark + 10 + word);
                assertThat(FrameTable.lopRemote(table.line(frame), word))
                        .isEqualTo(table.lvRemote(frame, word))
                        .isEqualTo(mark + 20 + word);
            }
        }
    }

    @Test
    void theLargestIdAndGenerationFit() {
        FrameTable table = table(4096);
        table.sopIdentity(1, HandleLayout.WIDE.ids() - 1, HandleLayout.MAX_GENERATION);
        assertThat(table.lopSlabId(1)).isEqualTo(HandleLayout.WIDE.ids() - 1);
        assertThat(table.lopLastGeneration(1)).isEqualTo(HandleLayout.MAX_GENERATION);
    }

    @Test
    void aUseHasItsStateStripeAndPlaceInTheRing() {
        FrameTable table = table(4096);
        table.beginUse(1, FrameTable.CURRENT, 287, 32_767);
        long word = table.lvState(1);
        assertThat(FrameTable.state(word)).isEqualTo(FrameTable.CURRENT);
        assertThat(FrameTable.stripe(word)).isEqualTo(287);
        assertThat(FrameTable.ringIndex(word)).isEqualTo(32_767);
        long sealed = FrameTable.withState(word, FrameTable.SEALED);
        assertThat(FrameTable.state(sealed)).isEqualTo(FrameTable.SEALED);
        assertThat(FrameTable.stripe(sealed)).isEqualTo(287);
        assertThat(FrameTable.ringIndex(sealed)).isEqualTo(32_767);
    }

    @Test
    void theSameUseTwiceIsTwoWords() {
        FrameTable table = table(4096);
        table.beginUse(1, FrameTable.CURRENT, 5, 6);
        long first = table.lvState(1);
        table.endUse(1);
        assertThat(FrameTable.state(table.lvState(1))).isEqualTo(FrameTable.FREE);
        table.beginUse(1, FrameTable.CURRENT, 5, 6);
        assertThat(table.lvState(1)).isNotEqualTo(first);
        assertThat(table.casState(1, first, FrameTable.withState(first, FrameTable.SEALED)))
                .isFalse();
        long second = table.lvState(1);
        assertThat(table.casState(1, second, FrameTable.withState(second, FrameTable.SEALED)))
                .isTrue();
        assertThat(FrameTable.state(table.lvState(1))).isEqualTo(FrameTable.SEALED);
        table.srState(1, second);
        assertThat(table.lvState(1)).isEqualTo(second);
    }

    @Test
    void aSlabOfABinIsAtHomeInItsStripeAlone() {
        FrameTable table = table(4096);
        for (int state : new int[] {FrameTable.CURRENT, FrameTable.FULL, FrameTable.PARTIAL, FrameTable.MAILED}) {
            table.beginUse(1, state, 287, 32_767);
            assertThat(FrameTable.isAtHome(table.lopState(1), FrameTable.homeMark(287)))
                    .isTrue();
            assertThat(FrameTable.isAtHome(table.lopState(1), FrameTable.homeMark(286)))
                    .isFalse();
        }
    }

    @Test
    void aSlabOfNoBinHasNoHome() {
        FrameTable table = table(4096);
        for (int state : new int[] {FrameTable.FREE, FrameTable.SEALING, FrameTable.SEALED, FrameTable.DEMOTING}) {
            table.beginUse(1, state, 287, 32_767);
            assertThat(FrameTable.isAtHome(table.lopState(1), FrameTable.homeMark(287)))
                    .isFalse();
        }
    }

    @Test
    void remoteBitsAreAddedAndTakenAllAtOnce() {
        FrameTable table = table(8192);
        assertThat(table.fetchOrRemote(1, 1, 0b100)).isZero();
        assertThat(table.fetchOrRemote(1, 1, 0b101)).isEqualTo(0b100);
        assertThat(table.lvRemote(1, 1)).isEqualTo(0b101);
        assertThat(table.lvRemote(1, 0)).isZero();
        assertThat(FrameTable.xchgRemote(table.line(1), 1)).isEqualTo(0b101);
        assertThat(table.lvRemote(1, 1)).isZero();
        assertThat(FrameTable.xchgRemote(table.line(1), 1)).isZero();
    }
}
