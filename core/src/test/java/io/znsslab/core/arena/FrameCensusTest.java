package io.znsslab.core.arena;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.arena.FrameCensus.Place;
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
        census.found(1, Place.SLAB);
        census.found(2, Place.STORED);
        census.foundRun(3, 2, Place.STORED_RUN);
        census.foundRun(arena.firstFrame(1), 2, Place.SLAB);
        census.checkComplete();
        assertThat(census.placeOf(2)).isEqualTo(Place.STORED);
        assertThat(census.placeOf(4)).isEqualTo(Place.STORED_RUN);
        assertThat(census.placeOf(5)).isEqualTo(Place.POOLED);
        assertThat(census.placeOf(6)).isEqualTo(Place.POOLED_RUN);
        assertThat(census.placeOf(arena.firstFrame(1) + 1)).isEqualTo(Place.SLAB);
    }

    @Test
    void aFrameThatIsNowhereIsNamed() {
        arena.takeRun(0, 2);
        FrameCensus census = new FrameCensus(arena);
        census.found(1, Place.SLAB);
        assertThat(census.placeOf(2)).isNull();
        assertThatIllegalStateException()
                .isThrownBy(census::checkComplete)
                .withMessageContaining("frame 2 of class 0 is nowhere");
    }

    @Test
    void aFrameInTwoPlacesIsNamedWithBoth() {
        arena.takeRun(0, 2);
        FrameCensus census = new FrameCensus(arena);
        census.found(2, Place.SLAB);
        assertThatIllegalStateException()
                .isThrownBy(() -> census.foundRun(1, 2, Place.STORED))
                .withMessageContaining("frame 2 is in two places: SLAB and STORED");
    }

    @Test
    void aFrameThatWasNeverHandedOutIsNamed() {
        arena.takeRun(0, 2);
        FrameCensus census = new FrameCensus(arena);
        for (int frame : new int[] {0, 3, arena.firstFrame(1), 2 * arena.firstFrame(1), -1}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> census.found(frame, Place.SLAB))
                    .withMessageContaining("frame " + frame + " is in place SLAB and was never handed out");
        }
    }

    @Test
    void memoryThatIsGrantedAndNotInUseIsCounted() {
        arena.takeRun(0, 2);
        FrameCensus census = new FrameCensus(arena);
        census.found(1, Place.SLAB);
        census.found(2, Place.POOLED_RUN);
        assertThatIllegalStateException()
                .isThrownBy(census::checkComplete)
                .withMessageContaining("the number of frames granted is 2 and should be 1");
    }
}
