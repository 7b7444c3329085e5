package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.tier.device.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Uses a store as a program would: allocates, closes epochs cold, frees, discards, reads, promotes, syncs. A seed
 * determines the sequence of steps. Used by one thread.
 */
final class Workload {
    /** A longer wait counts as endless. */
    private static final int PATIENCE_SECONDS = 30;

    private static final int MOST_LIVE_OBJECTS = 900;

    private static final long FAR_AWAY_MILLIS =
            Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();

    private final Oracle oracle;
    private final SplittableRandom random;
    private final List<Long> closedEpochs = new ArrayList<>();
    private final List<ZnsSlabException> errors = new ArrayList<>();
    private final List<UnderWay> underWay = new ArrayList<>();
    private boolean setsRoots;
    private boolean setsExpiries;

    /** A demotion that the workload has not waited for yet. */
    private record UnderWay(long epoch, long expiry, CompletableFuture<?> demotion) {}

    Workload(Oracle oracle, long seed) {
        this.oracle = oracle;
        random = new SplittableRandom(seed);
    }

    /** Sets roots of up to 4 KiB as well. */
    Workload withRoots() {
        setsRoots = true;
        return this;
    }

    /** Has epochs expire as well, at times that do not come while a test runs, nor are over. */
    Workload withExpiries() {
        setsExpiries = true;
        return this;
    }

    /** The failures of the store so far; refusals for lack of room do not count. */
    List<ZnsSlabException> errors() {
        return errors;
    }

    /** Takes so many steps, as long as the device has not ended. */
    void run(Store store, int steps) {
        closedEpochs.clear();
        long current = store.allocator.currentEpoch();
        oracle.live().stream()
                .map(known -> known.epoch)
                .filter(epoch -> epoch != current)
                .distinct()
                .forEach(closedEpochs::add);
        for (int i = 0; i < steps && !store.device.hasEnded(); i++) {
            noteErrors(() -> step(store.allocator));
            meetThoseThatAreDone(false);
        }
        meetThoseThatAreDone(true);
    }

    private void noteErrors(Runnable step) {
        try {
            step.run();
        } catch (ZnsSlabException e) {
            boolean isRefusal =
                    e instanceof DeviceException refusal && refusal.problem() == DeviceException.Problem.FULL;
            // The other demotion says itself why it failed: if the device was full, that is no error of this one
            // either.
            boolean isAnothers = e.getMessage().startsWith("another demotion of epoch ");
            if (!isRefusal && !isAnothers) {
                errors.add(e);
            }
        }
    }

    private void meetThoseThatAreDone(boolean all) {
        for (Iterator<UnderWay> each = underWay.iterator(); each.hasNext(); ) {
            UnderWay found = each.next();
            if (all || found.demotion.isDone()) {
                each.remove();
                noteErrors(() -> {
                    await(found.demotion);
                    demoted(found.epoch, found.expiry);
                });
            }
        }
    }

    private void step(SlabAllocator store) {
        boolean crowded = oracle.live().size() > MOST_LIVE_OBJECTS;
        int dice = random.nextInt(100);
        if (crowded && dice < 50) {
            discard(store);
        } else if (dice < 30) {
            allocate(store, 1 + random.nextInt(60));
            demote(store);
        } else if (dice < 40) {
            allocate(store, 1 + random.nextInt(200));
        } else if (dice < 55) {
            freeSome(store);
        } else if (dice < 62) {
            discard(store);
        } else if (dice < 75) {
            resolveOne(store);
        } else if (dice < 80) {
            demoteAgain(store);
        } else if (dice < 88) {
            sync(store);
        } else {
            readOne(store);
        }
    }

    private void allocate(SlabAllocator store, int count) {
        long epoch = store.currentEpoch();
        for (int i = 0; i < count; i++) {
            int bytes = Oracle.bytesOfSomeObject(store, random);
            long handle = store.allocate(bytes, epoch);
            assertThat(Handle.isHandle(handle))
                    .as("allocation of %d bytes", bytes)
                    .isTrue();
            Oracle.fill(handle, store.resolve(handle), bytes);
            oracle.allocated(handle, epoch, bytes);
        }
    }

    private void demote(SlabAllocator store) {
        long epoch = store.currentEpoch();
        if (setsExpiries && random.nextInt(3) == 0) {
            setExpiry(store, epoch);
        }
        store.advanceEpoch();
        closedEpochs.add(epoch);
        demote(store, epoch);
    }

