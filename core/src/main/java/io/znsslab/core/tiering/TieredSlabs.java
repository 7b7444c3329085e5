package io.znsslab.core.tiering;

import io.znsslab.core.Lifetime;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdImageCursor;
import io.znsslab.core.cold.ColdImages;
import io.znsslab.core.cold.ColdRestoration;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.SlabShape;
import io.znsslab.core.epoch.BackingImages;
import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.OperationGate;
import io.znsslab.core.store.SlabStore;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Answers the cold tier's questions about slabs. Thread-safe. */
final class TieredSlabs implements ColdSlabs {
    private static final int NO_GENERATION = HandleLayout.MAX_GENERATION + 1;

    private final SlabStore store;
    private final SlabGeometry geometry;
    private final SlabShape shape;
    private final Registry registry;
    private final OperationGate calls;
    private final long ids;

    /**
     * @param calls the gate for questions, shut when the tier was closed: from then on the tables may be another
     *     allocator's
     */
    TieredSlabs(SlabStore store, OperationGate calls) {
        this.calls = calls;
        this.store = store;
        this.geometry = store.geometry;
        this.shape = new ShapeOfStore(geometry, store.layout);
        this.registry = store.registry;
        this.ids = store.layout.ids();
    }

    @Override
    public SlabShape shape() {
        return shape;
    }

    @Override
    public long limitBytes() {
        return store.arena.limitBytes();
    }

