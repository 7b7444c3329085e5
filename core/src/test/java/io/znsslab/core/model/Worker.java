package io.znsslab.core.model;

import static io.znsslab.core.model.Oracle.require;

import io.znsslab.core.Handle;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One thread's random operations. Each is checked at once against the model's state before and after it. Used by one
 * thread at a time.
 */
final class Worker {
    /** The objects that the threads of a run pass to each other. */
    static final class Exchange {
        /** Objects that any thread may use and free at any time. */
        final AtomicReferenceArray<ModelObject> shared = new AtomicReferenceArray<>(32);

        /** Objects given away: the thread that takes one owns it. */
        final ConcurrentLinkedQueue<ModelObject> given = new ConcurrentLinkedQueue<>();
    }

    private static final int OWN_OBJECTS = 600;

    private final Oracle oracle;
    private final SlabAllocator allocator;
    private final Exchange exchange;
    private final EpochActions epochs;
    private final Walks walks;
    private final SplittableRandom random;
    private final boolean ownDomains;
    private final List<ModelObject> own = new ArrayList<>();
    private final ModelObject[] stale = new ModelObject[64];

    Worker(Oracle oracle, Exchange exchange, Settings settings, MemoryTier tier, int number) {
        this.oracle = oracle;
        this.allocator = oracle.allocator;
        this.exchange = exchange;
        this.random = new SplittableRandom(settings.seed() * 1_000_003 + number);
        this.ownDomains = settings.ownDomains();
        this.epochs = new EpochActions(oracle, settings, tier, random);
        this.walks = new Walks(oracle, random);
    }

