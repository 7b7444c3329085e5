package io.znsslab.core.tiering;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.core.statistics.ColdStatistics;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ColdTierTest {
    private static final int OBJECTS = 1000;

    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    private final long[] handles = new long[OBJECTS];

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
        assertThat(tier.isClosed()).isTrue();
    }

    private long fillEpoch() {
        long epoch = allocator.currentEpoch();
        for (int i = 0; i < OBJECTS; i++) {
            handles[i] = allocator.allocate(100, epoch);
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, i);
        }
        allocator.advanceEpoch();
        return epoch;
    }

    private void demote(long epoch) {
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
    }

    @Test
    void aColdHandleStillResolves() {
        demote(fillEpoch());
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
        for (int i = 0; i < OBJECTS; i++) {
            assertThat(allocator.tierOf(handles[i])).isEqualTo(i % 31 == 0 ? Tier.COLD : Tier.RESIDENT);
            assertThat(allocator.resolve(handles[i]).get(JAVA_LONG, 0)).isEqualTo(i);
        }
        assertThat(allocator.coldStatistics().slabsPromoted()).isEqualTo(33);
    }

    @Test
    void aPromotedSlabKeepsItsImageUntilItDies() {
        demote(fillEpoch());
        for (long handle : handles) {
            allocator.resolve(handle);
        }
        assertThat(tier.locations()).hasSize(33).allMatch(tier::isWanted);
        tier.relocateAll();
        assertThat(tier.locations()).hasSize(33).allMatch(tier::isWanted);
        for (int i = 0; i < 31; i++) {
            assertThat(allocator.free(handles[i])).isTrue();
        }
        assertThat(tier.locations()).hasSize(32).allMatch(tier::isWanted);
    }

    @Test
    void unchangedPromotedSlabsLeaveDramWithoutBeingWritten() {
        long epoch = fillEpoch();
        demote(epoch);
        for (long handle : handles) {
            allocator.resolve(handle);
        }
        tier.relocateAll();
        assertThat(allocator.free(handles[40])).isTrue();
        for (int i = 0; i < 31; i++) {
            assertThat(allocator.free(handles[i])).isTrue();
        }
        EpochClosing closing = allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        assertThat(closing.slabsDemoted()).isEqualTo(32);
        assertThat(closing.bytesReturned()).isEqualTo(32 * 4096);
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
        assertThat(tier.written()).isEqualTo(33);
        assertThat(allocator.coldStatistics()).isEqualTo(new ColdStatistics(33, 33, 0, 32, 0, 0, 0, 0));
        assertThat(allocator.tierOf(handles[40])).isNull();
        assertThat(allocator.free(handles[40])).isFalse();
        for (int i = 41; i < OBJECTS; i++) {
            assertThat(allocator.tierOf(handles[i])).isIn(Tier.COLD, Tier.RESIDENT);
            assertThat(allocator.resolve(handles[i]).get(JAVA_LONG, 0)).isEqualTo(i);
        }
    }

    @Test
    void onlyTheChangedOnesOfPromotedSlabsAreWrittenAnew() {
        long epoch = fillEpoch();
        demote(epoch);
        for (long handle : handles) {
            allocator.resolve(handle);
        }
        // The last byte of the last slot of the second slab.
        MemorySegment changed = allocator.resolve(handles[61]);
        changed.set(JAVA_BYTE, changed.byteSize() - 1, (byte) (changed.get(JAVA_BYTE, changed.byteSize() - 1) ^ 1));
        MemorySegment bytes = MemorySegment.ofArray(changed.toArray(JAVA_BYTE));
        demote(epoch);
        assertThat(tier.written()).isEqualTo(34);
        assertThat(allocator.coldStatistics()).isEqualTo(new ColdStatistics(33, 34, 1, 32, 0, 0, 0, 0));
        assertThat(tier.locations()).hasSize(33).allMatch(tier::isWanted);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(bytes.byteSize());
            allocator.read(handles[61], copy);
            assertThat(copy.mismatch(bytes)).isEqualTo(-1);
        }
    }

    @Test
    void aPromotedSlabThatTheTierCanNotTakeKeepsItsOldImage() {
        long epoch = fillEpoch();
        demote(epoch);
        allocator.resolve(handles[0]).set(JAVA_LONG, 0, 77);
        tier.failAfter(0);
        assertThatThrownBy(() -> demote(epoch)).hasMessageContaining("the tier is full");
        tier.failAfter(Integer.MAX_VALUE);
        assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.RESIDENT);
        assertThat(tier.locations()).hasSize(33).allMatch(tier::isWanted);
        demote(epoch);
        assertThat(tier.locations()).hasSize(33).allMatch(tier::isWanted);
        assertThat(allocator.resolve(handles[0]).get(JAVA_LONG, 0)).isEqualTo(77);
    }

    @Test
    void aPromotedSlabDiscardedWhileItIsWrittenAnewReleasesBothImages() {
        long epoch = fillEpoch();
        demote(epoch);
        allocator.resolve(handles[0]).set(JAVA_LONG, 0, 77);
        tier.holdDemotions();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(epoch, Disposition.DEMOTE);
        tier.relocateAll();
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        tier.releaseHeld();
        closing.join();
        assertThat(tier.imageCount()).isZero();
    }

    @Test
    void readCopiesWithoutPromoting() {
        demote(fillEpoch());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(200);
            for (int i = 0; i < OBJECTS; i++) {
                assertThat(allocator.read(handles[i], copy)).isEqualTo(120);
                assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(i);
                assertThat(allocator.tierOf(handles[i])).isEqualTo(Tier.COLD);
            }
        }
    }

    @Test
    void aRelocatedSlabIsReadPromotedAndFreedAtItsNewPlace() {
        demote(fillEpoch());
        tier.relocateAll();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(120);
            for (int i = 0; i < OBJECTS; i++) {
                assertThat(allocator.read(handles[i], copy)).isEqualTo(120);
                assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(i);
            }
        }
        for (int i = 0; i < OBJECTS / 2; i++) {
            assertThat(allocator.free(handles[i])).isTrue();
            assertThat(allocator.free(handles[i])).isFalse();
        }
        tier.relocateAll();
        for (int i = OBJECTS / 2; i < OBJECTS; i++) {
            assertThat(allocator.resolve(handles[i]).get(JAVA_LONG, 0)).isEqualTo(i);
        }
        tier.relocateAll();
        assertThat(tier.locations()).hasSize(17).allMatch(tier::isWanted);
        for (int i = OBJECTS / 2; i < OBJECTS; i++) {
            assertThat(allocator.free(handles[i])).isTrue();
        }
        assertThat(tier.imageCount()).isZero();
    }

    @Test
    void slabsThatDieWhileTheyAreRelocatedAreReleased() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            demote(fillEpoch());
            Thread relocating = Thread.ofPlatform().start(() -> {
                while (tier.imageCount() > 0) {
                    tier.relocateAll();
                }
            });
            for (int i = 0; i < OBJECTS; i++) {
                assertThat(allocator.free(handles[i])).isTrue();
            }
            relocating.join(10_000);
            assertThat(tier.imageCount()).isZero();
        }
    }

    @Test
    void freedBeforeDuringAndAfterDemotionIsStale() {
        long epoch = fillEpoch();
        tier.holdDemotions();
        assertThat(allocator.free(handles[0])).isTrue();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(epoch, Disposition.DEMOTE);
        assertThat(allocator.free(handles[1])).isTrue();
        tier.releaseHeld();
        closing.join();
        assertThat(allocator.free(handles[2])).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(allocator.free(handles[i])).isFalse();
            assertThat(allocator.tierOf(handles[i])).isNull();
        }
        assertThat(allocator.resolve(handles[3]).get(JAVA_LONG, 0)).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(allocator.resolve(handles[i])).isNull();
            assertThat(allocator.free(handles[i])).isFalse();
        }
        assertThat(allocator.free(handles[3])).isTrue();
    }

    @Test
    void aColdSlabEndsWithItsLastObject() {
        demote(fillEpoch());
        int images = tier.imageCount();
        for (int i = 0; i < 31; i++) {
            assertThat(allocator.free(handles[i])).isTrue();
        }
        assertThat(tier.imageCount()).isEqualTo(images - 1);
        for (int i = 31; i < OBJECTS; i++) {
            assertThat(allocator.free(handles[i])).isTrue();
        }
        assertThat(tier.imageCount()).isZero();
    }

    @Test
    void slotsUsedTwiceInTheEpochAreToldApartOnTheTier() {
        long epoch = fillEpoch();
        long[] stale = handles.clone();
        long reused = allocator.allocate(100, epoch);
        for (int i = 0; i < OBJECTS; i++) {
            allocator.free(handles[i]);
        }
        for (int i = 0; i < OBJECTS; i++) {
            handles[i] = allocator.allocate(100, epoch);
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, i);
        }
        demote(epoch);
        assertThat(allocator.tierOf(reused)).isEqualTo(Tier.COLD);
        for (int i = 0; i < OBJECTS; i++) {
            assertThat(allocator.tierOf(stale[i])).isNull();
            assertThat(allocator.free(stale[i])).isFalse();
            assertThat(allocator.tierOf(handles[i])).isEqualTo(Tier.COLD);
        }
        for (int i = 0; i < OBJECTS; i += 2) {
            assertThat(allocator.free(handles[i])).isTrue();
            assertThat(allocator.free(handles[i])).isFalse();
        }
        for (int i = 1; i < OBJECTS; i += 2) {
            assertThat(allocator.resolve(handles[i]).get(JAVA_LONG, 0)).isEqualTo(i);
        }
    }

    @Test
    void aDiscardedColdEpochIsStaleAndReleased() {
        long epoch = fillEpoch();
        demote(epoch);
        allocator.resolve(handles[0]);
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        assertThat(tier.imageCount()).isZero();
        for (long handle : handles) {
            assertThat(allocator.resolve(handle)).isNull();
            assertThat(allocator.free(handle)).isFalse();
        }
    }

    @Test
    void anEpochDiscardedWhileItIsDemotedIsStale() {
        long epoch = fillEpoch();
        tier.holdDemotions();
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(epoch, Disposition.DEMOTE);
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        long next = allocator.allocate(100, allocator.currentEpoch());
        tier.releaseHeld();
        closing.join();
        assertThat(tier.imageCount()).isZero();
        assertThat(allocator.resolve(next)).isNotNull();
        for (long handle : handles) {
            assertThat(allocator.resolve(handle)).isNull();
        }
        assertThat(allocator.arenaUsage().rssBytes()).isEqualTo(4096);
    }

    @Test
    void slabsThatTheTierDoesNotTakeStayResident() {
        long epoch = fillEpoch();
        tier.failAfter(10);
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(epoch, Disposition.DEMOTE);
        assertThatThrownBy(closing::join)
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("the tier is full");
        int cold = 0;
        for (int i = 0; i < OBJECTS; i++) {
            cold += allocator.tierOf(handles[i]) == Tier.COLD ? 1 : 0;
        }
        assertThat(cold).isEqualTo(310);
        tier.failAfter(Integer.MAX_VALUE);
        demote(epoch);
        for (long handle : handles) {
            assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
        }
        for (int i = 0; i < OBJECTS; i++) {
            assertThat(allocator.resolveAsync(handles[i]).join().get(JAVA_LONG, 0))
                    .isEqualTo(i);
            assertThat(allocator.free(handles[i])).isTrue();
        }
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
    }

    @Test
    void aPromotedSlabIsDemotedAgainWithTheEpoch() {
        long epoch = fillEpoch();
        demote(epoch);
        allocator.resolve(handles[5]).set(JAVA_LONG, 0, 55);
        assertThat(allocator.tierOf(handles[6])).isEqualTo(Tier.RESIDENT);
        assertThat(allocator.free(handles[6])).isTrue();
        demote(epoch);
        assertThat(allocator.tierOf(handles[5])).isEqualTo(Tier.COLD);
        assertThat(allocator.tierOf(handles[6])).isNull();
        assertThat(allocator.resolve(handles[5]).get(JAVA_LONG, 0)).isEqualTo(55);
    }
}
