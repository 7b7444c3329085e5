package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.patched.Breakpoint;
import io.znsslab.core.patched.Concurrently;
import io.znsslab.core.patched.Patch;
import io.znsslab.core.patched.PatchedCore;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.store.SlabStore;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * A slab that has used up its generations gives up its frame only when no reader looks at its former objects. Runs step
 * by step.
 */
class RetirementRaceTest {
    @Test
    void aLookAtTheLastObjectOfAUsedUpSlabKeepsItsBytes() throws Exception {
        PatchedCore.play(
                LookAtTheLastObject.class,
                Patch.breakBefore("SlabRefill", "giveUp", "collect", "before counting once more"));
    }

    static class LookAtTheLastObject extends Race {
        private static final int OBJECTS_PER_SLAB = 2;
        private SlabStore store;

        @Override
        SlabAllocator open(SlabAllocatorBuilder builder) {
            store = new SlabStore(
                    new SlabArena(new SlabGeometry(4096, 2008), 1 << 20),
                    HandleFormat.WIDE.layout(),
                    new SlabStore.Options(4, Reclamation.KEEP_HOT, 32, 0, false));
            return new SlabAllocator(store, null, false, null, EpochOptions.DEFAULT, EpochOptions.DEFAULT);
        }

        @Override
        void play() {
            useUpAllButOneGeneration();
            long looked = allocate(1, 0)[0];
            free(allocate(1, 0));
            CountDownLatch looking = new CountDownLatch(1);
            CountDownLatch othersAllocated = new CountDownLatch(1);
            try (Breakpoint counting = Breakpoint.at("before counting once more")) {
                Concurrently<Boolean> reading = Concurrently.start(() -> {
                    counting.awaitReached();
                    return allocator.read(looked, payload -> {
                        long before = payload.get(JAVA_LONG, 0);
                        looking.countDown();
                        await(othersAllocated);
                        assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(before).isEqualTo(looked);
                    });
                });
                Concurrently<Boolean> freeing = Concurrently.start(() -> {
                    await(looking);
                    boolean freed = allocator.free(looked);
                    counting.release();
                    return freed;
                });
                // The refill finds the slab used up, and all of its slots free when it counts once more.
                allocate(2 * OBJECTS_PER_SLAB, 0);
                othersAllocated.countDown();
                assertThat(freeing.join()).isTrue();
                assertThat(reading.join()).isTrue();
            }
        }

        private void useUpAllButOneGeneration() {
            long[] ids = new long[64];
            store.registry.ids().take(ids);
            for (long id : ids) {
                store.registry.svRefusal(id, HandleLayout.MAX_GENERATION - 1);
                store.registry.ids().reuse(id);
            }
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