    /** Performs so many operations, or stops when the run has failed. */
    void work(int operations) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(allocator.largestPayloadBytes());
            for (int i = 0; i < operations && !oracle.hasFailed(); i++) {
                step(copy);
            }
        } catch (Throwable e) {
            oracle.fail(e);
        }
    }

    private void step(MemorySegment copy) {
        int dice = random.nextInt(1000);
        if (dice < 2) {
            epochs.relocate();
        } else if (dice < 8) {
            walks.walk(epochs.any(), own, stale);
        } else if (dice < 400) {
            allocate();
        } else if (dice < 580) {
            freeOwn();
        } else if (dice < 660) {
            share();
        } else if (dice < 740) {
            freeShared();
        } else if (dice < 780) {
            take();
        } else if (dice < 820) {
            useStale(copy);
        } else if (dice < 850) {
            useGarbage();
        } else if (dice < 910) {
            resolveOwn();
        } else if (dice < 940) {
            readShared(copy);
        } else if (dice < 960) {
            lookAtShared();
        } else if (dice < 985) {
            epochs.visit(own);
        } else {
            epochs.changeOne();
        }
    }

    private void allocate() {
        ModelEpoch epoch = epochs.any();
        int payloadBytes = random.nextInt(allocator.largestPayloadBytes() + 1);
        if (random.nextBoolean()) {
            payloadBytes = Math.min(payloadBytes, random.nextInt(200));
        }
        if (EpochActions.PACKED_ONLY && epoch.number == 0) {
            // The first epoch has size classes.
            return;
        }
        boolean closed = epoch.closeDone;
        long handle = allocator.allocate(payloadBytes, epoch.number);
        require(!closed || handle == Handle.EPOCH_CLOSED, "a closed epoch takes no allocation", epoch.number);
        if (handle == Handle.EPOCH_CLOSED) {
            require(epoch.closeBegan, "an open epoch takes allocations", epoch.number);
        } else if (handle == Handle.ARENA_FULL) {
            makeRoom();
        } else {
            require(Handle.isHandle(handle), "an allocation gives a handle or a reason", handle);
            ModelObject object = oracle.issue(handle, epoch, payloadBytes);
            epochs.writeNew(object);
            keep(object);
        }
    }

    private void makeRoom() {
        for (int i = 0; i < 50 && !own.isEmpty(); i++) {
            freeOwn();
        }
        if (random.nextInt(20) == 0) {
            epochs.discardOne();
        }
    }

    private void keep(ModelObject object) {
        if (own.size() < OWN_OBJECTS) {
            own.add(object);
        } else {
            int place = random.nextInt(own.size());
            exchange.given.add(own.get(place));
            own.set(place, object);
        }
    }

    private ModelObject removeOwn() {
        int place = random.nextInt(own.size());
        ModelObject object = own.get(place);
        own.set(place, own.getLast());
        own.removeLast();
        return object;
    }

    private void freeOwn() {
        if (!own.isEmpty()) {
            freeExclusively(removeOwn());
        }
    }

    private void take() {
        ModelObject object = exchange.given.poll();
        if (object != null) {
            freeExclusively(object);
        }
    }

    /** Frees an object that no other thread frees: this must succeed unless the epoch is discarded. */
    private void freeExclusively(ModelObject object) {
        boolean mustFail = object.mustBeStale();
        object.freesBegun.incrementAndGet();
        boolean freed = allocator.free(object.handle);
        require(!freed || !mustFail, "free of a stale handle says so", object);
        require(freed || object.epoch.discardBegan, "free of a live handle frees it", object);
        if (freed) {
            object.freesDone.incrementAndGet();
        }
        stale[random.nextInt(stale.length)] = object;
    }

    private void share() {
        if (!own.isEmpty()) {
            exchange.shared.set(random.nextInt(exchange.shared.length()), removeOwn());
        }
    }

    private void freeShared() {
        // Few places, so that threads meet there.
        int place = random.nextInt(random.nextBoolean() ? 2 : exchange.shared.length());
        ModelObject object = exchange.shared.get(place);
        if (object == null) {
            return;
        }
        boolean mustFail = object.mustBeStale();
        object.freesBegun.incrementAndGet();
        boolean freed = allocator.free(object.handle);
        require(!freed || !mustFail, "free of a stale handle says so", object);
        if (freed) {
            require(object.freesDone.incrementAndGet() == 1, "a handle is freed exactly once", object);
        } else {
            require(object.freesBegun.get() > 1 || object.epoch.discardBegan, "free of a live handle frees it", object);
        }
        if (random.nextInt(3) == 0) {
            exchange.shared.compareAndSet(place, object, null);
        }
    }

    private void useStale(MemorySegment copy) {
        ModelObject object = stale[random.nextInt(stale.length)];
        if (object == null || !object.mustBeStale()) {
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> require(!allocator.free(object.handle), "a stale handle frees nothing", object);
            case 1 -> require(allocator.resolve(object.handle) == null, "a stale handle resolves to nothing", object);
            case 2 -> require(allocator.tierOf(object.handle) == null, "a stale handle is in no tier", object);
            default -> require(allocator.read(object.handle, copy) == -1, "a stale handle reads nothing", object);
        }
    }

    /**
     * Bits that are no handle now: random ones, and real handles with one bit changed. Garbage that is not freed may
     * turn out to be a handle that another thread has just received.
     */
    private void useGarbage() {
        boolean random64 = own.isEmpty() || random.nextBoolean();
        long garbage =
                random64 ? random.nextLong() : own.get(random.nextInt(own.size())).handle ^ 1L << random.nextInt(64);
        if ((garbage & 3) == 0 || (garbage & 3) == 3) {
            require(!allocator.free(garbage), "garbage frees nothing", garbage);
        }
        if (allocator.tierOf(garbage) != null && !ownDomains) {
            // A domain's segments have handles too, which the model does not know.
            oracle.suspects.add(garbage);
        }
    }

    private void resolveOwn() {
        if (own.isEmpty()) {
            return;
        }
        ModelObject object = own.get(random.nextInt(own.size()));
        boolean mustFail = object.mustBeStale();
        boolean inPlace = object.epoch.holdInPlace();
        try {
            MemorySegment payload = allocator.resolve(object.handle);
            require(payload == null || !mustFail, "a stale handle resolves to nothing", object);
            require(payload != null || object.mayBeStale(), "a live handle resolves", object);
            if (payload != null && inPlace) {
                Oracle.requireBytes(object, payload);
            }
        } catch (ZnsSlabException e) {
            require(Oracle.isNoMemory(e), "promotion fails for want of memory only: " + e, object);
        } finally {
            if (inPlace) {
                object.epoch.release();
            }
        }
    }

    private void readShared(MemorySegment copy) {
        ModelObject object = exchange.shared.get(random.nextInt(exchange.shared.length()));
        if (object == null) {
            return;
        }
        boolean written = object.written;
        boolean mustFail = object.mustBeStale();
        int copied = allocator.read(object.handle, copy);
        require(copied < 0 || !mustFail, "a stale handle reads nothing", object);
        require(copied >= object.payloadBytes || object.mayBeStale(), "a live handle reads its payload", object);
        if (copied >= 0 && written) {
            Oracle.requireBytes(object, copy);
        }
    }

    /** The object keeps its bytes while a reader looks at them, whatever other threads do to it. */
    private void lookAtShared() {
        ModelObject object = exchange.shared.get(random.nextInt(exchange.shared.length()));
        if (object == null) {
            return;
        }
        boolean written = object.written;
        boolean mustFail = object.mustBeStale();
        boolean shown = allocator.read(object.handle, payload -> {
            for (int i = 0; written && i < 3; i++) {
                Oracle.requireBytes(object, payload);
                Thread.yield();
            }
        });
        require(!shown || !mustFail, "a stale handle shows nothing", object);
        require(shown || object.mayBeStale(), "a live handle shows its payload", object);
    }

    /** Frees all objects that this thread owns. */
    void freeAll() {
        while (!own.isEmpty()) {
            freeOwn();
        }
    }
}
