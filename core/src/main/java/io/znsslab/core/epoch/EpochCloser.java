package io.znsslab.core.epoch;

import io.znsslab.core.slab.Bin;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.FrameRecycler;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.GracePeriod;
import io.znsslab.core.slab.OpenSlabs;
import io.znsslab.core.slab.SlabTransitions;
import io.znsslab.core.slab.Stripe;
import io.znsslab.core.slab.Stripes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes an epoch's slabs out of the stripes' hands: discards them, or seals them for a life after closing.
 *
 * <p>In both, the gate is shut first, then every allocation that began before is waited for; from there on this thread
 * alone uses the epoch's bins. An owner that frees meanwhile sees {@link Stripe#laIsBeingClosed()} and does so as any
 * other thread. Then the slabs are made unreachable for frees of the old kind (handles refused, or state sealed) and
 * the frees that began before are waited for.
 *
 * <p>Thread-safe; an epoch is closed by the one thread that shut its gate.
 */
public final class EpochCloser {
    private final SlabTransitions transitions;
    private final FrameTable table;
    private final Stripes stripes;
    private final EpochGate gate;
    private final GracePeriod grace;
    private final FrameRecycler recycler;
    private final SealedSlabs sealed;
    private final ClosedEpochs closed;
    private final int classes;

    /**
     * @param open what has the slabs until an epoch closes
     * @param classes the number of size classes
     */
    public EpochCloser(
            OpenSlabs open, SlabTransitions transitions, SealedSlabs sealed, ClosedEpochs closed, int classes) {
        this.transitions = transitions;
        this.table = transitions.table();
        this.stripes = open.stripes();
        this.gate = open.gate();
        this.grace = open.grace();
        this.recycler = open.recycler();
        this.sealed = sealed;
        this.closed = closed;
        this.classes = classes;
    }

    /**
     * What a closing did.
     *
     * @param slabs slabs the epoch had
     * @param slabsReturned slabs that have gone back
     * @param bytesReturned bytes of them that went back to the operating system
     */
    public record Closed(int slabs, int slabsReturned, long bytesReturned) {}

    /**
     * Discards an epoch whose gate the caller has shut. {@code self} is the caller's own stripe or null. Where the heap
     * has no room for a list of the epoch's slabs, that is thrown, and the epoch is open as before.
     */
    public Closed discard(@Nullable Stripe self, long epoch) {
        Hold hold = hold(self, epoch);
        try {
            for (int frame : hold.frames) {
                recycler.refuseHandles(frame);
            }
            grace.awaitReaders();
            hold.clearBins();
            long bytes = recycler.release(self, hold.frames, hold.frames.length);
            return new Closed(hold.frames.length, hold.frames.length, bytes);
        } finally {
            hold.close();
            gate.vacate(epoch);
        }
    }

    /**
     * Seals an epoch whose gate the caller has shut: its empty slabs go back now, the others live on under
     * {@link ClosedEpochs}. Throws as {@link #discard} does.
     */
    public Closed seal(@Nullable Stripe self, long epoch, String label, long openedMillis, int lifetime) {
        Hold hold = hold(self, epoch);
        ClosedEpoch closing = null;
        try {
            closing = beginClosed(hold, epoch, label, openedMillis, lifetime);
            closing.noteClosed();
            for (int frame : hold.frames) {
                closing.add(table.lopSlabId(frame));
                closing.noteGeneration(table.lopLastGeneration(frame));
                transitions.beginSealing(frame);
            }
            closing.sealed();
            grace.awaitReaders();
            hold.mergeFreeSlots();
            hold.clearBins();
            return sealAndEndEmpty(self, hold.frames);
        } finally {
            if (closing != null) {
                closed.release(closing);
                hold.close();
                gate.vacate(epoch);
            }
        }
    }

    /** Takes memory for all that the closing is going to note, before it changes anything. */
    private ClosedEpoch beginClosed(Hold hold, long epoch, String label, long openedMillis, int lifetime) {
        ClosedEpoch closing = null;
        boolean ready = false;
        try {
            closing = closed.begin(epoch, label, openedMillis, lifetime);
            closing.expect(hold.frames.length);
            ready = true;
            return closing;
        } finally {
            if (!ready) {
                if (closing != null) {
                    closed.release(closing);
                }
                hold.undo();
                gate.openAgain(epoch);
            }
        }
    }

