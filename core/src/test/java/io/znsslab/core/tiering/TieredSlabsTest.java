package io.znsslab.core.tiering;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.Handle;
import io.znsslab.core.HandleFormat;
import io.znsslab.core.Lifetime;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import io.znsslab.core.Tier;
import io.znsslab.core.WrappedTier;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdImageCursor;
import io.znsslab.core.cold.ColdImages;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.SlabShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls in which a cold tier learns about the allocator's slabs. */
class TieredSlabsTest {
    private static final int PER_SLAB = 31;
    private static final long ALL_LIVE = (1L << PER_SLAB) - 1;

    private final WrappedTier tier = new WrappedTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    private final ColdSlabs slabs = tier.slabs;
    private final long[] live = new long[4];

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
    }

    /** Full slabs of an epoch that is no longer the current one. */
    private long[] fill(int count) {
        long epoch = allocator.currentEpoch();
        long[] handles = new long[count * PER_SLAB];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocator.allocate(100, epoch);
        }
        allocator.advanceEpoch();
        return handles;
    }

    private long[] fillAndClose(int count, Disposition disposition) {
        long epoch = allocator.currentEpoch();
        long[] handles = fill(count);
        allocator.closeEpoch(epoch, disposition).join();
        return handles;
    }

    private static long slabId(long handle) {
        return Handle.decode(handle).slabId();
    }

    private static long bit(long handle) {
        return 1L << Handle.decode(handle).slot();
    }

    private long onlyLocation() {
        return tier.memory.locations().getFirst();
    }

    @Test
    void theirShapeIsThatOfTheSettings() {
        WrappedTier other = new WrappedTier();
        SlabAllocatorBuilder settings = SlabAllocator.builder()
                .limitBytes(1 << 20)
                .slabBytes(16_384)
                .sizeClasses(64, 96, 4000)
                .handleFormat(HandleFormat.COMPACT)
                .coldTier(other);
        try (SlabAllocator _ = settings.build()) {
            SlabShape shape = other.slabs.shape();
            assertThat(shape.slabBytes()).isEqualTo(16_384);
            assertThat(shape.headerBytes()).isEqualTo(64);
            assertThat(shape.sizeClasses()).isEqualTo(3);
            assertThat(new int[] {shape.slotBytes(0), shape.slotBytes(1), shape.slotBytes(2)})
                    .containsExactly(64, 96, 4000);
            assertThat(new int[] {shape.slots(0), shape.slots(1), shape.slots(2)})
                    .containsExactly(255, 170, 4);
            assertThat(shape.bitmapWords()).isEqualTo(4);
            assertThat(shape.handleVersion()).isEqualTo(1);
        }
        assertThat(slabs.shape().bitmapWords()).isEqualTo(1);
        assertThat(slabs.shape().handleVersion()).isEqualTo(2);
    }

    @Test
    void aSlabHasItsImageWhereItIsColdOrWasPromotedFrom() {
        long[] handles = fillAndClose(1, Disposition.DEMOTE);
        long id = slabId(handles[0]);
        long location = onlyLocation();
        assertThat(slabs.hasImageAt(id, location)).isTrue();
        assertThat(slabs.hasImageAt(id, location + 1)).isFalse();
        allocator.resolve(handles[0]);
        assertThat(slabs.hasImageAt(id, location)).isTrue();
        assertThat(slabs.hasImageAt(id, location + 1)).isFalse();
    }

    @Test
    void aSlabThatWasNeverDemotedOrIsDeadHasNoImage() {
        long inDram = slabId(fillAndClose(1, Disposition.RECLAIM)[0]);
        long open = slabId(allocator.allocate(100, allocator.currentEpoch()));
        long epoch = allocator.currentEpoch();
        allocator.advanceEpoch();
        long dead = slabId(fillAndClose(1, Disposition.DISCARD)[0]);
        for (long id : new long[] {inDram, open, dead}) {
            assertThat(slabs.hasImageAt(id, 0)).isFalse();
            assertThat(slabs.hasImageAt(id, 1)).isFalse();
            assertThat(slabs.relocated(id, 0, 5)).isFalse();
            assertThat(slabs.relocated(id, 1, 5)).isFalse();
            assertThat(slabs.describe(id, new ColdImage())).isFalse();
        }
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1L << 30, Long.MAX_VALUE})
    void whatIsNoSlabIdNamesNothing(long id) {
        fillAndClose(1, Disposition.DEMOTE);
        Arrays.fill(live, -1);
        assertThat(slabs.liveSlots(id, live)).isZero();
        assertThat(live).containsOnly(0);
        assertThat(slabs.hasImageAt(id, 0)).isFalse();
        assertThat(slabs.relocated(id, 0, 1)).isFalse();
        assertThat(slabs.describe(id, new ColdImage())).isFalse();
    }

    @Test
    void theLiveSlotsAreThoseNotFreedInEitherTier() {
        long[] handles = fillAndClose(1, Disposition.DEMOTE);
        fillAndClose(1, Disposition.DEMOTE);
        long id = slabId(handles[0]);
        assertThat(slabs.liveSlots(id, live)).isEqualTo(31);
        assertThat(live).containsExactly(ALL_LIVE, 0, 0, 0);
        allocator.free(handles[5]);
        assertThat(slabs.liveSlots(id, live)).isEqualTo(30);
        assertThat(live[0]).isEqualTo(ALL_LIVE & ~bit(handles[5]));
        allocator.resolve(handles[0]);
        allocator.free(handles[6]);
        assertThat(slabs.liveSlots(id, live)).isEqualTo(29);
        assertThat(live[0]).isEqualTo(ALL_LIVE & ~bit(handles[5]) & ~bit(handles[6]));
        for (long handle : handles) {
            allocator.free(handle);
        }
        Arrays.fill(live, -1);
        assertThat(slabs.liveSlots(id, live)).isZero();
        assertThat(live).containsOnly(0);
    }

    @Test
    void anImageIsFoundWhereTheTierMovedIt() {
        long[] handles = fillAndClose(1, Disposition.DEMOTE);
        long id = slabId(handles[0]);
        long first = onlyLocation();
        tier.memory.relocateAll();
        long second = onlyLocation();
        assertThat(slabs.hasImageAt(id, first)).isFalse();
        assertThat(slabs.hasImageAt(id, second)).isTrue();
        assertThat(slabs.relocated(id, first, 1000)).isFalse();
        allocator.resolve(handles[0]);
        assertThat(slabs.relocated(id, first, 1000)).isFalse();
        tier.memory.relocateAll();
        assertThat(slabs.hasImageAt(id, second)).isFalse();
        assertThat(slabs.hasImageAt(id, onlyLocation())).isTrue();
    }

    @Test
    void anImageIsDescribedTheSameColdAndPromoted() {
        allocator.closeEpoch(allocator.currentEpoch(), Disposition.DISCARD).join();
        long epoch = allocator.advanceEpoch();
        long[] handles = fillAndClose(1, Disposition.DEMOTE);
        allocator.free(handles[9]);
        ColdImage image = new ColdImage();
        for (int tries = 0; tries < 2; tries++) {
            assertThat(slabs.describe(slabId(handles[0]), image)).isTrue();
            assertThat(image.slabId).isEqualTo(slabId(handles[0]));
            assertThat(image.sizeClass).isEqualTo(2);
            assertThat(image.baseGeneration).isEqualTo(Handle.decode(handles[0]).generation());
            assertThat(image.hasOneGeneration).isTrue();
            assertThat(image.epoch).isEqualTo(epoch);
            assertThat(image.location).isEqualTo(onlyLocation());
            assertThat(image.live[0]).isEqualTo(ALL_LIVE & ~bit(handles[9]));
            assertThat(allocator.resolve(handles[0])).isNotNull();
            image = new ColdImage();
        }
        assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.RESIDENT);
    }

    @Test
    void aSlabWhoseSlotsWereUsedTwiceHasSeveralGenerations() {
        long epoch = allocator.currentEpoch();
        long[] handles = fill(1);
        long reused = 0;
        for (int i = 1; i < handles.length; i++) {
            allocator.free(handles[i]);
        }
        for (int i = 1; i < handles.length; i++) {
            reused = allocator.allocate(100, epoch);
        }
        assertThat(slabId(reused)).isEqualTo(slabId(handles[0]));
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        ColdImage image = new ColdImage();
        assertThat(slabs.describe(slabId(reused), image)).isTrue();
        assertThat(image.hasOneGeneration).isFalse();
        assertThat(image.baseGeneration).isLessThan(Handle.decode(reused).generation());
        assertThat(slabs.epoch(epoch).maxGeneration())
                .isEqualTo(Handle.decode(reused).generation());
    }

    @Test
    void aClosedEpochIsKnownByItsNumberUntilItHasDrained() {
        long before = System.currentTimeMillis();
        long epoch = allocator.advanceEpoch("orders", Lifetime.LONG);
        long[] handles = fillAndClose(2, Disposition.DEMOTE);
        ColdEpoch facts = slabs.epoch(epoch);
        assertThat(facts.number()).isEqualTo(epoch);
        assertThat(facts.label()).isEqualTo("orders");
        assertThat(facts.openedMillis()).isBetween(before, System.currentTimeMillis());
        assertThat(facts.lifetime()).isEqualTo(Lifetime.LONG);
        assertThat(facts.maxGeneration()).isEqualTo(Handle.decode(handles[0]).generation());
        assertThat(slabs.epoch(allocator.currentEpoch())).isNull();
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        assertThat(slabs.epoch(epoch)).isNull();
    }

    @Test
    void allImagesAreShownInPiecesWithTheirEpochsOldestFirst() {
        long[] first = fillAndClose(2, Disposition.DEMOTE);
        fillAndClose(1, Disposition.RECLAIM);
        long[] third = fillAndClose(1, Disposition.DEMOTE);
        allocator.resolve(first[0]);
        List<String> shown = new ArrayList<>();
        ColdImages receiver = new ColdImages() {
            @Override
            public void epoch(ColdEpoch epoch) {
                shown.add("epoch " + epoch.number());
            }

            @Override
            public void image(ColdImage image) {
                shown.add("slab " + image.slabId + " of " + image.epoch);
            }
        };
        ColdImageCursor images = slabs.images();
        int pieces = 1;
        while (images.show(receiver, 1)) {
            pieces++;
        }
        assertThat(pieces).isGreaterThan(3);
        assertThat(shown)
                .containsExactly(
                        "epoch 0",
                        "slab " + slabId(first[0]) + " of 0",
                        "slab " + slabId(first[PER_SLAB]) + " of 0",
                        "epoch 2",
                        "slab " + slabId(third[0]) + " of 2");
    }

    @Test
    void theOldestColdEpochIsEvictedFirst() {
        long[] resident = fillAndClose(1, Disposition.RECLAIM);
        long[] older = fillAndClose(3, Disposition.DEMOTE);
        long[] newer = fillAndClose(2, Disposition.DEMOTE);
        assertThat(slabs.evictOldestEpoch()).isEqualTo(3);
        assertThat(tier.memory.imageCount()).isEqualTo(2);
        assertThat(allocator.resolve(older[0])).isNull();
        assertThat(allocator.tierOf(newer[0])).isEqualTo(Tier.COLD);
        assertThat(slabs.evictOldestEpoch()).isEqualTo(2);
        assertThat(tier.memory.imageCount()).isZero();
        assertThat(allocator.resolve(newer[0])).isNull();
        assertThat(slabs.evictOldestEpoch()).isZero();
        assertThat(allocator.resolve(resident[0])).isNotNull();
        assertThat(allocator.undrainedEpochs()).hasSize(1);
    }

    @Test
    void anEvictedEpochGoesInDramToo() {
        long[] handles = fillAndClose(20, Disposition.DEMOTE);
        for (int slab = 0; slab < 18; slab++) {
            allocator.resolve(handles[slab * PER_SLAB]);
        }
        assertThat(slabs.evictOldestEpoch()).isEqualTo(20);
        assertThat(tier.memory.imageCount()).isZero();
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
        assertThat(allocator.undrainedEpochs()).isEmpty();
    }

    @Test
    void anEpochThatIsBeingDemotedIsPassedOver() {
        long[] older = fillAndClose(2, Disposition.DEMOTE);
        long[] newer = fillAndClose(1, Disposition.DEMOTE);
        allocator.resolve(older[0]).set(JAVA_LONG, 0, 1);
        tier.memory.holdDemotions();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(0, Disposition.DEMOTE);
        assertThat(slabs.evictOldestEpoch()).isEqualTo(1);
        assertThat(allocator.resolve(newer[0])).isNull();
        tier.memory.releaseHeld();
        closing.join();
        assertThat(allocator.tierOf(older[0])).isEqualTo(Tier.COLD);
    }
}
