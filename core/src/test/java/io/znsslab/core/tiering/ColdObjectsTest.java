package io.znsslab.core.tiering;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.TestObjects;
import io.znsslab.core.Tier;
import io.znsslab.core.WrappedTier;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.statistics.ColdStatistics;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Lookups, reads and frees of cold objects where the tier fails or moves a slab meanwhile; and the tier's
 * notifications.
 */
class ColdObjectsTest {
    /** Runs an action within the next read, which may then fail; counts reads, and records its notifications. */
    private static final class MovingTier extends WrappedTier {
        private final List<String> told = new ArrayList<>();
        private Runnable withinNextRead = () -> {};
        private RuntimeException failure;

        @Override
        public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
            noteRead(destination);
            RuntimeException failsWith = failure;
            Runnable within = withinNextRead;
            withinNextRead = () -> {};
            // The bytes at the location, which need not belong to the slab any more.
            CompletableFuture<Void> read = failsWith != null
                    ? CompletableFuture.failedFuture(failsWith)
                    : super.read(slabId, sizeClass, location, destination);
            within.run();
            return read;
        }

        void relocateWithinNextRead(RuntimeException failsWith) {
            failure = failsWith;
            withinNextRead = () -> {
                memory.relocateAll();
                failure = null;
            };
        }

        @Override
        public void finish() {
            told.add("finished");
        }

        @Override
        public void close() {
            told.add("closed");
            super.close();
        }

        @Override
        public void changed(long slabId) {
            told.add("changed " + slabId);
        }

