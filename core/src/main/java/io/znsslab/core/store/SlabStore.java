package io.znsslab.core.store;

import io.znsslab.core.EpochOptions;
import io.znsslab.core.Reclamation;
import io.znsslab.core.arena.MemoryBesideSlabs.Use;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.epoch.BackingImages;
import io.znsslab.core.epoch.ClosedEpochs;
import io.znsslab.core.epoch.EpochCloser;
import io.znsslab.core.epoch.EpochEnds;
import io.znsslab.core.epoch.SealedSlabs;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.registry.SizeClassTable;
import io.znsslab.core.slab.ClaimLines;
import io.znsslab.core.slab.DirectReclaim;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.FrameRecycler;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.FreeBits;
import io.znsslab.core.slab.GracePeriod;
import io.znsslab.core.slab.HotBudget;
import io.znsslab.core.slab.HotDecay;
import io.znsslab.core.slab.Looks;
import io.znsslab.core.slab.OpenSlabs;
import io.znsslab.core.slab.OperationGate;
import io.znsslab.core.slab.PackedObjects;
import io.znsslab.core.slab.PartialLists;
import io.znsslab.core.slab.ReaderSection;
import io.znsslab.core.slab.RetainedEpochs;
import io.znsslab.core.slab.SlabContents;
import io.znsslab.core.slab.SlabRefill;
import io.znsslab.core.slab.SlabTransitions;
import io.znsslab.core.slab.Stripes;
import io.znsslab.core.worker.Completions;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The parts of one allocator, put together once. */
public final class SlabStore {
    public final SlabGeometry geometry;
    public final HandleLayout layout;
    public final SlabArena arena;
    public final FrameTable table;
    public final Registry registry;
    public final SlabTransitions transitions;
    public final Stripes stripes;
    public final EpochGate gate;
    public final GracePeriod grace;
    public final ReaderSection readers;
    /** Operations that may write outside of a section; they are over before the allocator comes to rest. */
    public final OperationGate operations = new OperationGate();

    public final Looks looks = new Looks();
    public final FrameRecycler recycler;
    public final PartialLists partials;
    public final SlabRefill refill;
    public final RetainedEpochs retained;
    /** Gives back what domains have left hot; null if they leave nothing, or it stays for ever. */
    public final @Nullable HotDecay decay;

    public final DirectReclaim reclaim;
    public final ClosedEpochs closedEpochs;
    /** When epochs are to be discarded. */
    public final EpochEnds ends = new EpochEnds();

    public final BackingImages images;
    public final SizeClassTable facts;
    public final PackedObjects packed;
    public final SlabContents contents;
    public final ColdCounters coldCounters = new ColdCounters();
    /** The threads on which futures complete that users have. */
    public final Completions completions = new Completions();

    public final SealedSlabs sealed;
    public final EpochCloser closer;
    /** The number of the first epoch to be opened. */
    public long firstEpoch;

    /** Called for each epoch that a full tier has dropped. */
    public Consumer<ColdEpoch> evictionListener = _ -> {};

    /** The limit over all memory, by which the arena was made. */
    public MemoryLimit memoryLimit = MemoryLimit.NONE;

    /** Whether it is noted where epochs are opened. */
    public boolean traceOpenings;

    /** How long an epoch may be open before it is reported. */
    public Duration reportOpenLongerThan = EpochOptions.UNLIMITED;

    /** Whether a tier is attached, whose threads may read the tables. */
    public boolean tierAttached;

    /** Most bytes of images that a walk reads at a time: whole slabs. */
    public final long windowBytes;

    private volatile boolean atRest;

    /**
     * What a store is made with.
     *
     * @param epochCount places of the ring of epochs
     * @param cachedSlabs hot frames of a class in a stripe's magazine, where slabs keep their memory
     * @param hotBytes memory that parked places keep for a while, where they don't
     * @param coldSlabs whether slabs may leave DRAM
     */
    public record Options(int epochCount, Reclamation reclamation, int cachedSlabs, long hotBytes, boolean coldSlabs) {}

    /** Images of cold slabs for which there is room whatever slabs use. */
    private static final int SCRATCH_SLABS = 32;

