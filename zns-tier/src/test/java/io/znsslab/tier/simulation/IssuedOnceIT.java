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
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever zone or block of the log is lost, and however runs end: over all runs no handle is issued twice, no two
 * epochs have the same number, and each handle finds only the object that it was issued for.
 */
@ExtendWith(SilentTier.class)
@Timeout(1200)
class IssuedOnceIT {
    private static final int SUPERBLOCK = 0x534C535A;
    private static final int LOG_BLOCK = 0x474C535A;
    private static final int BLOCK = 4096;
    private static final int RUNS_BEFORE = 4;
    private static final int RUNS_AFTER = 3;
    /** Bytes of an object that a size class serves, and of one that only a packed slab can hold. */
    private static final int PAYLOAD = 700;

    private static final int LARGE = 3000;

    /** The damage to the log. */
    private enum Loss {
        ZONE_OFFLINE,
        SUPERBLOCK,
        FIRST_BLOCKS,
        LAST_BLOCKS
    }

    /** The handles and epochs issued in a series of runs. */
    private static final class Issued {
        private final Set<Long> handles = new HashSet<>();
        private final Set<Long> epochs = new HashSet<>();
        /** The value in each object. */
        private final Map<Long, Long> contents = new HashMap<>();

        Issued copy() {
            Issued copy = new Issued();
            copy.handles.addAll(handles);
            copy.epochs.addAll(epochs);
            copy.contents.putAll(contents);
            return copy;
        }
    }

    private final SimulatedMedium medium = Store.newMedium();
    private long counter;

    @ParameterizedTest
    @EnumSource(HandleFormat.class)
    void noLossOfTheLogMakesAHandleBeIssuedTwice(HandleFormat format) {
        Issued issued = new Issued();
        int opened = 0;
        for (int run = 0; run < RUNS_BEFORE; run++) {
            live(medium, SimulatedFaults.NONE, format, issued, run, run % 2 == 1);
            for (int zone = 0; zone < Store.ZONES; zone++) {
                if (magicAt((long) zone * Store.ZONE_BYTES) != SUPERBLOCK) {
                    continue;
                }
                for (Loss loss : Loss.values()) {
                    opened += goOnWithout(zone, loss, format, issued.copy(), run);
                }
            }
        }
        assertThat(opened).isGreaterThan(RUNS_BEFORE * 4);
    }

    /** The number of runs that could go on. */
    private int goOnWithout(int zone, Loss loss, HandleFormat format, Issued issued, int seed) {
        SimulatedMedium spoiled = medium.copy();
        SimulatedFaults faults = SimulatedFaults.NONE;
        switch (loss) {
            case ZONE_OFFLINE -> faults = (operation, of) -> of == zone ? SimulatedFault.ZONE_OFFLINE : null;
            case SUPERBLOCK -> wipe(spoiled, zone, 0, 2);
            case FIRST_BLOCKS -> wipe(spoiled, zone, 2, 4);
            default -> {
                int blocks = (int) (spoiled.writtenBytes(zone) / BLOCK);
                wipe(spoiled, zone, blocks - 4, blocks);
            }
        }
        int opened = 0;
        for (int run = 0; run < RUNS_AFTER; run++) {
            try {
                live(spoiled, faults, format, issued, seed + run, run % 2 == 0);
                opened++;
            } catch (ZnsSlabException e) {
                assertThat(e.getMessage())
                        .as("zone %d, %s, run %d", zone, loss, run)
                        .isNotBlank();
            } catch (AssertionError e) {
                throw new AssertionError("zone %d, %s, run %d after run %d: %s".formatted(zone, loss, run, seed, e), e);
            }
        }
        return opened;
    }

    private int magicAt(long offset) {
        return ByteBuffer.wrap(medium.contents(offset))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(0);
    }

    private static void wipe(SimulatedMedium spoiled, int zone, int from, int to) {
        for (int block = Math.max(0, from); block < to; block++) {
            long offset = (long) zone * Store.ZONE_BYTES + (long) block * BLOCK;
            ByteBuffer contents = ByteBuffer.wrap(spoiled.contents(offset)).order(ByteOrder.LITTLE_ENDIAN);
            if (contents.getInt(0) == SUPERBLOCK || contents.getInt(0) == LOG_BLOCK) {
                spoiled.overwrite(offset, new byte[BLOCK]);
            }
        }
    }

    /**
     * One run: allocates objects in several epochs, some of which are demoted, some discarded, and some stay in memory;
     * then closes the store, or ends suddenly.
     */
    private void live(
            SimulatedMedium on, SimulatedFaults faults, HandleFormat format, Issued issued, int seed, boolean kill) {
        SimulatedDevice device = new SimulatedDevice(on, faults, seed);
        Store store = Store.open(device, ErrorPolicy.CONTINUE, tier -> tier, format);
        try {
            use(store.allocator, issued, new SplittableRandom(seed));
            checkAll(store.allocator, issued);
            if (kill) {
                device.end(SimulatedFault.KILL);
            }
            store.close();
        } catch (ZnsSlabException e) {
            assertThat(kill).as("%s", e).isTrue();
        } finally {
            device.end(SimulatedFault.KILL);
        }
    }

    private void use(SlabAllocator allocator, Issued issued, SplittableRandom random) {
        assertThat(issued.epochs.add(allocator.currentEpoch()))
                .as("epoch %d is new", allocator.currentEpoch())
                .isTrue();
        for (int round = 0; round < 4; round++) {
            long epoch = allocator.currentEpoch();
            for (int i = 0; i < 25; i++) {
                allocate(allocator, epoch, i == 0 ? LARGE : PAYLOAD, issued);
            }
            // A slab of either kind is refilled over and over, so that its id uses up many generations.
            for (int i = 0; i < 2000 && round == 0; i++) {
                long handle = allocate(allocator, epoch, i % 2 == 0 ? PAYLOAD : LARGE, issued);
                assertThat(allocator.free(handle)).isTrue();
                issued.contents.remove(handle);
            }
            assertThat(issued.epochs.add(allocator.advanceEpoch())).isTrue();
            if (round < 3) {
                allocator
                        .closeEpoch(epoch, random.nextInt(3) == 0 ? Disposition.DISCARD : Disposition.DEMOTE)
                        .exceptionally(failure -> null)
                        .join();
            }
        }
    }

    private long allocate(SlabAllocator allocator, long epoch, int bytes, Issued issued) {
        long handle = allocator.allocate(bytes, epoch);
        assertThat(Handle.isHandle(handle)).as("allocate answers %d", handle).isTrue();
        assertThat(issued.handles.add(handle)).as("handle 0x%x is new", handle).isTrue();
        allocator.resolve(handle).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, ++counter);
        issued.contents.put(handle, counter);
        return handle;
    }

    private static void checkAll(SlabAllocator allocator, Issued issued) {
        for (long handle : issued.handles) {
            try {
                MemorySegment payload = allocator.resolve(handle);
                if (payload != null) {
                    assertThat(payload.get(ValueLayout.JAVA_LONG_UNALIGNED, 0))
                            .as("what handle 0x%x finds", handle)
                            .isEqualTo(issued.contents.get(handle));
                }
            } catch (ZnsSlabException e) {
                // The object's location is lost.
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
