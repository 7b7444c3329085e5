package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.patched.Concurrently;
import org.junit.jupiter.api.Test;

class EpochGateTest {
    private final EpochGate gate = new EpochGate(4);

    @Test
    void anEpochsPlaceIsItsNumberModuloTheRing() {
        assertThat(gate.epochCount()).isEqualTo(4);
        assertThat(gate.ringIndex(3)).isEqualTo(3);
        assertThat(gate.ringIndex(4)).isZero();
        assertThat(gate.ringIndex((1L << 40) + 2)).isEqualTo(2);
    }

    @Test
    void allPlacesAreShutAtFirst() {
        for (int ringIndex = 0; ringIndex < 4; ringIndex++) {
            assertThat(gate.lvOpenEpoch(ringIndex)).isEqualTo(EpochGate.SHUT);
        }
        for (long epoch : new long[] {0, 3, -1, -2}) {
            assertThat(gate.laIsOpen(epoch)).isFalse();
        }
    }

    @Test
    void anOpenEpochIsOpenAloneAtItsPlace() {
        assertThat(gate.open(5)).isTrue();
        assertThat(gate.laIsOpen(5)).isTrue();
        assertThat(gate.laIsOpen(1)).isFalse();
        assertThat(gate.laIsOpen(9)).isFalse();
        assertThat(gate.open(9)).isFalse();
        assertThat(gate.open(6)).isTrue();
        assertThat(gate.lvOpenEpoch(1)).isEqualTo(5);
        assertThat(gate.lvOpenEpoch(2)).isEqualTo(6);
    }

    @Test
    void oneCallerShutsItAndItsPlaceStaysTakenUntilItIsVacated() {
        gate.open(5);
        assertThat(gate.shut(9)).isFalse();
        assertThat(gate.shut(5)).isTrue();
        assertThat(gate.shut(5)).isFalse();
        assertThat(gate.laIsOpen(5)).isFalse();
        assertThat(gate.lvOpenEpoch(1)).isEqualTo(EpochGate.CLOSING);
        assertThat(gate.open(9)).isFalse();
        gate.vacate(5);
        assertThat(gate.lvOpenEpoch(1)).isEqualTo(EpochGate.SHUT);
        assertThat(gate.open(9)).isTrue();
    }

    @Test
    void whatIsNoEpochIsNeitherOpenNorShut() {
        gate.open(3);
        assertThat(gate.shut(-1)).isFalse();
        gate.shut(3);
        for (long number : new long[] {-1, -2, -5}) {
            assertThat(gate.laIsOpen(number)).isFalse();
            assertThat(gate.shut(number)).isFalse();
        }
        assertThat(gate.lvOpenEpoch(3)).isEqualTo(EpochGate.CLOSING);
    }

    @Test
    void aRetainedPlaceGoesToItsStripesNextEpochOrToATakingStripe() {
        gate.open(5);
        assertThat(gate.lopLastOpened(1)).isEqualTo(5);
        gate.shut(5);
        gate.park(1, 3);
        assertThat(EpochGate.isParked(gate.lvOpenEpoch(1))).isTrue();
        assertThat(gate.open(9)).isFalse();
        assertThat(gate.reopen(9, 2)).isFalse();
        assertThat(gate.reopen(9, 3)).isTrue();
        assertThat(gate.laIsOpen(9)).isTrue();
        assertThat(gate.lopLastOpened(1)).isEqualTo(9);
        assertThat(gate.takeParked(1)).isNegative();
        gate.shut(9);
        gate.park(1, 0);
        assertThat(gate.takeParked(1)).isZero();
        assertThat(gate.lvOpenEpoch(1)).isEqualTo(EpochGate.CLOSING);
        assertThat(gate.reopen(13, 0)).isFalse();
        gate.vacateTaken(1);
        assertThat(gate.open(13)).isTrue();
    }

    @Test
    void shutDownWaitsForARunningClosingAndOpensNothingAnyMore() {
        gate.open(1);
        gate.open(2);
        gate.shut(2);
        Thread[] waiter = new Thread[1];
        Concurrently<Boolean> shutting = Concurrently.start(() -> {
            waiter[0] = Thread.currentThread();
            gate.shutDown();
            return gate.open(10);
        });
        Concurrently.awaitParked(() -> waiter[0]);
        assertThat(gate.laIsOpen(1)).isFalse();
        gate.vacate(2);
        assertThat(shutting.join()).isFalse();
        for (long epoch = 4; epoch < 8; epoch++) {
            assertThat(gate.open(epoch)).isFalse();
        }
    }
}
