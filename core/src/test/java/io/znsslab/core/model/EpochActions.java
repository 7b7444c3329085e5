package io.znsslab.core.model;

import static io.znsslab.core.model.Oracle.require;

import io.znsslab.core.ArenaFullException;
import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.EpochOpenException;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.Handle;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A worker's operations on epochs: opens, closes, closes again, and visits them in domains. */
final class EpochActions {
    /** Whether all objects are to be in packed slabs. */
    static final boolean PACKED_ONLY = Boolean.getBoolean("model.packed");

    private final Oracle oracle;
    private final SlabAllocator allocator;
    private final Settings settings;
    private final MemoryTier tier;
    private final SplittableRandom random;

    EpochActions(Oracle oracle, Settings settings, MemoryTier tier, SplittableRandom random) {
        this.tier = tier;
        this.oracle = oracle;
        this.allocator = oracle.allocator;
        this.settings = settings;
        this.random = random;
    }

    /** Chooses an epoch; most often one that was open a moment ago. */
    ModelEpoch any() {
        int count = oracle.epochs.size();
        int recent = Math.min(count, random.nextInt(10) == 0 ? count : settings.epochCount());
        return oracle.epochs.get(count - 1 - random.nextInt(recent));
    }

    /** Writes the bytes that identify the object, if its epoch can be held in place meanwhile. */
    void writeNew(ModelObject object) {
        if (!object.epoch.holdInPlace()) {
            return;
        }
        try {
            MemorySegment payload = allocator.resolve(object.handle);
            require(payload != null, "a new handle resolves", object);
            require(isLongEnough(payload, object), "a payload is as long as was asked for", object);
            if (settings.zeroOnAllocate()) {
                for (long at = 0; at < payload.byteSize(); at++) {
                    require(payload.get(ValueLayout.JAVA_BYTE, at) == 0, "a new payload is zero", object);
                }
            }
            object.write(payload);
        } catch (ZnsSlabException e) {
            require(Oracle.isNoMemory(e), "promotion fails for want of memory only: " + e, object);
        } finally {
            object.epoch.release();
        }
    }

    /** A classed object's payload is its class's; that of a packed one is exact. */
    private boolean isLongEnough(MemorySegment payload, ModelObject object) {
        int largestClassed = allocator.sizeClasses().getLast() - 8;
        return object.payloadBytes <= largestClassed
                ? payload.byteSize() >= object.payloadBytes
                : payload.byteSize() == object.payloadBytes;
    }

    /** Opens an epoch, or closes one for the first time or again. */
    void changeOne() {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> advance();
            case 3, 4 -> close(any(), Disposition.RECLAIM);
            case 5 -> close(any(), Disposition.DISCARD);
            default -> close(any(), settings.coldTier() ? Disposition.DEMOTE : Disposition.RECLAIM);
        }
    }

    /** Makes the tier move its images, if there is one. */
    void relocate() {
        if (settings.coldTier()) {
            tier.relocateAll();
        }
    }

    void discardOne() {
        close(any(), Disposition.DISCARD);
    }

    private void advance() {
        try {
            oracle.epochs.add(new ModelEpoch(
                    allocator.advanceEpoch(EpochOptions.DEFAULT.packed(PACKED_ONLY || random.nextBoolean()))));
        } catch (EpochOpenException e) {
            ModelEpoch inTheWay = oracle.epoch(e.openEpoch());
            if (inTheWay != null && random.nextBoolean()) {
                close(inTheWay, random.nextBoolean() ? Disposition.RECLAIM : Disposition.DISCARD);
            }
        }
    }

    private void close(ModelEpoch epoch, Disposition disposition) {
        epoch.closeBegan = true;
        if (disposition == Disposition.DISCARD) {
            epoch.beginDiscard();
        } else if (disposition == Disposition.DEMOTE) {
            epoch.beginMove();
        }
        CompletableFuture<EpochClosing> closing = allocator.closeEpoch(epoch.number, disposition);
        epoch.closeDone = true;
        oracle.closings.add(closing.handle((result, error) -> {
            finish(epoch, disposition, result, error);
            return null;
        }));
    }

    private void finish(ModelEpoch epoch, Disposition disposition, EpochClosing result, Throwable error) {
        if (disposition == Disposition.DEMOTE) {
            epoch.endMove();
        }
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        if (cause != null) {
            boolean tierIsFull = disposition == Disposition.DEMOTE && "the tier is full".equals(cause.getMessage());
            if (!tierIsFull) {
                oracle.fail(cause);
            }
        } else if (result.slabsReturned() > result.slabs() || result.bytesReturned() < 0) {
            oracle.fail(new AssertionError("a closing returns no more than there was: " + result));
        } else if (disposition == Disposition.DISCARD) {
            epoch.discardDone = true;
        }
    }

    /** Enters an epoch, whose bytes must stay whatever other threads do, or uses a domain of its own. */
    void visit(List<ModelObject> own) {
        if (settings.ownDomains() && random.nextBoolean()) {
            visitOwnEpoch();
        } else if (!own.isEmpty()) {
            visitEpochOf(own.get(random.nextInt(own.size())));
        }
    }

    private void visitEpochOf(ModelObject object) {
        ModelEpoch epoch = object.epoch;
        boolean closed = epoch.closeDone;
        boolean written = object.written;
        try (EpochDomain domain = allocator.wrapDomain(epoch.number).enter()) {
            require(!closed, "a closed epoch can't be entered", epoch.number);
            MemorySegment payload = domain.resolve(object.handle);
            require(payload != null, "an object of a pinned epoch resolves", object);
            for (int i = 0; written && i < 3; i++) {
                Oracle.requireBytes(object, payload);
                Thread.yield();
            }
        } catch (IllegalStateException e) {
            require(
                    e.getMessage().contains("closed") && epoch.closeBegan,
                    "an open epoch can be entered: " + e,
                    object);
        }
    }

    private void visitOwnEpoch() {
        long handle;
        try (EpochDomain domain = allocator.openDomain()) {
            MemorySegment segment = domain.allocate(random.nextInt(1, 300));
            for (long at = 0; at < segment.byteSize(); at++) {
                require(segment.get(Oracle.BYTE, at) == 0, "a domain's segment is zero", domain.epoch());
            }
            segment.fill((byte) 1);
            handle = allocator.allocate(20, domain.epoch());
            if (Handle.isHandle(handle)) {
                require(allocator.resolve(handle) != null, "a new handle resolves", handle);
            }
        } catch (ArenaFullException | EpochOpenException e) {
            return; // The ring or the arena is full.
        }
        require(allocator.resolve(handle) == null, "a domain's handle is stale after it", handle);
    }
}