    private Hold hold(@Nullable Stripe self, long epoch) {
        Hold hold = null;
        boolean ready = false;
        try {
            hold = new Hold(self, gate.ringIndex(epoch));
            hold.take();
            ready = true;
            return hold;
        } finally {
            if (!ready) {
                if (hold != null) {
                    hold.undo();
                }
                gate.openAgain(epoch);
            }
        }
    }

    private Closed sealAndEndEmpty(@Nullable Stripe self, int[] frames) {
        int empty = 0;
        boolean anyPacked = false;
        for (int frame : frames) {
            transitions.seal(frame);
            if (sealed.endIfEmpty(frame)) {
                anyPacked |= sealed.isPacked(frame);
                frames[empty++] = frame;
            }
        }
        if (anyPacked) {
            grace.awaitReaders();
        }
        return new Closed(frames.length, empty, recycler.release(self, frames, empty));
    }

    /**
     * The epoch's bins in the closer's hands, from {@link #take} to {@link #close}. What it needs of the heap it has
     * when it was taken: a closing that has begun to change slabs is not to end for want of memory.
     */
    private final class Hold {
        private final @Nullable Stripe self;
        private final int ringIndex;
        private final boolean alone;
        private final Stripe[] users;
        private int userCount;
        private Bin[] bins = {};
        private boolean cleared;
        /** The frames of all the epoch's slabs. */
        private int[] frames = {};

        Hold(@Nullable Stripe self, int ringIndex) {
            this.self = self;
            this.ringIndex = ringIndex;
            this.alone = stripes.isOnlyUser(self, ringIndex);
            this.users = new Stripe[alone ? 1 : stripes.count()];
        }

        /** Waits for the stripes that use the bins, and lists their slabs. */
        void take() {
            if (alone) {
                // a stripe that enlists from now on finds the gate shut and leaves
                if (self != null) {
                    users[userCount++] = self;
                }
            } else {
                for (int index = stripes.nextUser(ringIndex, 0);
                        index >= 0;
                        index = stripes.nextUser(ringIndex, index + 1)) {
                    Stripe user = stripes.get(index);
                    user.beginClosing();
                    users[userCount++] = user;
                }
                grace.awaitOwners(self, ringIndex);
            }
            listBins();
        }

        private void listBins() {
            Bin[] found = new Bin[userCount * classes];
            int binCount = 0;
            int slabs = 0;
            for (int user = 0; user < userCount; user++) {
                for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
                    Bin bin = users[user].laBin(users[user].binIndex(ringIndex, sizeClass));
                    if (bin != null) {
                        found[binCount++] = bin;
                        slabs += bin.slabCount();
                    }
                }
            }
            int[] listed = new int[slabs];
            bins = Arrays.copyOf(found, binCount);
            int count = 0;
            for (Bin bin : bins) {
                System.arraycopy(bin.slabs(), 0, listed, count, bin.slabCount());
                count += bin.slabCount();
            }
            frames = listed;
        }

        void mergeFreeSlots() {
            for (Bin bin : bins) {
                for (int index = 0; index < bin.slabCount(); index++) {
                    int frame = bin.slabs()[index];
                    if (sealed.isPacked(frame)) {
                        long left = frame == bin.currentFrame() ? bin.unclaimed() : 0;
                        FrameTable.xaddRemote(table.line(frame), table.lpPending(frame, 0) + left);
                        table.sopPending(frame, 0, 0);
                        continue;
                    }
                    for (int word = 0; word < table.bitmapWords(); word++) {
                        long free = table.lpPending(frame, word);
                        if (frame == bin.currentFrame() && word == bin.claimedWord()) {
                            free |= bin.unclaimed();
                        }
                        table.fetchOrRemote(frame, word, free);
                    }
                }
            }
        }

        void clearBins() {
            cleared = true;
            for (Bin bin : bins) {
                bin.clear();
            }
        }

        /** Leaves the bins as they were: the epoch opens again. */
        void undo() {
            if (!alone) {
                for (int user = 0; user < userCount; user++) {
                    users[user].endClosing();
                }
            }
        }

        void close() {
            if (!cleared) {
                // Something failed halfway. The slabs are lost to the arena; the place is not, nor the next epoch
                // there.
                clearBins();
            }
            for (int user = 0; user < userCount; user++) {
                stripes.delist(users[user], ringIndex);
            }
            undo();
        }
    }
}