        @Override
        public void release(long slabId, long location) {
            told.add("released " + slabId + " at " + location);
            super.release(slabId, location);
        }
    }

    private final ZnsSlabException damaged = new ZnsSlabException("the slab is damaged");

    private final MovingTier tier = new MovingTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    private final MemorySegment destination = MemorySegment.ofArray(new long[15]);
    private final long[] earlier = new long[31];

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
    }

    private long allocate(long value) {
        return TestObjects.allocate(allocator, TestObjects.BYTES, value);
    }

    private void demoteCurrent() {
        TestObjects.demoteCurrent(allocator);
    }

    /** Two objects of a cold slab with one generation. */
    private long[] coldObjects() {
        long[] handles = {allocate(5), allocate(6)};
        demoteCurrent();
        return handles;
    }

    /**
     * One object of a cold slab whose slots were used twice, so that only the image tells its handles from earlier
     * ones.
     */
    private long coldObjectOfTwoGenerations() {
        for (int i = 0; i < earlier.length; i++) {
            earlier[i] = allocate(i);
        }
        for (int i = 1; i < earlier.length; i++) {
            allocator.free(earlier[i]);
        }
        long handle = allocate(5);
        demoteCurrent();
        return handle;
    }

    private long earlierOfSameSlot(long handle) {
        for (long candidate : earlier) {
            if (Handle.decode(candidate).slot() == Handle.decode(handle).slot()) {
                return candidate;
            }
        }
        throw new AssertionError("no earlier object was in that slot");
    }

    @Test
    void onlyASlabWhoseSlotsWereUsedTwiceIsReadToFindItsLiveObjects() {
        long[] once = coldObjects();
        assertThat(allocator.tierOf(once[0])).isEqualTo(Tier.COLD);
        assertThat(allocator.free(once[0])).isTrue();
        assertThat(tier.notedReads).isZero();
        long twice = coldObjectOfTwoGenerations();
        assertThat(allocator.tierOf(twice)).isEqualTo(Tier.COLD);
        assertThat(tier.notedReads).isEqualTo(1);
        long stale = earlierOfSameSlot(twice);
        assertThat(allocator.tierOf(stale)).isNull();
        assertThat(allocator.free(stale)).isFalse();
        assertThat(allocator.read(stale, destination)).isEqualTo(-1);
        assertThat(allocator.read(stale, _ -> {
                    throw new AssertionError("shown a stale object");
                }))
                .isFalse();
        assertThat(allocator.tierOf(twice)).isEqualTo(Tier.COLD);
    }

    @Test
    void aReadFollowsASlabThatIsRelocatedMeanwhile() {
        long handle = coldObjects()[0];
        for (RuntimeException failsWith : new RuntimeException[] {null, damaged}) {
            tier.notedReads = 0;
            destination.fill((byte) 0);
            tier.relocateWithinNextRead(failsWith);
            assertThat(allocator.read(handle, destination)).isEqualTo(120);
            assertThat(destination.get(JAVA_LONG, 0)).isEqualTo(5);
            assertThat(tier.notedReads).isEqualTo(2);
            tier.relocateWithinNextRead(failsWith);
            assertThat(allocator.read(
                            handle,
                            payload -> assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(5)))
                    .isTrue();
            assertThat(tier.notedReads).isEqualTo(4);
        }
    }

    @Test
    void aLookAndAFreeFollowASlabThatIsRelocatedMeanwhile() {
        long handle = coldObjectOfTwoGenerations();
        tier.relocateWithinNextRead(null);
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
        assertThat(tier.notedReads).isEqualTo(2);
        tier.relocateWithinNextRead(damaged);
        assertThat(allocator.free(handle)).isTrue();
        assertThat(tier.notedReads).isEqualTo(4);
        assertThat(allocator.free(handle)).isFalse();
    }

    @Test
    void anObjectThatIsFreedWhileItIsReadIsStaleOnceItsSlabHasEnded() {
        long[] handles = coldObjects();
        tier.withinNextRead = () -> {
            allocator.free(handles[0]);
            allocator.free(handles[1]);
        };
        assertThat(allocator.read(handles[0], destination)).isEqualTo(-1);
        assertThat(tier.memory.imageCount()).isZero();
    }

    @Test
    void readingADamagedSlabIsAnError() {
        long handle = coldObjectOfTwoGenerations();
        tier.failure = damaged;
        assertThatThrownBy(() -> allocator.read(handle, destination)).isSameAs(damaged);
        assertThatThrownBy(() -> allocator.read(handle, _ -> {})).isSameAs(damaged);
        assertThatThrownBy(() -> allocator.tierOf(handle)).isSameAs(damaged);
        assertThatThrownBy(() -> allocator.free(handle)).isSameAs(damaged);
        assertThatThrownBy(() -> allocator.resolve(handle)).isSameAs(damaged);
        tier.failure = null;
        assertThat(allocator.read(handle, destination)).isEqualTo(120);
        assertThat(allocator.free(handle)).isTrue();
    }

    @Test
    void theSameRoomServesAllReadsOfOneReader() throws InterruptedException {
        long handle = coldObjectOfTwoGenerations();
        for (int i = 0; i < 5; i++) {
            assertThat(allocator.read(handle, destination)).isEqualTo(120);
            assertThat(allocator.read(handle, _ -> {})).isTrue();
            assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
        }
        Thread other = Thread.ofPlatform().start(() -> allocator.read(handle, destination));
        assertThat(other.join(Duration.ofSeconds(10))).isTrue();
        assertThat(tier.notedReads).isEqualTo(16);
        assertThat(tier.destinations).hasSize(1);
    }

    @Test
    void theTierIsFinishedAndThenClosedAndTheRoomForImagesEnds() {
        MovingTier closing = new MovingTier();
        try (SlabAllocator other =
                SlabAllocator.builder().limitBytes(1 << 20).coldTier(closing).build()) {
            long handle = other.allocate(100, 0);
            other.closeEpoch(0, Disposition.DEMOTE).join();
            assertThat(other.read(handle, destination)).isEqualTo(120);
            assertThat(closing.told).isEmpty();
        }
        assertThat(closing.told).containsExactly("finished", "closed");
        assertThat(closing.lastDestination.scope().isAlive()).isFalse();
    }

    @Test
    void aColdPayloadIsShownReadOnlyAndWhole() {
        long handle = coldObjects()[1];
        List<Long> shown = new ArrayList<>();
        boolean live = allocator.read(handle, payload -> {
            assertThat(payload.isReadOnly()).isTrue();
            assertThat(payload.byteSize()).isEqualTo(120);
            shown.add(payload.get(JAVA_LONG, 0));
        });
        assertThat(live).isTrue();
        assertThat(shown).containsExactly(6L);
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
    }

    @Test
    void aHandleThatNoColdSlabCanHaveIssuedIsStale() {
        long handle = coldObjects()[0];
        long slotThatIsNot = handle | 0x3fc;
        long neverLive = handle + (2 << 2);
        long laterGeneration = handle + (1L << 10);
        long earlierGeneration = handle & ~(0xffffffL << 10);
        long ofOtherFormat = handle ^ 3;
        for (long wrong : new long[] {slotThatIsNot, neverLive, laterGeneration, earlierGeneration, ofOtherFormat}) {
            assertThat(allocator.tierOf(wrong)).isNull();
            assertThat(allocator.free(wrong)).isFalse();
            assertThat(allocator.resolve(wrong)).isNull();
            assertThat(allocator.resolveAsync(wrong)).isCompletedWithValue(null);
            assertThat(allocator.read(wrong, destination)).isEqualTo(-1);
            assertThat(allocator.read(wrong, _ -> {})).isFalse();
        }
        assertThat(allocator.read(handle, destination)).isEqualTo(120);
    }

    @Test
    void theTierHearsOfEachFreeAndOfTheEnd() {
        long[] handles = coldObjects();
        long id = Handle.decode(handles[0]).slabId();
        long location = tier.memory.locations().getFirst();
        allocator.free(handles[0]);
        allocator.free(handles[0]);
        assertThat(tier.told).containsExactly("changed " + id);
        allocator.free(handles[1]);
        assertThat(tier.told).containsExactly("changed " + id, "changed " + id, "released " + id + " at " + location);
    }

    @Test
    void theTierHearsOfFreesInDramWhereTheSlabHasAnImage() {
        long[] handles = coldObjects();
        long neverCold = allocate(1);
        long id = Handle.decode(handles[0]).slabId();
        allocator.resolve(handles[0]);
        allocator.free(neverCold);
        assertThat(tier.told).isEmpty();
        allocator.free(handles[0]);
        assertThat(tier.told).containsExactly("changed " + id);
        allocator.free(handles[1]);
        assertThat(tier.told).contains("released " + id + " at 1");
        assertThat(tier.memory.imageCount()).isZero();
    }

    @Test
    void syncIsTheTiers() {
        CompletableFuture<Void> synced = new CompletableFuture<>();
        SlabAllocator other = SlabAllocator.builder()
                .limitBytes(1 << 20)
                .coldTier(new WrappedTier() {
                    @Override
                    public CompletableFuture<Void> sync() {
                        return synced;
                    }
                })
                .build();
        CompletableFuture<Void> told = other.sync();
        assertThat(told).isNotDone();
        synced.complete(null);
        assertThat(told.join()).isNull();
        long handle = other.allocate(100, 0);
        other.read(handle, _ -> assertThat(other.sync()).isSameAs(synced));
        other.close();
        assertThatIllegalStateException().isThrownBy(other::sync).withMessageContaining("closed");
    }

    @Test
    void withoutAColdTierThereIsNothingToSync() {
        SlabAllocator other = SlabAllocator.builder().limitBytes(1 << 20).build();
        assertThat(other.sync()).isCompletedWithValue(null);
        assertThat(other.coldStatistics()).isEqualTo(new ColdStatistics(0, 0, 0, 0, 0, 0, 0, 0));
        other.close();
        assertThatIllegalStateException().isThrownBy(other::sync).withMessageContaining("closed");
    }

    @Test
    void aTierThatFailsAtOnceLeavesTheEpochInDram() {
        SlabAllocator other = SlabAllocator.builder()
                .limitBytes(1 << 20)
                .coldTier(new WrappedTier() {
                    @Override
                    public CompletableFuture<Void> demote(SlabBatch batch) {
                        throw damaged;
                    }
                })
                .build();
        long handle = other.allocate(100, 0);
        assertThat(other.closeEpoch(0, Disposition.DEMOTE))
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCause(damaged);
        assertThat(other.tierOf(handle)).isEqualTo(Tier.RESIDENT);
        assertThat(other.free(handle)).isTrue();
        assertThat(other.arenaUsage().rssBytes()).isZero();
        other.checkInvariants();
        other.close();
    }
}
