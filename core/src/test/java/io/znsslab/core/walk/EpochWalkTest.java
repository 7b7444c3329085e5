package io.znsslab.core.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.WrappedTier;
import io.znsslab.core.ZnsSlabException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EpochWalkTest {
    private static final int OBJECTS = 700;

    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator store =
            SlabAllocator.builder().limitBytes(16 << 20).coldTier(tier).build();

    @AfterEach
    void close() {
        store.close();
    }

    /** Where the walked epoch is. */
    enum Place {
        OPEN,
        CLOSED,
        COLD,
        PARTLY_PROMOTED;

        void bring(SlabAllocator store, long epoch, List<Long> handles) {
            if (this == CLOSED) {
                store.closeEpoch(epoch, Disposition.RECLAIM).join();
            } else if (this != OPEN) {
                store.closeEpoch(epoch, Disposition.DEMOTE).join();
            }
            if (this == PARTLY_PROMOTED) {
                for (int i = 0; i < handles.size(); i += 97) {
                    assertThat(store.resolve(handles.get(i))).isNotNull();
                }
            }
        }
    }

    /** Objects of all sizes, small ones mostly; each begins with its number and is filled with its lower byte. */
    private static List<Long> fill(SlabAllocator store, long epoch) {
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            int bytes = i % 9 == 0 ? 800 + 4 * i : 8 + i % 600;
            long handle = store.allocate(bytes, epoch);
            store.resolve(handle).fill((byte) i).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, i);
            handles.add(handle);
        }
        return handles;
    }

    private static int numberIn(MemorySegment payload) {
        return (int) payload.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    /** Notes what is shown, each object once. */
    private static final class Shown implements ObjectVisitor {
        final Map<Long, Integer> numbers = new LinkedHashMap<>();

        @Override
        public void object(long handle, MemorySegment payload) {
            int number = numberIn(payload);
            assertThat(numbers.put(handle, number))
                    .as("0x%x is shown once", handle)
                    .isNull();
            for (long at = 8; at < payload.byteSize(); at++) {
                assertThat(payload.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) number);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWalkShowsEachLiveObjectOnceWithItsBytes(Place place) {
        long epoch = store.advanceEpoch();
        List<Long> handles = fill(store, epoch);
        place.bring(store, epoch, handles);
        Map<Long, Integer> alive = new HashMap<>();
        for (int i = 0; i < OBJECTS; i++) {
            if (i % 3 == 0) {
                assertThat(store.free(handles.get(i))).isTrue();
            } else {
                alive.put(handles.get(i), i);
            }
        }
        fill(store, store.advanceEpoch());
        Shown shown = new Shown();

        long count = store.walk(epoch).forEach((handle, payload) -> {
            shown.object(handle, payload);
            assertThat(payload.byteSize()).isEqualTo(store.sizeOf(handle));
            assertThat(store.epochOf(handle)).isEqualTo(epoch);
        });

        assertThat(shown.numbers).isEqualTo(alive);
        assertThat(count).isEqualTo(alive.size());
        store.checkInvariants();
    }

    @ParameterizedTest
    @EnumSource
    void batchesAreAsLargeAsWasAskedForUpToTheEnd(Place place) {
        long epoch = store.advanceEpoch();
        place.bring(store, epoch, fill(store, epoch));
        Shown shown = new Shown();
        EpochWalk walk = store.walk(epoch);

        for (int batch = 0; batch < OBJECTS / 33; batch++) {
            assertThat(walk.next(33, shown)).isEqualTo(33);
        }
        assertThat(walk.next(33, shown)).isEqualTo(OBJECTS % 33);
        assertThat(walk.next(33, shown)).isZero();
        assertThat(shown.numbers).hasSize(OBJECTS);
    }

    @ParameterizedTest
    @EnumSource
    void aWalkGoesOnFromACursorWhereverTheSlabsHaveGoneMeanwhile(Place place) {
        long epoch = store.advanceEpoch();
        List<Long> handles = fill(store, epoch);
        place.bring(store, epoch, handles);
        Shown shown = new Shown();
        WalkCursor cursor = WalkCursor.beginningOf(epoch);
        int steps = 0;
        int count;
        do {
            EpochWalk walk = store.walk(cursor);
            count = walk.next(41, shown);
            cursor = new WalkCursor(walk.cursor().epoch(), walk.cursor().position());
            switch (steps++ % 4) {
                case 0 -> store.closeEpoch(epoch, Disposition.DEMOTE).join();
                case 1 -> tier.relocateAll();
                case 2 ->
                    handles.forEach(handle -> assertThat(store.resolve(handle)).isNotNull());
                default -> {}
            }
        } while (count > 0);

        assertThat(shown.numbers).hasSize(OBJECTS);
        assertThat(store.walk(cursor).forEach(shown)).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPEN", "CLOSED", "COLD"})
    void slabsThatMoveWithinABatchAreShownOnce(Place place) {
        long epoch = store.advanceEpoch();
        List<Long> handles = fill(store, epoch);
        place.bring(store, epoch, handles);
        Shown shown = new Shown();

        long count = store.walk(epoch).forEach((handle, payload) -> {
            shown.object(handle, payload);
            switch (shown.numbers.size() % 90) {
                case 10 -> store.closeEpoch(epoch, Disposition.DEMOTE).join();
                case 40 -> tier.relocateAll();
                case 70 ->
                    handles.forEach(each -> assertThat(store.resolve(each)).isNotNull());
                default -> {}
            }
        });

        assertThat(count).isEqualTo(OBJECTS);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsFreedBeforeItsTurnIsNotShown(Place place) {
        long epoch = store.advanceEpoch();
        List<Long> handles = fill(store, epoch);
        place.bring(store, epoch, handles);
        Shown shown = new Shown();
        List<Long> freed = new ArrayList<>();

        var _ = store.walk(epoch).forEach((handle, payload) -> {
            shown.object(handle, payload);
            assertThat(freed).doesNotContain(handle);
            int next = numberIn(payload) + 1;
            if (next < OBJECTS && !shown.numbers.containsKey(handles.get(next)) && store.free(handles.get(next))) {
                freed.add(handles.get(next));
            }
        });

        assertThat(shown.numbers).hasSize(OBJECTS - freed.size());
        assertThat(freed).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsShownOfAnEpochThatIsDiscardedOnTheWay(Place place) {
        long epoch = store.advanceEpoch();
        place.bring(store, epoch, fill(store, epoch));
        EpochWalk walk = store.walk(epoch);
        assertThat(walk.next(20, (_, _) -> {})).isEqualTo(20);

        store.closeEpoch(epoch, Disposition.DISCARD).join();
        // takes the ids over that the discarded slabs had
        fill(store, store.advanceEpoch());

        assertThat(walk.next(20, (handle, _) -> assertThat(handle).isZero())).isZero();
        assertThat(store.walk(epoch).forEach((handle, _) -> assertThat(handle).isZero()))
                .isZero();
    }

    @Test
    void theIdsOfADrainedEpochShowNothingOfTheirNextOne() {
        long epoch = store.advanceEpoch();
        List<Long> handles = fill(store, epoch);
        store.closeEpoch(epoch, Disposition.DEMOTE).join();
        EpochWalk walk = store.walk(epoch);
        handles.forEach(store::free);
        for (int more = 0; more < 3; more++) {
            long next = store.advanceEpoch();
            fill(store, next);
            store.closeEpoch(next, Disposition.DEMOTE).join();
        }

        assertThat(walk.forEach((handle, _) -> assertThat(handle).isZero())).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void theBytesStayWhileTheyAreLookedAtAndCannotBeUsedAfterwards(Place place) {
        long epoch = store.advanceEpoch();
        place.bring(store, epoch, fill(store, epoch));
        List<MemorySegment> kept = new ArrayList<>();

        int shown = store.walk(epoch).next(1, (handle, payload) -> {
            int number = numberIn(payload);
            assertThat(store.free(handle)).isTrue();
            store.closeEpoch(epoch, Disposition.DISCARD).join();
            fill(store, store.advanceEpoch());
            assertThat(numberIn(payload)).isEqualTo(number);
            kept.add(payload);
        });

        assertThat(shown).isEqualTo(1);
        assertThatIllegalStateException().isThrownBy(() -> numberIn(kept.getFirst()));
    }

    @Test
    void aColdPayloadIsReadOnlyAndStaysCold() {
        long epoch = store.advanceEpoch();
        Place.COLD.bring(store, epoch, fill(store, epoch));

        var _ = store.walk(epoch)
                .forEach((_, payload) -> assertThat(payload.isReadOnly()).isTrue());

        assertThat(store.coldStatistics().slabsPromoted()).isZero();
    }

    @Test
    void aPackedEpochShowsExactLengths() {
        long epoch = store.advanceEpoch(EpochOptions.DEFAULT.packed(true));
        Map<Long, Integer> bytes = new HashMap<>();
        for (int size = 0; size < 400; size++) {
            bytes.put(store.allocate(size, epoch), size);
        }
        Map<Long, Integer> open = new HashMap<>();
        Map<Long, Integer> cold = new HashMap<>();

        var _ = store.walk(epoch).forEach((handle, payload) -> open.put(handle, (int) payload.byteSize()));
        store.closeEpoch(epoch, Disposition.DEMOTE).join();
        var _ = store.walk(epoch).forEach((handle, payload) -> cold.put(handle, (int) payload.byteSize()));

        assertThat(open).isEqualTo(bytes);
        assertThat(cold).isEqualTo(bytes);
    }

    @Test
    void aSlabThatCannotBeReadCostsItsObjectsOnly() {
        WrappedTier failing = new WrappedTier() {
            @Override
            public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
                return slabId == 5
                        ? CompletableFuture.failedFuture(new ZnsSlabException("slab 5 is damaged"))
                        : super.read(slabId, sizeClass, location, destination);
            }
        };
        try (SlabAllocator damaged =
                SlabAllocator.builder().limitBytes(16 << 20).coldTier(failing).build()) {
            long epoch = damaged.advanceEpoch();
            long[] handles = new long[31 * 20];
            for (int i = 0; i < handles.length; i++) {
                handles[i] = damaged.allocate(100, epoch);
            }
            damaged.closeEpoch(epoch, Disposition.DEMOTE).join();
            EpochWalk walk = damaged.walk(epoch);
            List<Long> shown = new ArrayList<>();

            assertThatThrownBy(() -> walk.next(handles.length, (handle, _) -> shown.add(handle)))
                    .isInstanceOf(ZnsSlabException.class)
                    .hasMessage("slab 5 is damaged");
            assertThat(walk.forEach((handle, _) -> shown.add(handle))).isPositive();

            assertThat(shown).doesNotHaveDuplicates().hasSize(31 * 19);
        }
    }

    @Test
    void whatAVisitorThrowsIsThrownAndTheWalkGoesOnBehindTheObject() {
        long epoch = store.advanceEpoch();
        fill(store, epoch);
        EpochWalk walk = store.walk(epoch);
        List<Long> shown = new ArrayList<>();

        assertThatThrownBy(() -> walk.next(5, (handle, _) -> {
                    shown.add(handle);
                    throw new UnsupportedOperationException("no more");
                }))
                .hasMessage("no more");
        assertThat(walk.forEach((handle, _) -> shown.add(handle))).isEqualTo(OBJECTS - 1);
        assertThat(shown).doesNotHaveDuplicates();
    }

    @Test
    void aWalkRefusesWhatItCannotDo() {
        EpochWalk walk = store.walk(0);
        fill(store, 0);
        EpochWalk full = store.walk(0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> walk.next(0, (_, _) -> {}))
                .withMessage("a batch of 0 objects: must be 1 or more");
        assertThatThrownBy(() -> walk.next(1, null)).hasMessage("visitor must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WalkCursor(0, -1))
                .withMessageStartingWith("position -1: must be 0 or more");
        assertThatIllegalStateException()
                .isThrownBy(() -> full.next(1, (_, _) -> full.next(1, (_, _) -> {})))
                .withMessage("the walk over epoch 0 can't go on within its own visitor");
    }

    @Test
    void aWalkOfAClosedAllocatorIsRefused() {
        long epoch = store.advanceEpoch();
        Place.COLD.bring(store, epoch, fill(store, epoch));
        EpochWalk walk = store.walk(epoch);
        assertThat(walk.next(3, (_, _) -> {})).isEqualTo(3);

        store.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> walk.next(3, (_, _) -> {}))
                .withMessage("the allocator is closed");
        assertThat(walk.cursor().epoch()).isEqualTo(epoch);
    }
}
