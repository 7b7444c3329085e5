package io.znsslab.core.tiering;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.core.ZnsSlabException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Packed slabs on their way to a cold tier and back, as often as one likes. */
class PackedTieringTest {
    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(16 << 20).coldTier(tier).build();
    /** Payload bytes of each live object. */
    private final Map<Long, Integer> objects = new LinkedHashMap<>();

    @AfterEach
    void tearDown() {
        allocator.checkInvariants();
        allocator.close();
    }

    private void allocate(int bytes) {
        long handle = allocator.allocate(bytes, 0);
        allocator.resolve(handle).fill((byte) handle);
        objects.put(handle, bytes);
    }

    /** Fills epoch 0 with slabs of several generations, and closes it. */
    private void fillEpoch() {
        for (int round = 0; round < 40; round++) {
            allocator.free(allocator.allocate(3000, 0));
        }
        for (int bytes = 761; bytes <= allocator.largestPayloadBytes(); bytes += 61) {
            allocate(bytes);
        }
        assertThat(objects.keySet().stream()
                        .map(handle -> Handle.decode(handle).generation())
                        .distinct())
                .hasSizeGreaterThan(1);
        allocator.closeEpoch(0, Disposition.RECLAIM).join();
    }

    private void demote() {
        allocator.closeEpoch(0, Disposition.DEMOTE).join();
        objects.keySet().forEach(handle -> assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD));
        allocator.checkInvariants();
    }

    private void requireAllByCopy() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(allocator.largestPayloadBytes());
            objects.forEach((handle, bytes) -> {
                assertThat(allocator.read(handle, copy)).as("0x%x", handle).isEqualTo(bytes);
                requireContents(handle, copy.asSlice(0, bytes));
            });
        }
    }

    private void requireAllInPlace() {
        objects.forEach((handle, bytes) -> {
            MemorySegment payload = allocator.resolve(handle);
            assertThat(payload).as("0x%x", handle).isNotNull();
            assertThat(payload.byteSize()).isEqualTo((long) bytes);
            requireContents(handle, payload);
        });
    }

    private static void requireContents(long handle, MemorySegment payload) {
        for (long at = 0; at < payload.byteSize(); at++) {
            assertThat(payload.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) handle);
        }
    }

    private void freeEveryThird() {
        int[] count = {0};
        objects.keySet().removeIf(handle -> count[0]++ % 3 == 0 && allocator.free(handle));
    }

    @Test
    void slabsOfSeveralGenerationsComeBackAndGoAgain() {
        fillEpoch();
        for (int round = 0; round < 3; round++) {
            demote();
            requireAllByCopy();
            requireAllInPlace();
            freeEveryThird();
            requireAllInPlace();
            demote();
            freeEveryThird();
            requireAllByCopy();
        }
    }

    @Test
    void aPromotedSlabThatNobodyWroteToIsNotWrittenAgain() {
        fillEpoch();
        demote();
        long written = tier.written();
        requireAllInPlace();
        demote();

        assertThat(tier.written()).isEqualTo(written);
    }

    @Test
    void aPromotedSlabThatWasWrittenToIsWrittenAgain() {
        fillEpoch();
        demote();
        long written = tier.written();
        requireAllInPlace();
        objects.forEach((handle, bytes) -> allocator.resolve(handle).set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 77));
        demote();

        assertThat(tier.written()).isEqualTo(2 * written);
        objects.forEach((handle, bytes) -> assertThat(allocator.resolve(handle).get(ValueLayout.JAVA_BYTE, bytes - 1))
                .isEqualTo((byte) 77));
    }

    @Test
    void aPromotedSlabGoesWithItsLastObject() {
        fillEpoch();
        demote();
        requireAllInPlace();
        objects.keySet().forEach(handle -> assertThat(allocator.free(handle)).isTrue());
        objects.keySet().forEach(handle -> assertThat(allocator.resolve(handle)).isNull());
        objects.clear();
        allocator.checkInvariants();

        assertThat(tier.imageCount()).isZero();
        assertThat(allocator.undrainedEpochs()).isEmpty();
    }

    @Test
    void noForgedSizeInAnImageDoesMoreThanFail() {
        fillEpoch();
        demote();
        SplittableRandom random = new SplittableRandom(5);
        MemorySegment copy = Arena.ofAuto().allocate(allocator.largestPayloadBytes());
        int unread = 0;
        int unpromoted = 0;
        for (long handle : objects.keySet()) {
            // The second word of an object is the note of its size.
            long note = random.nextInt(4) == 0 ? 0xffff_ffffL : random.nextLong();
            tier.images().forEach(image -> {
                for (long at = 64; at < 4096; at += 16) {
                    if (image.get(ValueLayout.JAVA_LONG, at) == handle) {
                        image.set(ValueLayout.JAVA_LONG, at + 8, note);
                    }
                }
            });
            try {
                assertThat(allocator.read(handle, copy)).isBetween(0, (int) copy.byteSize());
            } catch (ZnsSlabException e) {
                assertThat(e).hasMessageContaining("slab's image on the cold tier");
                unread++;
            }
            try {
                MemorySegment payload = allocator.resolve(handle);
                assertThat(payload.byteSize()).isBetween(0L, copy.byteSize());
            } catch (ZnsSlabException e) {
                assertThat(e.getMessage()).containsAnyOf("image of slab", "slab's image on the cold tier");
                unpromoted++;
            }
        }
        assertThat(unread).isPositive();
        assertThat(unpromoted).isPositive();
        allocator.checkInvariants();
    }
}
