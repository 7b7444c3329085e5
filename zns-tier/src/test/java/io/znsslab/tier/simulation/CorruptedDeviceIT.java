package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Handle;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.report.Loss;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damages every written block of a device in every way, one at a time, and opens the device: images, summaries, zone
 * headers, superblocks and the log alike. The opening refuses or reports the damage, a read rejects it with its
 * location, or the block was not needed. The store never returns other data than was stored, and reports all that is
 * missing.
 */
@ExtendWith(SilentTier.class)
@Timeout(600)
class CorruptedDeviceIT {
    private static final int BLOCK = 4096;
    private static final int STEPS = 60;
    private static final long SEED = Long.getLong("seed", 11);

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Oracle oracle = new Oracle();
    private final SimulatedMedium medium = Store.newMedium();
    private SimulatedMedium earlier;
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

    /** The damage to a block. */
    private enum Corruption {
        BIT_FLIPPED,
        ZEROED,
        /** Another block was written in its place. */
        MISDIRECTED,
        EXCHANGED,
        FORMER_INCARNATION,
        /** The block and its neighbour are damaged: both copies of a structure that is stored twice. */
        TWO_FLIPPED,
        TWO_ZEROED
    }

    /** How the store met the damage. */
    private enum Outcome {
        REFUSED_AT_OPENING,
        REPORTED_AS_LOSS,
        REJECTED_WHEN_READ,
        NOT_NEEDED
    }

    @ParameterizedTest
    @EnumSource
    void damagedDataIsReportedAndNeverReturned(ErrorPolicy policy) {
        fill();
        int made = 0;
        for (long offset : writtenBlocks()) {
            for (Corruption corruption : Corruption.values()) {
                SimulatedMedium spoiled = medium.copy();
                if (!spoil(spoiled, offset, corruption)) {
                    continue;
                }
                made++;
                try {
                    outcomes.merge(open(spoiled, policy), 1, Integer::sum);
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(
                            "%s at offset %d (zone %d, block %d), -Dseed=%d: %s"
                                    .formatted(
                                            corruption,
                                            offset,
                                            offset / Store.ZONE_BYTES,
                                            offset % Store.ZONE_BYTES / BLOCK,
                                            SEED,
                                            e.getMessage()),
                            e);
                }
            }
        }
        System.out.printf("corrupted blocks, %s: %d made, %s, 0 returned%n", policy, made, outcomes);
        assertThat(outcomes).containsKey(Outcome.REJECTED_WHEN_READ);
        assertThat(outcomes)
                .containsKey(policy == ErrorPolicy.FAIL ? Outcome.REFUSED_AT_OPENING : Outcome.REPORTED_AS_LOSS);
    }