    private static final long MOST_WINDOW_BYTES = 2 << 20;
    /** Part of the limit that a walk may use, as a shift. */
    private static final int WINDOW_SHIFT = 6;

    /** A store in an arena that nothing else uses. */
    public SlabStore(SlabArena arena, HandleLayout layout, Options options) {
        this.geometry = arena.geometry();
        this.layout = layout;
        this.arena = arena;
        this.table = new FrameTable(arena);
        this.registry = new Registry(arena, layout, options.coldSlabs);
        this.transitions = new SlabTransitions(registry, table);
        int epochCount = options.epochCount;
        int processors = Runtime.getRuntime().availableProcessors();
        int owned = Integer.highestOneBit(Math.clamp(8L * processors, 16, 256) * 2 - 1);
        int shared = Integer.highestOneBit(Math.clamp(processors, 2, 32) * 2 - 1);
        this.stripes = new Stripes(
                new ClaimLines(arena, owned + shared, epochCount * geometry.classes()),
                owned,
                shared,
                epochCount,
                geometry.classes(),
                options.cachedSlabs);
        this.gate = new EpochGate(epochCount);
        this.grace = new GracePeriod(stripes);
        this.readers = new ReaderSection(stripes, grace);
        boolean keepHot = options.reclamation == Reclamation.KEEP_HOT;
        this.recycler = new FrameRecycler(arena, transitions, grace, keepHot, stripes.count());
        this.partials = new PartialLists(arena, table, stripes, recycler);
        this.refill = new SlabRefill(arena, transitions, layout, stripes, gate, recycler);
        OpenSlabs open = new OpenSlabs(stripes, gate, grace, refill, new FreeBits(arena, table), recycler);
        HotBudget budget = keepHot ? null : HotBudget.of(options.hotBytes, arena, epochCount);
        this.retained = new RetainedEpochs(open, table, geometry, keepHot, budget);
        this.decay = budget == null ? null : new HotDecay(open, budget, retained);
        this.reclaim = new DirectReclaim(arena, layout, open, retained);
        this.closedEpochs = new ClosedEpochs(transitions);
        this.images = new BackingImages(registry);
        this.facts = new SizeClassTable(arena);
        this.packed = new PackedObjects(arena, table, registry, layout, facts);
        this.contents = new SlabContents(packed);
        this.sealed = new SealedSlabs(packed, transitions, grace, recycler, closedEpochs, images);
        this.windowBytes = windowBytes(arena);
        if (options.coldSlabs) {
            arena.besideSlabs().setApart(Use.SCRATCH, (long) SCRATCH_SLABS * geometry.slabBytes());
            arena.besideSlabs().setApart(Use.WINDOWS, windowBytes);
        }
        this.closer = new EpochCloser(open, transitions, sealed, closedEpochs, geometry.classes());
    }

    private static long windowBytes(SlabArena arena) {
        long slabBytes = arena.geometry().slabBytes();
        long most = arena.besideSlabs().isBounded() ? arena.limitBytes() >>> WINDOW_SHIFT : MOST_WINDOW_BYTES;
        return Math.clamp(most, slabBytes, MOST_WINDOW_BYTES) / slabBytes * slabBytes;
    }

    /**
     * Whether a slab of that registry word could have issued the handle: version, class, slot number, and no older than
     * its base.
     */
    public boolean admits(long word, long handle) {
        int sizeClass = Registry.sizeClass(word);
        return layout.generation(handle) >= Registry.baseGeneration(word)
                && layout.fits(handle, sizeClass)
                && layout.slot(handle) < geometry.slots(sizeClass);
    }

    /** Whether {@link #shutDown} has ended: nothing changes any more. */
    public boolean isAtRest() {
        return atRest;
    }

    /** Ends every activity of the allocator: no section begins any more, and none is under way. */
    public void shutDown() {
        gate.shutDown();
        operations.shutAndAwait();
        reclaim.shutDown();
        for (int index = 0; index < stripes.count(); index++) {
            // for good: owners look at it before they write
            stripes.get(index).beginClosing();
        }
        grace.awaitAllOwners();
        readers.shutDown();
        atRest = true;
    }
}
