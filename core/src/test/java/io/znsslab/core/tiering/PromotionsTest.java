package io.znsslab.core.tiering;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.TestObjects;
import io.znsslab.core.Tier;
import io.znsslab.core.WrappedTier;
import io.znsslab.core.ZnsSlabException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The return of cold slabs to DRAM. */
class PromotionsTest {
    private static final int LIMIT_SLABS = 64;
    private final ZnsSlabException damaged = new ZnsSlabException("the slab is damaged");

    private final List<CompletableFuture<Void>> held = new ArrayList<>();
    private final List<MemorySegment> pages = new ArrayList<>();
    private final WrappedTier tier = new WrappedTier() {
        @Override
        public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
            reads++;
            if (!holds) {
                return fails
                        ? CompletableFuture.failedFuture(damaged)
                        : super.read(slabId, sizeClass, location, destination);
            }
            memory.read(slabId, sizeClass, location, destination).join();
            pages.add(destination);
            CompletableFuture<Void> done = new CompletableFuture<>();
            held.add(done);
            return done;
        }
    };
    private final SlabAllocator allocator = SlabAllocator.builder()
            .limitBytes(LIMIT_SLABS * 4096L)
            .sizeClasses(128, 4032)
            .coldTier(tier)
            .build();
    private boolean holds;
    private boolean fails;
    private int reads;

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
    }

    private long allocate(long payloadBytes, long value) {
        return TestObjects.allocate(allocator, payloadBytes, value);
    }

    private void demoteCurrent() {
        TestObjects.demoteCurrent(allocator);
    }

    private long[] coldPair() {
        long[] handles = {allocate(100, 1), allocate(100, 2)};
        demoteCurrent();
        return handles;
    }

    @Test
    void whatIsInDramOrStaleNeedsNoPromotion() {
        long handle = allocate(100, 3);
        assertThat(allocator.resolveAsync(handle).join().get(JAVA_LONG, 0)).isEqualTo(3);
        allocator.free(handle);
        assertThat(allocator.resolveAsync(handle)).isCompletedWithValue(null);
        assertThat(allocator.coldStatistics().slabsPromoted()).isZero();
    }

    @Test
    void allReadersOfOneSlabShareOneRead() {
        long[] handles = coldPair();
        holds = true;
        CompletableFuture<MemorySegment> first = allocator.resolveAsync(handles[0]);
        CompletableFuture<MemorySegment> second = allocator.resolveAsync(handles[1]);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.COLD);
        held.getFirst().complete(null);
        assertThat(first.join().get(JAVA_LONG, 0)).isEqualTo(1);
        assertThat(second.join().get(JAVA_LONG, 0)).isEqualTo(2);
        assertThat(reads).isEqualTo(1);
        assertThat(allocator.coldStatistics().slabsPromoted()).isEqualTo(1);
    }

    @Test
    void objectsFreedMeanwhileAreFreeInDramToo() {
        long[] handles = coldPair();
        holds = true;
        CompletableFuture<MemorySegment> promoted = allocator.resolveAsync(handles[0]);
        assertThat(allocator.free(handles[1])).isTrue();
        held.getFirst().complete(null);
        assertThat(promoted.join().get(JAVA_LONG, 0)).isEqualTo(1);
        assertThat(allocator.resolve(handles[1])).isNull();
        assertThat(allocator.free(handles[1])).isFalse();
        allocator.checkInvariants();
        assertThat(allocator.free(handles[0])).isTrue();
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
        assertThat(tier.memory.imageCount()).isZero();
    }

    @Test
    void aSlabThatDiesMeanwhileIsGoneWithItsFrame() {
        long[] handles = coldPair();
        holds = true;
        CompletableFuture<MemorySegment> promoted = allocator.resolveAsync(handles[0]);
        long granted = allocator.arenaUsage().grantedBytes();
        allocator.free(handles[0]);
        allocator.free(handles[1]);
        held.getFirst().complete(null);
        assertThat(promoted.join()).isNull();
        assertThat(allocator.arenaUsage().grantedBytes()).isLessThan(granted);
        assertThat(allocator.arenaUsage().rssBytes()).isZero();
    }

    @Test
    void aSlabThatIsRelocatedMeanwhileIsReadAgain() {
        long[] handles = coldPair();
        holds = true;
        CompletableFuture<MemorySegment> promoted = allocator.resolveAsync(handles[0]);
        tier.memory.relocateAll();
        holds = false;
        held.getFirst().completeExceptionally(damaged);
        assertThat(promoted.join().get(JAVA_LONG, 0)).isEqualTo(1);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void aFailureIsReportedAndLeavesTheSlabCold() {
        long[] handles = coldPair();
        fails = true;
        long granted = allocator.arenaUsage().grantedBytes();
        for (int i = 0; i < 2 * LIMIT_SLABS; i++) {
            assertThatThrownBy(() -> allocator.resolve(handles[0])).isSameAs(damaged);
            assertThat(allocator.resolveAsync(handles[0]))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCause(damaged);
        }
        assertThat(allocator.arenaUsage().grantedBytes()).isEqualTo(granted);
        assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.COLD);
        fails = false;
        assertThat(allocator.resolve(handles[0]).get(JAVA_LONG, 0)).isEqualTo(1);
    }

    @Test
    void aReadThatThrowsAtOnceIsTheSame() {
        WrappedTier throwing = new WrappedTier() {
            @Override
            public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
                throw damaged;
            }
        };
        try (SlabAllocator other =
                SlabAllocator.builder().limitBytes(1 << 20).coldTier(throwing).build()) {
            long handle = other.allocate(100, 0);
            other.closeEpoch(0, Disposition.DEMOTE).join();
            assertThatThrownBy(() -> other.resolve(handle)).isSameAs(damaged);
            assertThat(other.resolveAsync(handle))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCause(damaged);
            assertThat(other.arenaUsage().rssBytes()).isZero();
            other.checkInvariants();
        }
    }

    @Test
    void withoutMemoryAPromotionSaysWhatToDo() {
        long[] handles = coldPair();
        long epoch = allocator.currentEpoch();
        while (Handle.isHandle(allocator.allocate(4000, epoch))) {
            // Until all memory is in use.
        }
        assertThatThrownBy(() -> allocator.resolve(handles[0]))
                .isExactlyInstanceOf(ZnsSlabException.class)
                .hasMessage("no memory to promote a cold slab to:"
                        + " each slab of the limit of 262144 bytes holds live objects;"
                        + " free some, close epochs, raise limitBytes, or copy the object with read()");
        assertThat(allocator.read(handles[0], MemorySegment.ofArray(new long[1])))
                .isEqualTo(8);
        allocator.advanceEpoch();
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        assertThat(allocator.resolve(handles[0]).get(JAVA_LONG, 0)).isEqualTo(1);
    }

    /**
     * A live object of a cold slab, and the handle of one that had its slot before: only the image tells them apart.
     */
    private long[] liveAndStale() {
        long[] earlier = new long[31];
        for (int i = 0; i < earlier.length; i++) {
            earlier[i] = allocate(100, i);
        }
        for (int i = 1; i < earlier.length; i++) {
            allocator.free(earlier[i]);
        }
        long live = allocate(100, 5);
        demoteCurrent();
        for (long stale : earlier) {
            if (Handle.decode(stale).slabId() == Handle.decode(live).slabId()
                    && Handle.decode(stale).slot() == Handle.decode(live).slot()) {
                return new long[] {live, stale};
            }
        }
        throw new AssertionError("no slot was used twice");
    }

    @Test
    void theDeviceIsReadOnceAlsoWhereOnlyTheImageTellsWhetherAHandleIsStale() {
        long[] handles = liveAndStale();
        assertThat(allocator.resolve(handles[0]).get(JAVA_LONG, 0)).isEqualTo(5);
        assertThat(reads).isEqualTo(1);
        assertThat(allocator.resolve(handles[1])).isNull();
        assertThat(reads).isEqualTo(1);
    }

    @Test
    void aStaleHandleBringsNoSlabHome() {
        long[] handles = liveAndStale();
        long granted = allocator.arenaUsage().grantedBytes();
        for (int i = 0; i < 2 * LIMIT_SLABS; i++) {
            reads = 0;
            assertThat(allocator.resolve(handles[1])).isNull();
            assertThat(reads).isEqualTo(1);
            assertThat(allocator.resolveAsync(handles[1])).isCompletedWithValue(null);
            assertThat(reads).isEqualTo(2);
        }
        assertThat(allocator.arenaUsage().grantedBytes()).isEqualTo(granted);
        assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.COLD);
        assertThat(allocator.coldStatistics().slabsPromoted()).isZero();
    }

    @Test
    void nothingWaitsForTheReadThatTellsWhetherAHandleIsStale() {
        long[] handles = liveAndStale();
        holds = true;
        CompletableFuture<MemorySegment> stale = allocator.resolveAsync(handles[1]);
        CompletableFuture<MemorySegment> live = allocator.resolveAsync(handles[0]);
        assertThat(reads).isEqualTo(1);
        assertThat(stale).isNotDone();
        holds = false;
        held.getFirst().complete(null);
        assertThat(stale.join()).isNull();
        assertThat(live.join().get(JAVA_LONG, 0)).isEqualTo(5);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void aHandleIsStaleAlsoWhereThereIsNoMemoryForItsSlab() {
        long[] handles = liveAndStale();
        long epoch = allocator.currentEpoch();
        while (Handle.isHandle(allocator.allocate(4000, epoch))) {
            // Until all memory is in use.
        }
        assertThat(allocator.resolve(handles[1])).isNull();
        assertThat(allocator.resolveAsync(handles[1]).join()).isNull();
        assertThatThrownBy(() -> allocator.resolve(handles[0])).hasMessageStartingWith("no memory to promote");
        assertThat(allocator.resolveAsync(handles[0]))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withCauseExactlyInstanceOf(ZnsSlabException.class)
                .withMessageContaining("no memory to promote");
    }

    @Test
    void emptySlabsThatAreKeptHotMakeRoomForAPromotion() {
        WrappedTier other = new WrappedTier();
        SlabAllocator hot = SlabAllocator.builder()
                .limitBytes(LIMIT_SLABS * 4096L)
                .sizeClasses(128, 4032)
                .reclamation(Reclamation.KEEP_HOT)
                .cachedSlabs(1)
                .coldTier(other)
                .build();
        long handle = hot.allocate(100, 0);
        hot.resolve(handle).set(JAVA_LONG, 0, 4);
        hot.advanceEpoch();
        hot.closeEpoch(0, Disposition.DEMOTE).join();
        while (Handle.isHandle(hot.allocate(4000, 1))) {
            // Until all memory is in use.
        }
        hot.advanceEpoch();
        hot.closeEpoch(1, Disposition.DISCARD).join();
        assertThat(hot.resolve(handle).get(JAVA_LONG, 0)).isEqualTo(4);
        hot.checkInvariants();
        hot.close();
    }

    @Test
    void withinAReadCallbackAPromotionIsAsAnywhere() {
        long[] handles = coldPair();
        long resident = allocate(100, 1);
        allocator.read(resident, _ -> {
            assertThat(allocator.resolveAsync(handles[0])).succeedsWithin(Duration.ofSeconds(10));
            assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.RESIDENT);
        });
    }
}