    /** Runs two workloads one after the other, so that there are blocks from before a zone's reset. */
    private void fill() {
        use(SEED);
        earlier = medium.copy();
        use(SEED + 1);
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            assertThat(oracle.checkAfterCrash(store.allocator)).isPositive();
        }
    }

    private void use(long seed) {
        try (Store store = Store.open(medium, SimulatedFaults.NONE, seed)) {
            oracle.checkAfterCrash(store.allocator);
            Workload workload = new Workload(oracle, seed);
            workload.run(store, STEPS);
            assertThat(workload.errors()).isEmpty();
        }
    }

    private List<Long> writtenBlocks() {
        List<Long> offsets = new ArrayList<>();
        for (int zone = 0; zone < Store.ZONES; zone++) {
            for (long at = 0; at < medium.writtenBytes(zone); at += BLOCK) {
                offsets.add((long) zone * Store.ZONE_BYTES + at);
            }
        }
        return offsets;
    }

    /** Damages a block. Returns whether that changed anything. */
    private boolean spoil(SimulatedMedium spoiled, long offset, Corruption corruption) {
        byte[] sound = spoiled.contents(offset);
        List<Long> blocks = writtenBlocks();
        long other = blocks.get(random.nextInt(blocks.size()));
        switch (corruption) {
            case BIT_FLIPPED -> spoiled.overwrite(offset, flipped(sound));
            case ZEROED -> spoiled.overwrite(offset, new byte[BLOCK]);
            case MISDIRECTED -> spoiled.overwrite(offset, spoiled.contents(other));
            case EXCHANGED -> {
                byte[] there = spoiled.contents(other);
                spoiled.overwrite(other, sound);
                spoiled.overwrite(offset, there);
            }
            case FORMER_INCARNATION -> spoiled.overwrite(offset, earlier.contents(offset));
            case TWO_FLIPPED, TWO_ZEROED -> {
                long next = offset + BLOCK;
                if (next % Store.ZONE_BYTES == 0) {
                    return false;
                }
                boolean zeroed = corruption == Corruption.TWO_ZEROED;
                spoiled.overwrite(offset, zeroed ? new byte[BLOCK] : flipped(sound));
                spoiled.overwrite(next, zeroed ? new byte[BLOCK] : flipped(spoiled.contents(next)));
            }
        }
        return !Arrays.equals(sound, spoiled.contents(offset));
    }

    private byte[] flipped(byte[] sound) {
        byte[] flipped = sound.clone();
        int bit = random.nextInt(BLOCK * 8);
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }

    private Outcome open(SimulatedMedium spoiled, ErrorPolicy policy) {
        Store opened;
        try {
            opened = Store.open(new SimulatedDevice(spoiled, SimulatedFaults.NONE, SEED), policy);
        } catch (ZnsSlabException e) {
            assertThat(e.getMessage()).doesNotContain("\n");
            return Outcome.REFUSED_AT_OPENING;
        }
        try (Store store = opened) {
            List<Loss> losses = store.tier.recovery().losses();
            if (policy == ErrorPolicy.FAIL) {
                assertThat(losses).isEmpty();
            }
            int rejected = readAll(store, !losses.isEmpty());
            if (!losses.isEmpty()) {
                return Outcome.REPORTED_AS_LOSS;
            }
            return rejected > 0 ? Outcome.REJECTED_WHEN_READ : Outcome.NOT_NEEDED;
        }
    }

    /**
     * Every object is as expected, or rejected; after a reported loss a live object may be missing, and a freed one may
     * be there. Returns the number of rejected objects.
     */
    private int readAll(Store store, boolean lossReported) {
        int rejected = 0;
        Set<Handle> livePlaces = oracle.all().stream()
                .filter(known -> !known.dead)
                .map(CorruptedDeviceIT::placeOf)
                .collect(Collectors.toSet());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(store.allocator.largestPayloadBytes());
            for (Oracle.Known known : oracle.all()) {
                Oracle.Found found = Oracle.look(store.allocator, known, scratch);
                if (found == Oracle.Found.UNREADABLE) {
                    rejected++;
                    // The store reads a slab of several generations to tell an object from a later one in the same
                    // slot.
                    assertThat(!known.dead || lossReported || livePlaces.contains(placeOf(known)))
                            .as("object 0x%x is looked up, and is live or looks like a live one", known.handle)
                            .isTrue();
                    requireReportedWithItsPlace(store, known, scratch);
                } else if (!lossReported) {
                    assertThat(found)
                            .as("object 0x%x of epoch %d", known.handle, known.epoch)
                            .isEqualTo(known.dead ? Oracle.Found.STALE : Oracle.Found.THERE);
                }
            }
        }
        assertThat(store.tier.statistics().reads().corruptSlabs()).isGreaterThanOrEqualTo(rejected);
        return rejected;
    }

    /** The object's slab and slot, without the generation. */
    private static Handle placeOf(Oracle.Known known) {
        Handle handle = Handle.decode(known.handle);
        return new Handle(handle.format(), handle.slabId(), 0, handle.slot(), handle.sizeClass());
    }

    private static void requireReportedWithItsPlace(Store store, Oracle.Known known, MemorySegment scratch) {
        try {
            store.allocator.read(known.handle, scratch);
        } catch (CorruptSlabException e) {
            assertThat(e).hasMessageContaining("location ").hasMessageContaining("offset ");
            return;
        }
        throw new AssertionError("read once and not twice");
    }
}
