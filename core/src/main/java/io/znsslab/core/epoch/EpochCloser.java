package io.znsslab.core.epoch;

import io.znsslab.core.slab.Bin;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.FrameRecycler;
import io.znsslab.core.slab.GracePeriod;
import io.znsslab.core.slab.SlabSupply;
import io.znsslab.core.slab.SlabTable;
import io.znsslab.core.slab.Stripe;
import io.znsslab.core.slab.Stripes;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Takes an epoch's slabs out of the stripes' hands: discards them, or seals them for a life after closing.
 *
 * <p>In both, the gate is shut first, then every allocation that began before is waited for; from there on nobody but
 * this thread uses the epoch's bins. An owner that frees meanwhile sees {@link Stripe#isBeingClosed()} and does so as
 * any other thread. Then the slabs are made unreachable for frees of the old kind (handles refused, or state sealed)
 * and the frees that began before are waited for.
 *
 * <p>Thread-safe; an epoch is closed by the one thread that shut its gate.
 */
public final class EpochCloser {
    private final SlabTable table;
    private final Stripes stripes;
    private final EpochGate gate;
    private final GracePeriod grace;
    private final SlabSupply supply;
    private final FrameRecycler recycler;
    private final SealedSlabs sealed;
    private final ClosedEpochs closed;
    private final int classes;

    /** Puts the parts together. */
    public EpochCloser(
            SlabTable table,
            Stripes stripes,
            EpochGate gate,
            GracePeriod grace,
            SlabSupply supply,
            FrameRecycler recycler,
            SealedSlabs sealed,
            ClosedEpochs closed,
            int classes) {
        this.table = table;
        this.stripes = stripes;
        this.gate = gate;
        this.grace = grace;
        this.supply = supply;
        this.recycler = recycler;
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

    /** Discards an epoch whose gate the caller has shut. {@code self} is the caller's own stripe or null. */
    public Closed discard(Stripe self, long epoch) {
        int ringIndex = gate.ringIndex(epoch);
        Hold hold = new Hold(self, ringIndex);
        try {
            hold.forEachSlab(recycler::refuseHandles);
            grace.awaitReaders();
            int[] frames = hold.takeAll();
            long bytes = recycler.release(self, frames, frames.length);
            return new Closed(frames.length, frames.length, bytes);
        } finally {
            hold.close();
            gate.vacate(epoch);
        }
    }

    /**
     * Seals an epoch whose gate the caller has shut: its empty slabs go back now, the others live on under
     * {@link ClosedEpochs}.
     */
    public Closed seal(Stripe self, long epoch, String label, long openedMillis, int lifetime) {
        int ringIndex = gate.ringIndex(epoch);
        ClosedEpoch closing = closed.begin(epoch, label, openedMillis, lifetime);
        Hold hold = new Hold(self, ringIndex);
        try {
            hold.forEachSlab(frame -> {
                closing.add(table.slabId(frame));
                closing.noteGeneration(table.lastGeneration(frame));
                beginSealing(frame);
            });
            closing.sealed();
            grace.awaitReaders();
            hold.mergeFreeSlots();
            return sealAndEndEmpty(self, hold.takeAll());
        } finally {
            closed.release(closing);
            hold.close();
            gate.vacate(epoch);
        }
    }

    private void beginSealing(int frame) {
        long word;
        do {
            word = table.lvState(frame);
        } while (!table.casState(frame, word, SlabTable.withState(word, SlabTable.SEALING)));
    }

    private Closed sealAndEndEmpty(Stripe self, int[] frames) {
        int empty = 0;
        for (int frame : frames) {
            table.svState(frame, SlabTable.withState(table.loState(frame), SlabTable.SEALED));
            if (sealed.endIfEmpty(frame)) {
                frames[empty++] = frame;
            }
        }
        return new Closed(frames.length, empty, recycler.release(self, frames, empty));
    }

    /** The epoch's bins in the closer's hands, from construction to {@link #close}. */
    private final class Hold {
        private final int ringIndex;
        private final Stripe[] users;
        private final boolean alone;
        private int userCount;
        private int slabCount;

        Hold(Stripe self, int ringIndex) {
            this.ringIndex = ringIndex;
            this.alone = stripes.isOnlyUser(self, ringIndex);
            this.users = new Stripe[alone ? 1 : stripes.count()];
            if (alone) {
                // who enlists from now on finds the gate shut and leaves
                if (self != null) {
                    users[userCount++] = self;
                }
                return;
            }
            for (int index = stripes.nextUser(ringIndex, 0);
                    index >= 0;
                    index = stripes.nextUser(ringIndex, index + 1)) {
                users[userCount++] = stripes.get(index);
                stripes.get(index).beginClosing();
            }
            grace.awaitOwners(self, ringIndex);
        }

        void forEachSlab(IntConsumer action) {
            forEachBin(bin -> {
                for (int index = 0; index < bin.slabCount(); index++) {
                    action.accept(bin.slabs()[index]);
                }
                slabCount += bin.slabCount();
            });
        }

        void mergeFreeSlots() {
            forEachBin(bin -> {
                for (int index = 0; index < bin.slabCount(); index++) {
                    int frame = bin.slabs()[index];
                    for (int word = 0; word < table.bitmapWords(); word++) {
                        long free = table.lpPending(frame, word);
                        if (frame == bin.currentFrame() && word == bin.claimedWord()) {
                            free |= bin.unclaimed();
                        }
                        table.addRemote(frame, word, free);
                    }
                }
            });
        }

        int[] takeAll() {
            int[] frames = new int[slabCount];
            int[] count = {0};
            forEachBin(bin -> {
                System.arraycopy(bin.slabs(), 0, frames, count[0], bin.slabCount());
                count[0] += bin.slabCount();
                bin.clear();
            });
            return Arrays.copyOf(frames, count[0]);
        }

        private void forEachBin(Consumer<Bin> action) {
            for (int user = 0; user < userCount; user++) {
                for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
                    Bin bin = users[user].bin(supply.binIndex(ringIndex, sizeClass));
                    if (bin != null) {
                        action.accept(bin);
                    }
                }
            }
        }

        void close() {
            for (int user = 0; user < userCount; user++) {
                stripes.delist(users[user], ringIndex);
                if (!alone) {
                    users[user].endClosing();
                }
            }
        }
    }
}
