package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.HandleFormat;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs that end by a kill, one after another: each uses up the same small number of generations, and no slab ids. */
@ExtendWith(SilentTier.class)
@Timeout(1200)
class ManyKillsIT {
    private static final int KILLS = Integer.getInteger("kills", 200);
    /** The number that the README and the javadoc promise. */
    private static final int GENERATIONS_OF_A_KILL = 1024;

    private static final int SLABS = 12;

    private final SimulatedMedium medium = Store.newMedium();
    private final Set<Long> issued = new HashSet<>();

    @ParameterizedTest
    @EnumSource(HandleFormat.class)
    void eachCostsTheSameFewGenerationsAndNoId(HandleFormat format) {
        long highestId = 0;
        int highestGeneration = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            SimulatedDevice device = new SimulatedDevice(medium, SimulatedFaults.NONE, kill);
            Store store = Store.open(device, ErrorPolicy.FAIL, tier -> tier, format);
            SlabAllocator allocator = store.allocator;
            assertThat(store.tier.recovery().losses()).isEmpty();
            long epoch = allocator.currentEpoch();
            for (int i = 0; i < 5 * SLABS; i++) {
                long handle = allocator.allocate(700, epoch);
                assertThat(Handle.isHandle(handle)).isTrue();
                assertThat(issued.add(handle)).as("handle 0x%x is new", handle).isTrue();
                highestId = Math.max(highestId, Handle.decode(handle).slabId());
                highestGeneration =
                        Math.max(highestGeneration, Handle.decode(handle).generation());
            }
            allocator.advanceEpoch();
            allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
            if (kill % 3 != 0) {
                allocator.closeEpoch(epoch, Disposition.DISCARD).join();
                allocator.sync().join();
            }
            // Objects that were kept are freed at some time too.
            allocator.undrainedEpochs().stream()
                    .filter(info -> info.epoch() != allocator.currentEpoch())
                    .skip(2)
                    .forEach(info -> allocator
                            .closeEpoch(info.epoch(), Disposition.DISCARD)
                            .join());
            allocator.checkInvariants();
            device.end(SimulatedFault.KILL);
            try {
                store.close();
            } catch (ZnsSlabException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(highestId).isLessThan(2L * GENERATIONS_OF_A_KILL);
        assertThat(highestGeneration).isBetween(KILLS, KILLS * GENERATIONS_OF_A_KILL);
        assertThat((1 << 24) / GENERATIONS_OF_A_KILL).isGreaterThan(10_000);
    }
}