    @Override
    public boolean hasImageAt(long slabId, long location) {
        while (true) {
            long word = settledWord(slabId);
            switch (Registry.state(word)) {
                case Registry.COLD -> {
                    return Registry.location(word) == location;
                }
                case Registry.RESIDENT -> {
                    try (Look look = new Look(slabId, word)) {
                        if (look.isTrue()) {
                            return look.isPromoted() && store.images.location(slabId) == location;
                        }
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    @Override
    public int liveSlots(long slabId, long[] into) {
        while (true) {
            long word = settledWord(slabId);
            switch (Registry.state(word)) {
                case Registry.COLD -> {
                    int live = coldLiveSlots(slabId, Registry.sizeClass(word), into);
                    if (registry.laWord(slabId) == word) {
                        return live;
                    }
                }
                case Registry.RESIDENT -> {
                    try (Look look = new Look(slabId, word)) {
                        if (look.isTrue()) {
                            return store.sealed.liveSlotsOfSealed(look.frame, into);
                        }
                    }
                }
                default -> {
                    Arrays.fill(into, 0);
                    return 0;
                }
            }
        }
    }

    private int coldLiveSlots(long slabId, int sizeClass, long[] into) {
        int count = 0;
        int words = geometry.bitmapWords(sizeClass);
        for (int bitmapWord = 0; bitmapWord < into.length; bitmapWord++) {
            into[bitmapWord] = bitmapWord < words ? registry.laColdBits(slabId, bitmapWord) : 0;
            count += Long.bitCount(into[bitmapWord]);
        }
        return count;
    }

    @Override
    public boolean relocated(long slabId, long from, long to) {
        return calls.call(() -> relocate(slabId, from, to));
    }

    private boolean relocate(long slabId, long from, long to) {
        while (true) {
            long word = settledWord(slabId);
            switch (Registry.state(word)) {
                case Registry.COLD -> {
                    if (Registry.location(word) != from) {
                        return false;
                    }
                    if (store.transitions.relocate(slabId, word, to)) {
                        return true;
                    }
                }
                case Registry.RESIDENT -> {
                    try (Look look = new Look(slabId, word)) {
                        if (look.isTrue()) {
                            return look.isPromoted() && store.images.move(slabId, from, to);
                        }
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    @Override
    public int evictOldestEpoch() {
        return store.operations.call(this::evictOldest);
    }

    private int evictOldest() {
        for (ClosedEpoch epoch : store.closedEpochs.all()) {
            if (!epoch.isHeld() && hasColdSlab(epoch)) {
                ClosedEpoch held = store.closedEpochs.hold(epoch.number());
                if (held != null) {
                    try {
                        return evict(held);
                    } finally {
                        store.closedEpochs.release(held);
                    }
                }
            }
        }
        return 0;
    }

    private int evict(ClosedEpoch epoch) {
        int slabs = new ClosedEpochDiscard(store).discard(epoch).slabs();
        store.coldCounters.epochsEvicted.increment();
        store.coldCounters.slabsEvicted.add(slabs);
        ColdEpoch evicted = facts(epoch);
        store.completions.execute(() -> store.evictionListener.accept(evicted));
        return slabs;
    }

    @Override
    public ColdRestoration restoration() {
        return new RestoredSlabs(store);
    }

    @Override
    public boolean describe(long slabId, ColdImage into) {
        while (true) {
            long word = settledWord(slabId);
            into.slabId = slabId;
            into.sizeClass = Registry.sizeClass(word);
            into.baseGeneration = Registry.baseGeneration(word);
            switch (Registry.state(word)) {
                case Registry.COLD -> {
                    if (describeCold(slabId, word, into)) {
                        return true;
                    }
                }
                case Registry.RESIDENT -> {
                    if (store.isAtRest()) {
                        return describePromoted(slabId, (int) Registry.location(word), into);
                    }
                    try (Look look = new Look(slabId, word)) {
                        if (look.isTrue()) {
                            return describePromoted(slabId, look.frame, into);
                        }
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    /** False if the word changed meanwhile. */
    private boolean describeCold(long slabId, long word, ColdImage into) {
        ClosedEpoch epoch = store.closedEpochs.byIndex(registry.lpColdEpochIndex(slabId));
        into.epoch = epoch.number();
        into.hasOneGeneration = registry.lpColdHasOneGeneration(slabId);
        into.location = Registry.location(word);
        coldLiveSlots(slabId, Registry.sizeClass(word), into.live);
        return registry.laWord(slabId) == word;
    }

    private boolean describePromoted(long slabId, int frame, ColdImage into) {
        if (!isPromoted(frame, slabId)) {
            return false;
        }
        into.epoch = store.table.lopEpoch(frame);
        into.hasOneGeneration = registry.lpColdHasOneGeneration(slabId);
        into.location = store.images.location(slabId);
        return store.sealed.liveSlotsOfSealed(frame, into.live) != 0 && into.location != BackingImages.NONE;
    }

    @Override
    public @Nullable ColdEpoch epoch(long number) {
        ClosedEpoch epoch = store.closedEpochs.get(number);
        return epoch == null ? null : facts(epoch);
    }

    private ColdEpoch facts(ClosedEpoch epoch) {
        return new ColdEpoch(
                epoch.number(),
                epoch.label(),
                epoch.openedMillis(),
                Lifetime.of(epoch.lifetime()),
                epoch.maxGeneration(),
                store.ends.millis(epoch.number()));
    }

    @Override
    public ColdImageCursor images() {
        return new Images();
    }

    /** Epochs that are closed meanwhile may be shown as well. */
    private final class Images implements ColdImageCursor {
        private final Iterator<ClosedEpoch> epochs = store.closedEpochs.all().iterator();
        private final ColdImage image = new ColdImage();
        private @Nullable ClosedEpoch epoch;
        private int next;
        private boolean named;

        @Override
        public boolean show(ColdImages receiver, int most) {
            for (int looked = 0; looked < most; looked++) {
                while (epoch == null || next >= epoch.slabsAtClose()) {
                    if (!epochs.hasNext()) {
                        return false;
                    }
                    epoch = epochs.next();
                    next = 0;
                    named = false;
                }
                show(receiver, epoch, epoch.slabId(next++));
            }
            return true;
        }

        private void show(ColdImages receiver, ClosedEpoch of, long slabId) {
            if (describe(slabId, image) && image.epoch == of.number()) {
                if (!named) {
                    named = true;
                    receiver.epoch(facts(of));
                }
                receiver.image(image);
            }
        }
    }

    @Override
    public long nextSlabId() {
        return registry.ids().next();
    }

    @Override
    public long nextEpoch() {
        return store.gate.newestOpened() + 1;
    }

    @Override
    public int nextGeneration(long slabId) {
        checkOpen();
        long word = registry.laWord(slabId);
        return switch (Registry.state(word)) {
            case Registry.RESIDENT -> {
                int frame = (int) Registry.location(word);
                if (isPromoted(frame, slabId)) {
                    yield 0;
                }
                boolean isHere = store.table.lopSlabId(frame) == slabId;
                yield isHere ? store.table.lopLastGeneration(frame) + 1 : NO_GENERATION;
            }
            case Registry.UNUSED -> {
                if (registry.ids().isUnknown(slabId)) {
                    yield 0;
                }
                yield Registry.isUsedUp(word) ? NO_GENERATION : Math.max(1, Registry.baseGeneration(word));
            }
            default -> 0;
        };
    }

    private boolean isPromoted(int frame, long slabId) {
        return FrameTable.isPromoted(store.table.lvState(frame)) && store.table.lopSlabId(frame) == slabId;
    }

    private boolean hasColdSlab(ClosedEpoch epoch) {
        for (int index = 0; index < epoch.slabsAtClose(); index++) {
            if (Registry.state(registry.laWord(epoch.slabId(index))) == Registry.COLD) {
                return true;
            }
        }
        return false;
    }

    private void checkOpen() {
        if (calls.isShut()) {
            throw new IllegalStateException("the allocator is closed");
        }
    }

    /**
     * The word of an id once its slab does not move; that of no slab for a number that is no id, since the table must
     * not be read beyond its end.
     */
    private long settledWord(long slabId) {
        checkOpen();
        if (slabId <= Registry.NO_ID || slabId >= ids) {
            return Registry.NO_SLAB;
        }
        registry.awaitSettled(slabId);
        return registry.laWord(slabId);
    }

    /**
     * A look at a slab in DRAM, within a reader section: the slab does not turn cold meanwhile, and its frame gets no
     * other.
     */
    private final class Look implements AutoCloseable {
        private final Thread thread = Thread.currentThread();
        private final int section = store.readers.enter(thread);
        private final long slabId;
        private final long word;
        private final int frame;

        Look(long slabId, long word) {
            this.slabId = slabId;
            this.word = word;
            this.frame = (int) Registry.location(word);
        }

        /** Whether the word is still the slab's. */
        boolean isTrue() {
            return registry.laWord(slabId) == word;
        }

        boolean isPromoted() {
            return TieredSlabs.this.isPromoted(frame, slabId);
        }

        @Override
        public void close() {
            store.readers.exit(thread, section);
        }
    }
}
