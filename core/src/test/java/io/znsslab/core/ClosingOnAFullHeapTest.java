package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.patched.Patch;
import io.znsslab.core.patched.PatchedCore;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A closing has all the memory it needs before it changes anything: where it gets none, the epoch stays open. */
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
                    // A discard needs no list of what lives on.
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

    /** A heap that has no room, once, when a test says so: patched code looks here where it is about to need some. */
    public static final class FullHeap {
        private static volatile boolean full;

        private FullHeap() {}

        /** The next look finds no room. */
        public static void fill() {
            full = true;
        }

        /** Makes room again; true if no look has found none since the heap was filled. */
        public static boolean empty() {
            boolean unseen = full;
            full = false;
            return unseen;
        }

        /** Throws if the heap was filled, and empties it. */
        public static void look() {
            if (full) {
                full = false;
                throw new OutOfMemoryError("thrown by the test");
            }
        }

        /** A look before each call of {@code called} in the method. */
        public static Patch before(String className, String method, String called) {
            return Patch.ofCalls(className, method, called, (code, call) -> {
                code.invokestatic(ClassDesc.of(FullHeap.class.getName()), "look", ConstantDescs.MTD_void);
                code.with(call);
            });
        }
    }
}
