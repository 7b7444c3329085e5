package io.znsslab.core.tiering;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A sync writes promoted slabs that have changed, and leaves them in DRAM. */
class WriteBackTest {
    private static final int PER_SLAB = 31;

    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator store =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    private final long epoch = store.advanceEpoch();
    private final long[] handles = new long[3 * PER_SLAB];

    WriteBackTest() {
        for (int i = 0; i < handles.length; i++) {
            handles[i] = store.allocate(100, epoch);
            store.resolve(handles[i]).set(JAVA_LONG, 0, i);
        }
        store.closeEpoch(epoch, Disposition.DEMOTE).join();
    }

    @AfterEach
    void close() {
        store.checkInvariants();
        store.close();
    }

    private void write(int object, long value) {
        store.resolve(handles[object]).set(JAVA_LONG, 0, value);
    }

    private boolean isOnTheTier(long value) {
        return tier.images().stream().anyMatch(image -> holds(image, value));
    }

    private static boolean holds(MemorySegment image, long value) {
        for (long at = 64; at < image.byteSize(); at += Long.BYTES) {
            if (image.get(JAVA_LONG, at) == value) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whatWasWrittenToAPromotedObjectIsOnTheTierAfterASyncAndInDramStill() {
        write(0, 4242);

        store.sync().join();

        assertThat(isOnTheTier(4242)).isTrue();
        assertThat(store.tierOf(handles[0])).isEqualTo(Tier.RESIDENT);
        assertThat(tier.imageCount()).isEqualTo(3);
        assertThat(store.coldStatistics().slabsWrittenBack()).isEqualTo(1);
        assertThat(store.resolve(handles[0]).get(JAVA_LONG, 0)).isEqualTo(4242);
    }

    @Test
    void onlyWhatHasChangedIsWrittenAndOnlyOnce() {
        write(0, 4242);
        assertThat(store.resolve(handles[PER_SLAB])).isNotNull();
        long before = tier.written();

        store.sync().join();
        store.sync().join();
        assertThat(tier.written()).isEqualTo(before + 1);

        store.closeEpoch(epoch, Disposition.DEMOTE).join();
        assertThat(tier.written()).isEqualTo(before + 1);
        assertThat(store.resolve(handles[0]).get(JAVA_LONG, 0)).isEqualTo(4242);
        assertThat(store.coldStatistics().slabsDroppedUnchanged()).isEqualTo(2);
    }

    @Test
    void aWriteDuringTheWritingIsWrittenByTheNextSync() {
        write(0, 4242);
        tier.holdDemotions();
        CompletableFuture<Void> first = store.sync();
        write(0, 4343);
        tier.releaseHeld();
        first.join();
        assertThat(isOnTheTier(4343)).isFalse();

        store.sync().join();

        assertThat(isOnTheTier(4343)).isTrue();
        assertThat(isOnTheTier(4242)).isFalse();
    }

    @Test
    void aSyncDuringAnotherCoversWhatWasWrittenBeforeIt() {
        write(0, 4242);
        tier.holdDemotions();
        CompletableFuture<Void> first = store.sync();
        write(0, 4343);
        CompletableFuture<Void> second = store.sync();
        tier.releaseHeld();
        first.join();
        second.join();

        assertThat(isOnTheTier(4343)).isTrue();
    }

    @Test
    void objectsAreFreedDuringTheWritingAndTheLastOneEndsTheSlab() {
        write(0, 4242);
        tier.holdDemotions();
        CompletableFuture<Void> sync = store.sync();
        for (int i = 0; i < PER_SLAB; i++) {
            assertThat(store.free(handles[i])).isTrue();
        }
        tier.releaseHeld();
        sync.join();

        assertThat(store.resolve(handles[0])).isNull();
        assertThat(tier.imageCount()).isEqualTo(2);
        assertThat(store.epochInfo(epoch).residentSlabs()).isZero();
    }

    @Test
    void anEpochIsDiscardedDuringTheWriting() {
        write(0, 4242);
        tier.holdDemotions();
        CompletableFuture<Void> sync = store.sync();
        store.closeEpoch(epoch, Disposition.DISCARD).join();
        tier.releaseHeld();
        sync.join();

        assertThat(tier.imageCount()).isZero();
        assertThat(store.undrainedEpochs()).isEmpty();
    }

    @Test
    void aDemotionWaitsForTheWritingAndThenLeavesNothingInDram() {
        write(0, 4242);
        tier.holdDemotions();
        CompletableFuture<Void> sync = store.sync();
        CompletableFuture<EpochClosing> demotion = store.closeEpoch(epoch, Disposition.DEMOTE);
        assertThat(demotion).isNotDone();
        tier.releaseHeld();
        sync.join();
        demotion.join();

        assertThat(store.tierOf(handles[0])).isEqualTo(Tier.COLD);
        assertThat(store.resolve(handles[0]).get(JAVA_LONG, 0)).isEqualTo(4242);
        assertThat(tier.imageCount()).isEqualTo(3);
    }

    @Test
    void imagesThatTheTierMovesDuringTheWritingAreReplaced() {
        write(0, 4242);
        tier.holdDemotions();
        CompletableFuture<Void> sync = store.sync();
        tier.relocateAll();
        tier.releaseHeld();
        sync.join();
        store.closeEpoch(epoch, Disposition.DEMOTE).join();

        assertThat(store.resolve(handles[0]).get(JAVA_LONG, 0)).isEqualTo(4242);
        assertThat(tier.imageCount()).isEqualTo(3);
    }

    @Test
    void aWritingThatFailsIsSaidAndTriedAgainByTheNextSync() {
        write(0, 4242);
        tier.failAfter(0);
        assertThatThrownBy(() -> store.sync().join()).hasRootCauseMessage("the tier is full");
        assertThat(store.resolve(handles[0]).get(JAVA_LONG, 0)).isEqualTo(4242);
        tier.failAfter(Integer.MAX_VALUE);

        store.sync().join();

        assertThat(isOnTheTier(4242)).isTrue();
        assertThat(tier.imageCount()).isEqualTo(3);
    }

    @Test
    void anEpochOfWhichAPartIsInDramAloneIsNotWritten() {
        long half = store.advanceEpoch();
        long[] objects = new long[2 * PER_SLAB];
        for (int i = 0; i < objects.length; i++) {
            objects[i] = store.allocate(100, half);
        }
        tier.failAfter(1);
        assertThatThrownBy(() -> store.closeEpoch(half, Disposition.DEMOTE).join())
                .hasRootCauseMessage("the tier is full");
        tier.failAfter(Integer.MAX_VALUE);
        for (long object : objects) {
            store.resolve(object).set(JAVA_LONG, 0, 4444);
        }
        long before = tier.written();

        store.sync().join();

        assertThat(tier.written()).isEqualTo(before);
    }
}