    /** Demotes the promoted slabs of an epoch again. */
    private void demoteAgain(SlabAllocator store) {
        if (!closedEpochs.isEmpty()) {
            demote(store, closedEpochs.get(random.nextInt(closedEpochs.size())));
        }
    }

    /** Waits for half of the demotions; the others continue during the next steps. */
    private void demote(SlabAllocator store, long epoch) {
        // What a later demotion acknowledges is not noted: it may find nothing to write.
        long expiry = oracle.wasAttempted(epoch) ? ColdEpoch.NO_EXPIRY : oracle.expiries.now(epoch);
        oracle.demoting(epoch);
        CompletableFuture<?> demotion = store.closeEpoch(epoch, Disposition.DEMOTE);
        if (random.nextBoolean()) {
            await(demotion);
            demoted(epoch, expiry);
        } else {
            underWay.add(new UnderWay(epoch, expiry, demotion));
        }
    }

    private void demoted(long epoch, long expiry) {
        oracle.demoted(epoch);
        oracle.expiries.acknowledged(epoch, expiry);
    }

    private void setExpiry(SlabAllocator store, long epoch) {
        long millis = FAR_AWAY_MILLIS + random.nextInt(1 << 30);
        oracle.expiries.set(epoch, millis);
        store.discardAt(epoch, Instant.ofEpochMilli(millis));
    }

    private void discard(SlabAllocator store) {
        if (!closedEpochs.isEmpty()) {
            long epoch = closedEpochs.remove(random.nextInt(closedEpochs.size()));
            oracle.discarded(epoch);
            await(store.closeEpoch(epoch, Disposition.DISCARD));
        }
    }

    private void sync(SlabAllocator store) {
        if (setsRoots && random.nextBoolean()) {
            setRoot(store);
        }
        List<Oracle.Known> dead = oracle.deadNow();
        byte[] root = oracle.roots.now();
        if (setsExpiries && !closedEpochs.isEmpty() && random.nextBoolean()) {
            setExpiry(store, closedEpochs.get(random.nextInt(closedEpochs.size())));
        }
        Map<Long, Long> expiries = oracle.expiries.now();
        await(store.sync());
        oracle.expiries.synced(expiries);
        Oracle.synced(dead);
        oracle.roots.synced(root);
        if (setsRoots && random.nextInt(4) == 0) {
            setRoot(store);
        }
        if (setsExpiries && !closedEpochs.isEmpty() && random.nextInt(4) == 0) {
            setExpiry(store, closedEpochs.get(random.nextInt(closedEpochs.size())));
        }
    }

    private void setRoot(SlabAllocator store) {
        byte[] root = new byte[random.nextInt(3) == 0 ? random.nextInt(SlabAllocator.MOST_ROOT_BYTES + 1) : 16];
        random.nextBytes(root);
        oracle.roots.set(root);
        store.setRoot(root);
        assertThat(store.root()).isEqualTo(root);
    }

    private void freeSome(SlabAllocator store) {
        for (int i = random.nextInt(60); i >= 0 && !oracle.live().isEmpty(); i--) {
            Oracle.Known known = anyLive();
            // If the free failed, it would be open whether the object is freed; no fault so far makes it fail.
            assertThat(store.free(known.handle))
                    .as("free of 0x%x", known.handle)
                    .isTrue();
            oracle.freed(known);
        }
    }

    private void resolveOne(SlabAllocator store) {
        if (!oracle.live().isEmpty()) {
            Oracle.Known known = anyLive();
            assertThat(store.resolve(known.handle))
                    .as("object 0x%x", known.handle)
                    .isNotNull();
        }
    }

    private void readOne(SlabAllocator store) {
        if (oracle.live().isEmpty()) {
            return;
        }
        Oracle.Known known = anyLive();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(store.largestPayloadBytes());
            assertThat(Oracle.look(store, known, scratch))
                    .as("object 0x%x of epoch %d", known.handle, known.epoch)
                    .isNotEqualTo(Oracle.Found.STALE);
        }
    }

    private Oracle.Known anyLive() {
        return oracle.live().get(random.nextInt(oracle.live().size()));
    }

    private static void await(CompletableFuture<?> future) {
        try {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ZnsSlabException error) {
                throw error;
            }
            throw new AssertionError("an error that is not documented", e.getCause());
        } catch (TimeoutException e) {
            fail("a future did not complete within %d seconds", PATIENCE_SECONDS, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
