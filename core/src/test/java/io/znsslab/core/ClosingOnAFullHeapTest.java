package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.patched.Concurrently;
import io.znsslab.core.patched.Patch;
import io.znsslab.core.patched.PatchedCore;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A closing has all the memory it needs before it changes anything: where it gets none, the epoch stays open. The same
 * goes for a bin that gets another slab, and for a reclaim that takes slabs from bins.
 */
class ClosingOnAFullHeapTest {
    static Stream<Patch> placesThatNeedMemory() {
        return Stream.of(
                FullHeap.before("EpochCloser", "hold", "take"),
                FullHeap.before("EpochCloser$Hold", "take", "listBins"),
                FullHeap.before("EpochCloser", "beginClosed", "begin"),
                FullHeap.before("EpochCloser", "beginClosed", "expect"));
    }

    @ParameterizedTest
    @MethodSource("placesThatNeedMemory")
    void anEpochThatCanNotBeClosedForWantOfHeapStaysOpenAndIsClosedLater(Patch place) throws Exception {
        PatchedCore.play(Closings.class, place);
    }

    static class Closings extends Race {
        @Override
        void play() {
            for (Disposition disposition : List.of(Disposition.RECLAIM, Disposition.DEMOTE, Disposition.DISCARD)) {
                long epoch = allocator.advanceEpoch();
                long[] handles = allocate(500, epoch);
                FullHeap.fill();
                CompletableFuture<EpochClosing> closing = allocator.closeEpoch(epoch, disposition);
                if (FullHeap.empty()) {
                    // A discard needs no list of the objects that live on.
                    assertThat(disposition).isEqualTo(Disposition.DISCARD);
                    assertThat(closing.join().slabsReturned()).isPositive();
                    continue;
                }
                assertThatThrownBy(closing::join).rootCause().hasMessage("thrown by the test");
                allocator.checkInvariants();
                for (long handle : handles) {
                    assertThat(allocator.resolve(handle).get(ValueLayout.JAVA_LONG, 0))
                            .isEqualTo(handle);
                }
                assertThat(Handle.isHandle(allocator.allocate(100, epoch))).isTrue();
                assertThat(allocator.closeEpoch(epoch, disposition).join().slabs())
                        .isPositive();
                assertThat(allocator.allocate(100, epoch)).isEqualTo(Handle.EPOCH_CLOSED);
                assertThat(allocator.resolve(handles[7]) == null).isEqualTo(disposition == Disposition.DISCARD);
            }
        }
    }

    @Test
    void aSlabThatIsNotListedForWantOfHeapIsNotLost() throws Exception {
        PatchedCore.play(Openings.class, FullHeap.before("Bin", "expect", "copyOf"));
    }

    static class Openings extends Race {
        @Override
        void play() {
            long epoch = allocator.advanceEpoch();
            allocate(2 * OBJECTS_PER_SLAB, epoch);
            for (int growth = 0; growth < 6; growth++) {
                FullHeap.fill();
                assertThatThrownBy(() -> allocate(1000 * OBJECTS_PER_SLAB, epoch))
                        .isInstanceOf(OutOfMemoryError.class);
                assertThat(FullHeap.empty()).isFalse();
                allocator.checkInvariants();
                // room for as many as there are, and one more, so that the lists grow again
                allocate(OBJECTS_PER_SLAB, epoch);
            }
            long slabs = allocator.arenaUsage().grantedBytes() / 4096;
            long discarded =
                    allocator.closeEpoch(epoch, Disposition.DISCARD).join().slabsReturned();
            assertThat(discarded).isBetween(64L, slabs);
        }
    }

    static Stream<Patch> placesWhereAReclaimNeedsMemory() {
        return Stream.of(
                FullHeap.before("EmptySlabs", "suspend", "add"),
                FullHeap.before("EmptySlabs", "expectFrame", "copyOf"),
                FullHeap.before("EmptySlabs", "joinEpoch", "set"));
    }

    @ParameterizedTest
    @MethodSource("placesWhereAReclaimNeedsMemory")
    void aSlabThatIsNotTakenForWantOfHeapIsNotLost(Patch place) throws Exception {
        PatchedCore.play(Reclaims.class, place);
    }

    /** An ended thread has left more bins, each with an empty current slab, than a reclaim has room for at first. */
    static class Reclaims extends Race {
        private static final int EPOCHS = 6;
        private static final int SIZES = 8;
        private static final int FEWEST_STRIPES = 16;

        @Override
        void play() {
            long first = allocator.advanceEpoch();
            for (int epoch = 1; epoch < EPOCHS; epoch++) {
                allocator.advanceEpoch();
            }
            passIdsOfOwnStripe();
            Concurrently.run(() -> useEachBin(first));
            FullHeap.fill();
            assertThatThrownBy(allocator::trim)
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessage("thrown by the test");
            assertThat(FullHeap.empty()).isFalse();
            allocator.checkInvariants();
            Concurrently.run(() -> useEachBin(first));
            allocator.trim();
            allocator.checkInvariants();
            assertThat(allocator.arenaUsage().grantedBytes()).isZero();
        }

        /**
         * Has the next thread use another stripe than this one, which a thread finds by its id: else this thread would
         * have joined the epochs already.
         */
        private static void passIdsOfOwnStripe() {
            long own = Thread.currentThread().threadId();
            long last;
            do {
                last = Thread.ofPlatform().unstarted(() -> {}).threadId();
            } while ((last + 1 - own) % FEWEST_STRIPES == 0);
        }

        private Void useEachBin(long first) {
            for (long epoch = first; epoch < first + EPOCHS; epoch++) {
                for (int size = 1; size <= SIZES; size++) {
                    long handle = allocator.allocate(size * 64L - 8, epoch);
                    assertThat(Handle.isHandle(handle)).isTrue();
                    free(handle);
                }
            }
            return null;
        }
    }

    /**
     * A heap that is full for one allocation, when a test says so: patched code calls it before it allocates memory.
     */
    public static final class FullHeap {
        private static volatile boolean full;

        private FullHeap() {}

        /** Makes the next check find no room. */
        public static void fill() {
            full = true;
        }

        /** Makes room again; true if no check has found the heap full since it was filled. */
        public static boolean empty() {
            boolean unseen = full;
            full = false;
            return unseen;
        }

        /** Throws if the heap is full, and makes room again. */
        public static void look() {
            if (full) {
                full = false;
                throw new OutOfMemoryError("thrown by the test");
            }
        }

        /** Inserts a check before each call of {@code called} in the method. */
        public static Patch before(String className, String method, String called) {
            return Patch.ofCalls(className, method, called, (code, call) -> {
                code.invokestatic(ClassDesc.of(FullHeap.class.getName()), "look", ConstantDescs.MTD_void);
                code.with(call);
            });
        }
    }
}
