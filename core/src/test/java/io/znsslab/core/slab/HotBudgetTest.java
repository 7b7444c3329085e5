package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HotBudgetTest {
    private static final int PLACES = 8;

    private final HotBudget budget = new HotBudget(100, PLACES);
    private final AtomicInteger woken = new AtomicInteger();

    @BeforeEach
    void open() {
        budget.open(woken::incrementAndGet);
    }

    private int share(int place, int wanted) {
        int held = budget.reserve(place, wanted);
        budget.settle(place, held, Math.min(held, wanted));
        budget.check(PLACES);
        return budget.frames(place);
    }

    @Test
    void aPlaceGetsWhatItWantsAndAsMuchAgainIsLeft() {
        assertThat(share(0, 30)).isEqualTo(30);
        assertThat(share(1, 70)).isEqualTo(35);
        assertThat(share(2, 70)).isEqualTo(17);
        assertThat(budget.reservedFrames()).isEqualTo(82);
    }

    @Test
    void aShareGrowsUpToWhatIsLeftAndShrinksWithWhatIsWanted() {
        assertThat(share(0, 10)).isEqualTo(10);
        assertThat(share(0, 80)).isEqualTo(50);
        assertThat(share(0, 80)).isEqualTo(50);
        assertThat(share(0, 3)).isEqualTo(3);
        assertThat(budget.reservedFrames()).isEqualTo(3);
    }

    @Test
    void theLastFramesGoOneByOneToPlacesThatHaveNone() {
        HotBudget small = new HotBudget(2, PLACES);
        small.open(() -> {});
        for (int place = 0; place < PLACES; place++) {
            int held = small.reserve(place, 5);
            assertThat(held).isEqualTo(place < 2 ? 1 : 0);
            small.settle(place, held, held);
        }
        small.check(PLACES);
    }

    @Test
    void withoutAnAgentNoPlaceGetsAShare() {
        budget.open(null);
        assertThat(share(0, 5)).isZero();
        assertThat(new HotBudget(100, PLACES).reserve(0, 5)).isZero();
    }

    @Test
    void theAgentIsWokenByTheFirstShareOnly() {
        share(0, 5);
        share(1, 5);
        assertThat(woken).hasValue(1);
        budget.release(0);
        budget.release(1);
        assertThat(budget.reservedFrames()).isZero();
        budget.release(1);
        share(1, 5);
        assertThat(woken).hasValue(2);
    }

    @Test
    void aPlaceIsIdleAfterAWholePeriod() {
        budget.beginPeriod(1);
        share(0, 5);
        budget.beginPeriod(2);
        assertThat(budget.isIdle(0)).isFalse();
        budget.releaseIdle(0);
        assertThat(budget.frames(0)).isEqualTo(5);
        budget.beginPeriod(3);
        assertThat(budget.isIdle(0)).isTrue();
        assertThat(budget.isIdle(1)).isFalse();
        budget.releaseIdle(0);
        assertThat(budget.frames(0)).isZero();
        assertThat(budget.reservedFrames()).isZero();
    }

    @Test
    void periodsMayWrapAround() {
        budget.beginPeriod(Integer.MAX_VALUE);
        share(0, 5);
        budget.beginPeriod(Integer.MIN_VALUE);
        assertThat(budget.isIdle(0)).isFalse();
        budget.beginPeriod(Integer.MIN_VALUE + 1);
        assertThat(budget.isIdle(0)).isTrue();
    }

    @Test
    void aLostShareIsFound() {
        share(0, 5);
        int held = budget.reserve(1, 5);
        assertThat(held).isEqualTo(5);
        assertThatThrownBy(() -> budget.check(PLACES)).hasMessageContaining("the number of frames that may be hot");
    }
}
