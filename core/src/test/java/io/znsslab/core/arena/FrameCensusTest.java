package io.znsslab.core.arena;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.arena.FrameCensus.Found;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameCensusTest {
    private final SlabArena arena = new SlabArena(new SlabGeometry(4096, 64, 128), 100 * 4096);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void everyFrameInOnePlaceIsComplete() {
        arena.takeRun(0, 6);
        arena.takeRun(1, 2);
        arena.putHot(0, new int[] {5}, 0, 1);
        arena.putRun(0, 6, 1);
        FrameCensus census = new FrameCensus(arena);
        census.found(1, Found.SLAB);
        census.found(2, Found.MAGAZINE);
        census.foundRun(3, 2, Found.MAGAZINE_RUN);
        census.foundRun(arena.firstFrame(1), 2, Found.SLAB);
        census.checkComplete();
        assertThat(census.foundIn(2)).isEqualTo(Found.MAGAZINE);
        assertThat(census.foundIn(4)).isEqualTo(Found.MAGAZINE_RUN);
        assertThat(census.foundIn(5)).isEqualTo(Found.POOL);
        assertThat(census.foundIn(6)).isEqualTo(Found.POOL_RUN);
        assertThat(census.foundIn(arena.firstFrame(1) + 1)).isEqualTo(Found.SLAB);
    }

    @Test
    void aFrameThatIsNowhereIsNamed() {
        arena.takeRun(0, 2);
        FrameCensus census = new FrameCensus(arena);
        census.found(1, Found.SLAB);
        assertThat(census.foundIn(2)).isNull();
        assertThatIllegalStateException()
                .isThrownBy(census::checkComplete)
                .withMessageContaining("frame 2 of class 0 is nowhere");
    }

    @Test
    void aFrameThatIsFoundTwiceIsNamedWithBoth() {
        arena.takeRun(0, 2);
        FrameCensus census = new FrameCensus(arena);
        census.found(2, Found.SLAB);
        assertThatIllegalStateException()
                .isThrownBy(() -> census.foundRun(1, 2, Found.MAGAZINE))
                .withMessageContaining("frame 2 was found twice: in SLAB and in MAGAZINE");
    }

    @Test
    void aFrameThatWasNeverHandedOutIsNamed() {
        arena.takeRun(0, 2);
        FrameCensus census = new FrameCensus(arena);
        for (int frame : new int[] {0, 3, arena.firstFrame(1), 2 * arena.firstFrame(1), -1}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> census.found(frame, Found.SLAB))
                    .withMessageContaining("frame " + frame + " was found in SLAB and was never handed out");
        }
    }

    @Test
    void memoryThatIsGrantedAndNotInUseIsCounted() {
        arena.takeRun(0, 2);
        FrameCensus census = new FrameCensus(arena);
        census.found(1, Found.SLAB);
        census.found(2, Found.POOL_RUN);
        assertThatIllegalStateException()
                .isThrownBy(census::checkComplete)
                .withMessageContaining("the number of frames granted is 2 and should be 1");
    }
}
