package io.znsslab.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IssuedGenerationsTest {
    private static final int STEP = IssuedGenerations.STEP;

    private final IssuedGenerations generations = new IssuedGenerations();
    private final List<String> asked = new ArrayList<>();
    private int boundOfAll = 2 * STEP;
    private boolean fails;

    private void reserve() {
        generations.reserveBy(new IssuedGenerations.Reservation() {
            @Override
            public int boundOfAll() {
                return boundOfAll;
            }

            @Override
            public int reserve(long id, int generation) {
                asked.add("reserve " + id + " " + generation);
                return fails ? generation : generation + 2 * STEP;
            }

            @Override
            public void announce(long id, int generation) {
                asked.add("announce " + id + " " + generation);
            }
        });
    }

    @Test
    void withoutReservationsAllIdsMayBeIssued() {
        assertThat(generations.mayIssue(1, HandleLayout.MAX_GENERATION)).isTrue();
        assertThat(generations.mayBeginStep(1, HandleLayout.MAX_GENERATION)).isTrue();
        assertThat(generations.mayIssue(1, HandleLayout.MAX_GENERATION + 1)).isFalse();
    }

    @Test
    void aStepEndsBeforeEachMultipleOfItsLength() {
        assertThat(IssuedGenerations.endsStep(STEP - 1)).isTrue();
        assertThat(IssuedGenerations.endsStep(STEP)).isFalse();
        assertThat(IssuedGenerations.endsStep(HandleLayout.MAX_GENERATION)).isTrue();
    }

    @Test
    void belowTheBoundOfAllIdsNoReservationIsMade() {
        reserve();
        assertThat(generations.mayIssue(1, 1)).isTrue();
        assertThat(generations.mayIssue(2, 2 * STEP - 1)).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void beyondItTheIdGetsABoundOfItsOwnOnce() {
        reserve();
        assertThat(generations.mayIssue(7, 2 * STEP)).isTrue();
        assertThat(generations.mayIssue(7, 3 * STEP)).isTrue();
        assertThat(generations.mayIssue(7, 4 * STEP)).isTrue();
        assertThat(asked).containsExactly("reserve 7 " + 2 * STEP, "reserve 7 " + 4 * STEP);
    }

    @Test
    void theNextGenerationsAreReservedAStepAhead() {
        reserve();
        assertThat(generations.mayBeginStep(7, STEP)).isTrue();
        assertThat(asked).containsExactly("announce 7 " + 2 * STEP);
    }

    @Test
    void aHigherBoundOfAllIsNoticed() {
        reserve();
        assertThat(generations.mayIssue(1, 1)).isTrue();
        boundOfAll = 10 * STEP;
        assertThat(generations.mayIssue(7, 9 * STEP)).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void generationsThatCannotBeReservedAreNotIssued() {
        reserve();
        fails = true;
        assertThat(generations.mayIssue(7, 2 * STEP)).isFalse();
        fails = false;
        assertThat(generations.mayBeginStep(7, 2 * STEP)).isTrue();
    }
}
