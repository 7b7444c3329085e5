package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.format.Mutations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Opens devices whose superblocks and log were damaged and then given matching checksums, a damage that only a bug of
 * ours could cause. The opening fails with its documented exception or goes on, in bounded time and memory, and no read
 * of an object ever returns bytes of another. {@code -Dfuzz.openings=} and {@code -Dseed=} change the number of
 * openings and their seed.
 */
@ExtendWith(SilentTier.class)
@Timeout(36_000)
class LogFuzzIT {
    private static final int OPENINGS = Integer.getInteger("fuzz.openings", 600);
    private static final long SEED = Long.getLong("seed", 5);
    private static final int BLOCK = 4096;
    private static final int SECONDS_OF_AN_OPENING = 20;

    private final Oracle oracle = new Oracle();
    private final SimulatedMedium medium = Store.newMedium();
    private final Mutations mutations = new Mutations(SEED);
    private int refused;
    private int opened;

    @Test
    void noLogMakesOpeningFailOtherwiseThanDocumented() {
        try (Store store = Store.open(medium, SimulatedFaults.NONE, SEED)) {
            new Workload(oracle, SEED).withExpiries().run(store, 80);
        }
        List<Long> pairs = pairsOfLog();
        assertThat(pairs).isNotEmpty();
        for (int i = 0; i < OPENINGS; i++) {
            SimulatedMedium spoiled = medium.copy();
            long at = pairs.get(mutations.below(pairs.size()));
            ByteBuffer contents = ByteBuffer.wrap(spoiled.contents(at)).order(ByteOrder.LITTLE_ENDIAN);
            int length = contents.getInt(8);
            mutations.spoil(contents, 0, length);
            Mutations.reseal(contents, 0);
            spoiled.overwrite(at, contents.array());
            spoiled.overwrite(at + BLOCK, contents.array());
            long began = System.nanoTime();
            try {
                open(spoiled, mutations.coin() ? ErrorPolicy.FAIL : ErrorPolicy.CONTINUE);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("opening " + i + " of -Dseed=" + SEED + ": " + e, e);
            }
            assertThat(System.nanoTime() - began).isLessThan(SECONDS_OF_AN_OPENING * 1_000_000_000L);
        }
        System.out.printf("spoiled logs: %d openings, %d refused, %d gone on%n", OPENINGS, refused, opened);
        assertThat(refused).isPositive();
        assertThat(opened).isPositive();
    }

    /** Superblocks and log blocks, each of which has two copies. */
    private List<Long> pairsOfLog() {
        List<Long> offsets = new ArrayList<>();
        for (int zone = 0; zone < Store.ZONES; zone++) {
            for (long at = 0; at + BLOCK < medium.writtenBytes(zone); at += 2 * BLOCK) {
                long offset = (long) zone * Store.ZONE_BYTES + at;
                byte[] first = medium.contents(offset);
                if (first[0] == 'Z' && first[1] == 'S' && Arrays.equals(first, medium.contents(offset + BLOCK))) {
                    offsets.add(offset);
                }
            }
        }
        return offsets;
    }

    private void open(SimulatedMedium spoiled, ErrorPolicy policy) {
        try (Store store = Store.open(new SimulatedDevice(spoiled, SimulatedFaults.NONE, SEED), policy);
                Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(store.allocator.largestPayloadBytes());
            for (Oracle.Known known : oracle.all()) {
                Oracle.look(store.allocator, known, scratch);
            }
            opened++;
        } catch (ZnsSlabException e) {
            refused++;
        }
    }
}
