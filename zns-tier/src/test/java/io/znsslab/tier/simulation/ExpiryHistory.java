package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.EpochInfo;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.cold.ColdEpoch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records, outside the store, when each epoch was said to expire, and which of these times a demotion or a sync has
 * acknowledged. Used by one thread.
 */
final class ExpiryHistory {
    /** The time that must be there at least, and those that were set after it; of epochs of which one was set. */
    private final Map<Long, List<Long>> possible = new HashMap<>();

    /** A time was set, or is about to be. */
    void set(long epoch, long millis) {
        possible.computeIfAbsent(epoch, _ -> new ArrayList<>(List.of(ColdEpoch.NO_EXPIRY)))
                .add(millis);
    }

    /** The time that a demotion of the epoch that begins now is going to acknowledge. */
    long now(long epoch) {
        List<Long> times = possible.get(epoch);
        return times == null ? ColdEpoch.NO_EXPIRY : times.getLast();
    }

    /** What a sync that begins now is going to acknowledge. */
    Map<Long, Long> now() {
        Map<Long, Long> times = new HashMap<>();
        possible.keySet().forEach(epoch -> times.put(epoch, now(epoch)));
        return times;
    }

    /** It was acknowledged. */
    void acknowledged(long epoch, long millis) {
        List<Long> times = possible.get(epoch);
        if (times != null && times.contains(millis)) {
            times.subList(0, times.indexOf(millis)).clear();
        }
    }

    /** The sync was acknowledged. */
    void synced(Map<Long, Long> times) {
        times.forEach(this::acknowledged);
    }

    private static long found(EpochInfo epoch) {
        return epoch.expires().map(Instant::toEpochMilli).orElse(ColdEpoch.NO_EXPIRY);
    }

    /** Checks all epochs on the device after an end without warning. Changes nothing. Returns how many expire. */
    int requireAfterCrash(SlabAllocator store) {
        int expiring = 0;
        for (EpochInfo epoch : store.epochs()) {
            assertThat(possible.getOrDefault(epoch.epoch(), List.of(ColdEpoch.NO_EXPIRY)))
                    .as("times at which epoch %d may expire", epoch.epoch())
                    .contains(found(epoch));
            expiring += epoch.expires().isPresent() ? 1 : 0;
        }
        return expiring;
    }

    /** Checks them, and from then on that they stay. */
    int checkAfterCrash(SlabAllocator store) {
        int expiring = requireAfterCrash(store);
        possible.clear();
        for (EpochInfo epoch : store.epochs()) {
            possible.put(epoch.epoch(), new ArrayList<>(List.of(found(epoch))));
        }
        return expiring;
    }
}
