package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.ExpiryClock;
import io.znsslab.core.Handle;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An epoch's time to live, over restarts of the program. {@link PowerCutIT} cuts the power at every point. */
@ExtendWith(SilentTier.class)
class ExpiryAfterRestartTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final SimulatedMedium medium = Store.newMedium();
    private long handle;

    private Store open() {
        return Store.open(medium, SimulatedFaults.NONE, 1);
    }

    private static void end(Store store, SimulatedFault fault) {
        store.device.end(fault);
        try {
            store.close();
        } catch (ZnsSlabException e) {
            assertThat(e).hasMessageMatching("(?s).*(killed|no power|closed).*");
        }
    }

    /** An epoch with an object, on the device. */
    private long demoted(Store store, EpochOptions options) {
        long epoch = store.allocator.advanceEpoch(options);
        handle = store.allocator.allocate(700, epoch);
        assertThat(Handle.isHandle(handle)).isTrue();
        store.allocator.advanceEpoch();
        store.allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        return epoch;
    }

    private static Instant expiry(Store store, long epoch) {
        return store.allocator.epochInfo(epoch).expires().orElseThrow().truncatedTo(ChronoUnit.MILLIS);
    }

    private static void awaitDrained(Store store, long epoch) {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (store.allocator.epochInfo(epoch).state() != EpochInfo.State.DRAINED) {
            assertThat(System.nanoTime()).as("in twenty seconds").isLessThan(limit);
            Thread.yield();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SimulatedFault.class,
            names = {"KILL", "POWER_CUT"})
    void beforeItsTimeAnEpochIsThereAndExpiresWhenItWasToExpire(SimulatedFault fault) {
        Store first = open();
        long epoch = demoted(first, EpochOptions.DEFAULT.timeToLive(DAY));
        Instant expires = expiry(first, epoch);
        end(first, fault);
        for (int opening = 0; opening < 3; opening++) {
            try (Store store = open()) {
                assertThat(store.tier.recovery().losses()).isEmpty();
                assertThat(expiry(store, epoch)).isEqualTo(expires);
                assertThat(store.allocator.tierOf(handle)).isNotNull();
            }
        }
        Store last = open();
        Instant over = expires.plus(DAY);
        ExpiryClock.set(last.allocator, () -> over);
        awaitDrained(last, epoch);
        last.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEpochWhoseTimeWasOverWhileNoProgramRanIsDroppedWholeAfterTheOpening(boolean isCutOffAgain) {
        Store first = open();
        Instant longAgo = Instant.now().minus(DAY.multipliedBy(2));
        ExpiryClock.set(first.allocator, () -> longAgo);
        long epoch = demoted(first, EpochOptions.DEFAULT.timeToLive(DAY));
        long other = demoted(first, EpochOptions.DEFAULT);
        long kept = handle;
        end(first, SimulatedFault.POWER_CUT);
        Store second = open();
        awaitDrained(second, epoch);
        assertThat(second.allocator.tierOf(kept)).isNotNull();
        if (isCutOffAgain) {
            end(second, SimulatedFault.POWER_CUT);
        } else {
            second.close();
        }
        try (Store third = open()) {
            awaitDrained(third, epoch);
            assertThat(third.allocator.epochInfo(other).expires()).isEmpty();
            assertThat(third.allocator.tierOf(kept)).isNotNull();
            third.allocator.checkInvariants();
        }
    }

    @Test
    void aTimeThatIsSetOnceTheEpochIsColdHoldsAfterAPowerCutOnceItWasSynced() {
        Store used = open();
        long epoch = demoted(used, EpochOptions.DEFAULT.timeToLive(DAY));
        long without = demoted(used, EpochOptions.DEFAULT);
        Instant later = expiry(used, epoch).plus(DAY);
        used.allocator.discardAt(epoch, later);
        used.allocator.discardAt(without, later);
        used.allocator.sync().join();
        used.allocator.discardAt(epoch, later.plus(DAY));
        end(used, SimulatedFault.POWER_CUT);
        try (Store store = open()) {
            assertThat(expiry(store, epoch)).isEqualTo(later);
            assertThat(expiry(store, without)).isEqualTo(later);
            store.allocator.discardAt(epoch, later.plus(DAY));
        }
        try (Store store = open()) {
            assertThat(expiry(store, epoch)).as("it was closed in order").isEqualTo(later.plus(DAY));
            store.allocator.discardAt(epoch, Instant.MAX);
        }
        try (Store store = open()) {
            assertThat(store.allocator.epochInfo(epoch).expires()).isEmpty();
            assertThat(expiry(store, without)).isEqualTo(later);
        }
    }

    @Test
    void theTimeStaysWhileTheLogIsWrittenAnewAgainAndAgain() {
        Store first = open();
        long epoch = demoted(first, EpochOptions.DEFAULT.timeToLive(DAY));
        long changed = demoted(first, EpochOptions.DEFAULT.timeToLive(DAY));
        Instant expires = expiry(first, epoch);
        first.allocator.discardAt(changed, expires.plus(DAY));
        long regions = first.tier.statistics().writes().bytes().logBytes();
        for (int round = 0; round < 60; round++) {
            long passing = demoted(first, EpochOptions.DEFAULT.timeToLive(DAY));
            first.allocator.closeEpoch(passing, Disposition.DISCARD).join();
            first.allocator.sync().join();
        }
        assertThat(first.tier.statistics().writes().bytes().logBytes())
                .as("more than a region holds")
                .isGreaterThan(regions + 4 * Store.ZONE_BYTES);
        end(first, SimulatedFault.KILL);
        try (Store store = open()) {
            assertThat(expiry(store, epoch)).isEqualTo(expires);
            assertThat(expiry(store, changed)).isEqualTo(expires.plus(DAY));
        }
    }

    @Test
    void anUnchangedTimeCostsNoWrite() {
        try (Store store = open()) {
            long epoch = demoted(store, EpochOptions.DEFAULT);
            store.allocator.discardAt(epoch, Instant.now().plus(DAY));
            store.allocator.sync().join();
            long written = store.tier.statistics().writes().bytes().logBytes();
            store.allocator.sync().join();
            assertThat(store.tier.statistics().writes().bytes().logBytes()).isEqualTo(written);
        }
    }
}
