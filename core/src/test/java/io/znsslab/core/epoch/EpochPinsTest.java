package io.znsslab.core.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EpochPinsTest {
    private static final int PLACE = 1;
    private static final long EPOCH = 5;
    private static final long NEXT_THERE = 9;

    private final EpochPins pins = new EpochPins(4);

    @BeforeEach
    void begin() {
        assertThat(pins.begin(PLACE, EPOCH, EpochPins.NO_ENTRY)).isTrue();
    }

    @Test
    void aClosingWaitsForTheLastExitAndOnlyThatOneCarriesItOut() {
        assertThat(pins.enter(PLACE, EPOCH)).isTrue();
        assertThat(pins.enter(PLACE, EPOCH)).isTrue();
        assertThat(pins.entries(PLACE)).isEqualTo(2);
        assertThat(pins.waitForExit(PLACE)).isTrue();
        assertThat(pins.entries(PLACE)).isEqualTo(2);
        assertThat(pins.exit(PLACE)).isFalse();
        assertThat(pins.exit(PLACE)).isTrue();
        assertThat(pins.entries(PLACE)).isZero();
    }

    @Test
    void exitsBeforeAnyClosingCarryNothingOut() {
        pins.enter(PLACE, EPOCH);
        assertThat(pins.exit(PLACE)).isFalse();
        assertThat(pins.waitForExit(PLACE)).isFalse();
    }

    @Test
    void theTagRejectsEntriesForAnEarlierOrLaterEpochOfThePlace() {
        assertThat(pins.enter(PLACE, NEXT_THERE)).isFalse();
        assertThat(pins.begin(PLACE, NEXT_THERE, EpochPins.NO_ENTRY)).isTrue();
        assertThat(pins.enter(PLACE, EPOCH)).isFalse();
        assertThat(pins.entries(PLACE)).isZero();
        assertThat(pins.enter(PLACE, NEXT_THERE)).isTrue();
    }

    @Test
    void aPlaceWithAThreadInsideIsNotGivenToTheNextEpoch() {
        pins.enter(PLACE, EPOCH);
        assertThat(pins.begin(PLACE, NEXT_THERE, EpochPins.NO_ENTRY)).isFalse();
        pins.exit(PLACE);
        assertThat(pins.begin(PLACE, NEXT_THERE, EpochPins.NO_ENTRY)).isTrue();
    }

    @Test
    void aCarriedOutClosingLeavesThePlaceToTheSameEpochsLateVisitors() {
        pins.enter(PLACE, EPOCH);
        pins.waitForExit(PLACE);
        assertThat(pins.exit(PLACE)).isTrue();
        assertThat(pins.enter(PLACE, EPOCH)).isTrue();
        assertThat(pins.exit(PLACE)).isFalse();
    }

    @Test
    void placesAreCountedApart() {
        pins.begin(PLACE + 1, EPOCH + 1, EpochPins.NO_ENTRY);
        pins.enter(PLACE, EPOCH);
        assertThat(pins.entries(PLACE + 1)).isZero();
        assertThat(pins.waitForExit(PLACE + 1)).isFalse();
        assertThat(pins.entries(PLACE)).isEqualTo(1);
    }

    @Test
    void epochsThatAreFarApartAreToldApartAsFarAsTheTagGoes() {
        long late = (1L << 40) + PLACE;
        assertThat(pins.begin(PLACE, late, EpochPins.NO_ENTRY)).isTrue();
        assertThat(pins.enter(PLACE, late - 4)).isFalse();
        assertThat(pins.enter(PLACE, late)).isTrue();
        assertThat(pins.waitForExit(PLACE)).isTrue();
        assertThat(pins.enter(PLACE, late)).isTrue();
        assertThat(pins.exit(PLACE)).isFalse();
        assertThat(pins.exit(PLACE)).isTrue();
    }

    @Test
    void thePlaceOfAnEndedEpochGoesOnWithOneInside() {
        pins.begin(1, 5, EpochPins.NO_ENTRY);
        assertThat(pins.reopen(1, 1, 9, EpochPins.CONFINED_ENTRY)).isFalse();
        assertThat(pins.reopen(1, 5, 9, EpochPins.CONFINED_ENTRY)).isTrue();
        assertThat(pins.entries(1)).isEqualTo(1);
        assertThat(pins.enter(1, 5)).isFalse();
        assertThat(pins.enter(1, 9)).isTrue();
        assertThat(pins.exitAlone(1, 9)).isFalse();
        assertThat(pins.exit(1)).isFalse();
        assertThat(pins.exitAlone(1, 5)).isFalse();
        assertThat(pins.exitAlone(1, 9)).isTrue();
        assertThat(pins.entries(1)).isZero();
    }

    @Test
    void aPlaceWithAThreadInsideDoesNotGoOn() {
        pins.begin(1, 5, EpochPins.NO_ENTRY);
        pins.enter(1, 5);
        assertThat(pins.reopen(1, 5, 9, EpochPins.CONFINED_ENTRY)).isFalse();
        assertThat(pins.waitForExit(1)).isTrue();
        assertThat(pins.exitAlone(1, 5)).isFalse();
    }

    @Test
    void aConfinedEntryIsKnownUntilItEndsForTheEpochAlone() {
        assertThat(pins.isConfined(PLACE, EPOCH)).isFalse();
        pins.begin(PLACE, EPOCH, EpochPins.CONFINED_ENTRY);
        assertThat(pins.entries(PLACE)).isEqualTo(1);
        assertThat(pins.isConfined(PLACE, EPOCH)).isTrue();
        assertThat(pins.isConfined(PLACE, NEXT_THERE)).isFalse();
        pins.enter(PLACE, EPOCH);
        assertThat(pins.waitForExit(PLACE)).isTrue();
        assertThat(pins.endConfined(PLACE, NEXT_THERE)).isFalse();
        assertThat(pins.endConfined(PLACE, EPOCH)).isTrue();
        assertThat(pins.endConfined(PLACE, EPOCH)).isFalse();
        assertThat(pins.isConfined(PLACE, EPOCH)).isFalse();
        assertThat(pins.entries(PLACE)).isEqualTo(2);
        assertThat(pins.exit(PLACE)).isFalse();
        assertThat(pins.exit(PLACE)).isTrue();
    }

    @Test
    void aSharedEntryIsNoConfinedOne() {
        pins.begin(PLACE, EPOCH, EpochPins.SHARED_ENTRY);
        assertThat(pins.entries(PLACE)).isEqualTo(1);
        assertThat(pins.isConfined(PLACE, EPOCH)).isFalse();
        assertThat(pins.exitAlone(PLACE, EPOCH)).isFalse();
    }
}
