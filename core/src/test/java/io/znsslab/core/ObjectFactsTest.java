package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The size and the epoch of an object, asked by its handle. */
class ObjectFactsTest {
    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator store =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void sizeAndEpochAreTheSameInEitherTier() {
        long epoch = store.advanceEpoch();
        List<Long> handles = List.of(store.allocate(100, epoch), store.allocate(3000, epoch), store.allocate(0, epoch));
        for (Tier expected : new Tier[] {Tier.RESIDENT, Tier.COLD}) {
            for (long handle : handles) {
                assertThat(store.tierOf(handle)).isEqualTo(expected);
                assertThat(store.epochOf(handle)).isEqualTo(epoch);
            }
            assertThat(store.sizeOf(handles.get(0))).isEqualTo(120);
            assertThat(store.sizeOf(handles.get(1))).isEqualTo(3000);
            assertThat(store.sizeOf(handles.get(2))).isEqualTo(56);
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
        assertThat(store.coldStatistics().slabsPromoted()).isZero();
        assertThat(handles)
                .allSatisfy(handle -> assertThat(store.sizeOf(handle))
                        .isEqualTo((int) store.resolve(handle).byteSize()));
    }

    @Test
    void aStaleHandleHasNeither() {
        long epoch = store.advanceEpoch();
        long first = store.allocate(100, epoch);
        long large = store.allocate(3000, epoch);
        long gone = store.allocate(100, epoch);
        store.free(gone);
        // the slot's next object, so that the slab has handles of two generations
        for (int i = 0; i < 200; i++) {
            store.free(store.allocate(100, epoch));
        }
        long kept = store.allocate(100, epoch);
        assertStale(gone);

        store.closeEpoch(epoch, Disposition.DEMOTE).join();
        assertStale(gone);
        assertThat(store.epochOf(kept)).isEqualTo(epoch);
        assertThat(store.sizeOf(kept)).isEqualTo(120);
        store.free(first);
        store.free(large);
        assertStale(first);
        assertStale(large);

        store.closeEpoch(epoch, Disposition.DISCARD).join();
        assertStale(kept);
    }

    private void assertStale(long handle) {
        assertThat(store.resolve(handle)).isNull();
        assertThat(store.sizeOf(handle)).isEqualTo(-1);
        assertThat(store.epochOf(handle)).isEqualTo(-1);
    }
}
