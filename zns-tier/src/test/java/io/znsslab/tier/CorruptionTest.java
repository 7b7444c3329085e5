package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.format.Mutations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Damages every image on a device in every way in turn: each damage is noticed, counted and reported with its location,
 * and no byte of the image is returned.
 */
class CorruptionTest {
    private static final int SLAB = 4096;
    private static final int KIND_OFFSET = 6;
    private static final long SEED = Long.getLong("seed", 3);
    private static final int FLIPS = 8;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final SimulatedMedium medium = new SimulatedMedium(FileGeometry.of(128 << 10, 12));
    private final TestSlabs slabs = new TestSlabs(SLAB);
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment destination = arena.allocate(SLAB);
    private final MemorySegment untouched = arena.allocate(SLAB).fill((byte) 3);
    private int made;

    @AfterEach
    void freeMemory() {
        slabs.close();
        arena.close();
    }

    private ZnsTier openTier() {
        ZnsTier tier = ZnsTier.builder(new SimulatedDevice(medium, SimulatedFaults.NONE, SEED))
                .writeBytes(128 << 10)
                .open();
        tier.attach(slabs);
        return tier;
    }

    @Test
    void noSpoiledImageIsTakenForTheSlab() {
        try (ZnsTier tier = openTier()) {
            Map<Long, byte[]> formerIncarnations = fillTwice(tier);
            List<TestSlabs.Slab> all = List.copyOf(slabs.cold.values());
            for (TestSlabs.Slab slab : all) {
                byte[] sound = medium.contents(slab.location() * SLAB);
                for (int i = 0; i < FLIPS; i++) {
                    byte[] flipped = sound.clone();
                    int bit = random.nextInt(SLAB * 8);
                    flipped[bit / 8] ^= (byte) (1 << bit % 8);
                    spoil(tier, slab, flipped);
                }
                spoil(tier, slab, new byte[SLAB]);
                spoil(tier, slab, ofTheOtherKind(sound));
                TestSlabs.Slab other = otherThan(slab, all);
                spoil(tier, slab, medium.contents(other.location() * SLAB));
                byte[] former = formerIncarnations.get(slab.location());
                if (former != null) {
                    spoil(tier, slab, former);
                }
                medium.overwrite(slab.location() * SLAB, sound);
                assertReadable(tier, slab);
            }
            exchangePairs(tier, all);

            assertThat(tier.statistics().reads().corruptSlabs()).isEqualTo(made);
            System.out.printf(
                    "corrupted images: %d made, %d detected%n",
                    made, tier.statistics().reads().corruptSlabs());
            assertThat(made).isGreaterThan(1000);
        }
    }

    /**
     * Writes slabs, resets all their zones, and writes others over them. Returns the images that the slabs left in the
     * reset zones, by location.
     */
    private Map<Long, byte[]> fillTwice(ZnsTier tier) {
        Map<Long, byte[]> formerIncarnations = new HashMap<>();
        for (int round = 0; round < 4; round++) {
            List<TestSlabs.Slab> before = List.copyOf(slabs.cold.values());
            for (TestSlabs.Slab slab : before) {
                formerIncarnations.put(slab.location(), medium.contents(slab.location() * SLAB));
                slabs.cold.remove(slab.slabId());
                tier.release(slab.slabId(), slab.location());
            }
            tier.demote(slabs.batch(100)).join();
        }
        assertThat(slabs.cold.values()).anyMatch(slab -> formerIncarnations.containsKey(slab.location()));
        return formerIncarnations;
    }

    /** The image with another kind, and a checksum that matches it. */
    private static byte[] ofTheOtherKind(byte[] sound) {
        ByteBuffer image =
                ByteBuffer.allocateDirect(SLAB).order(ByteOrder.LITTLE_ENDIAN).put(0, sound);
        image.put(KIND_OFFSET, (byte) (1 - sound[KIND_OFFSET]));
        assertThat(Mutations.reseal(image, 0)).isTrue();
        byte[] forged = new byte[SLAB];
        image.get(0, forged);
        return forged;
    }

    private TestSlabs.Slab otherThan(TestSlabs.Slab slab, List<TestSlabs.Slab> all) {
        TestSlabs.Slab other = slab;
        while (other.slabId() == slab.slabId()) {
            other = all.get(random.nextInt(all.size()));
        }
        return other;
    }

    private void exchangePairs(ZnsTier tier, List<TestSlabs.Slab> all) {
        List<TestSlabs.Slab> rest = new ArrayList<>(all);
        while (rest.size() > 1) {
            TestSlabs.Slab one = rest.removeLast();
            TestSlabs.Slab other = rest.removeLast();
            byte[] first = medium.contents(one.location() * SLAB);
            byte[] second = medium.contents(other.location() * SLAB);
            medium.overwrite(one.location() * SLAB, second);
            medium.overwrite(other.location() * SLAB, first);
            assertCorrupt(tier, one);
            assertCorrupt(tier, other);
            medium.overwrite(one.location() * SLAB, first);
            medium.overwrite(other.location() * SLAB, second);
            assertReadable(tier, one);
            assertReadable(tier, other);
        }
    }

    private void spoil(ZnsTier tier, TestSlabs.Slab slab, byte[] contents) {
        medium.overwrite(slab.location() * SLAB, contents);
        assertCorrupt(tier, slab);
    }

    private void assertCorrupt(ZnsTier tier, TestSlabs.Slab slab) {
        made++;
        destination.fill((byte) 3);
        assertThatThrownBy(() -> tier.readNow(slab.slabId(), slab.sizeClass(), slab.location(), destination))
                .isInstanceOf(CorruptSlabException.class)
                .hasMessageContaining("location " + slab.location());
        assertThat(destination.mismatch(untouched)).isEqualTo(-1);
    }

    private void assertReadable(ZnsTier tier, TestSlabs.Slab slab) {
        tier.readNow(slab.slabId(), slab.sizeClass(), slab.location(), destination);
        assertThat(destination.asSlice(64).mismatch(slab.page().asSlice(64))).isEqualTo(-1);
    }
}
