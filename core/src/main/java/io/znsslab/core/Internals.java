package io.znsslab.core;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.epoch.ClosedEpochs;
import io.znsslab.core.epoch.EpochCloser;
import io.znsslab.core.epoch.KeptImages;
import io.znsslab.core.epoch.SealedSlabs;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.ClaimLines;
import io.znsslab.core.slab.DirectReclaim;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.FrameRecycler;
import io.znsslab.core.slab.GracePeriod;
import io.znsslab.core.slab.Looks;
import io.znsslab.core.slab.OperationGate;
import io.znsslab.core.slab.ParkedEpochs;
import io.znsslab.core.slab.ReaderSection;
import io.znsslab.core.slab.SlabContents;
import io.znsslab.core.slab.SlabSupply;
import io.znsslab.core.slab.SlabTable;
import io.znsslab.core.slab.Stripes;
import io.znsslab.core.worker.Completions;

/** The parts of one allocator, put together once. */
final class Internals {
    final SlabGeometry geometry;
    final HandleLayout layout;
    final SlabArena arena;
    final SlabTable table;
    final Registry registry;
    final Stripes stripes;
    final EpochGate gate;
    final GracePeriod grace;
    final ReaderSection readers;
    /** What may write in a thread that is in no section; over before the allocator comes to rest. */
    final OperationGate operations = new OperationGate();

    final Looks looks = new Looks();
    final FrameRecycler recycler;
    final SlabSupply supply;
    final ParkedEpochs parked;
    final DirectReclaim reclaim;
    final ClosedEpochs closedEpochs;
    final KeptImages images;
    final SlabContents contents;
    final ColdCounts coldCounts = new ColdCounts();
    /** Where futures complete that users have. */
    final Completions completions = new Completions();

    final SealedSlabs sealed;
    final EpochCloser closer;
    /** The number of the first epoch to be opened. */
    long firstEpoch;

    /** Whether a tier has come to know this allocator, whose threads may look here. */
    boolean tierAttached;

    private volatile boolean atRest;

    Internals(
            SlabArena arena,
            HandleLayout layout,
            int epochCount,
            Reclamation reclamation,
            int cachedSlabs,
            boolean coldSlabs) {
        this.geometry = arena.geometry();
        this.layout = layout;
        this.arena = arena;
        this.table = new SlabTable(arena);
        this.registry = new Registry(arena, layout, coldSlabs);
        int processors = Runtime.getRuntime().availableProcessors();
        int owned = Integer.highestOneBit(Math.clamp(8L * processors, 16, 256) * 2 - 1);
        int shared = Integer.highestOneBit(Math.clamp(processors, 2, 32) * 2 - 1);
        this.stripes = new Stripes(
                new ClaimLines(arena, owned + shared, epochCount * geometry.classes()),
                owned,
                shared,
                epochCount,
                geometry.classes(),
                cachedSlabs);
        this.gate = new EpochGate(epochCount);
        this.grace = new GracePeriod(stripes);
        this.readers = new ReaderSection(stripes, grace);
        this.recycler = new FrameRecycler(arena, table, registry, reclamation == Reclamation.KEEP_HOT, stripes.count());
        this.supply = new SlabSupply(arena, table, registry, layout, stripes, gate, recycler);
        this.parked = new ParkedEpochs(
                table, stripes, gate, grace, supply, recycler, geometry.classes(), reclamation == Reclamation.KEEP_HOT);
        this.reclaim = new DirectReclaim(arena, layout, stripes, gate, supply, parked, recycler);
        this.closedEpochs = new ClosedEpochs(registry);
        this.images = new KeptImages(registry);
        this.contents = new SlabContents(arena);
        this.sealed = new SealedSlabs(arena, table, registry, recycler, closedEpochs, images);
        this.closer = new EpochCloser(
                table, stripes, gate, grace, supply, recycler, sealed, closedEpochs, geometry.classes());
    }

    /**
     * Whether a slab of that registry word could have issued the handle: version, class, slot number, and no older than
     * its base.
     */
    boolean admits(long word, long handle) {
        int sizeClass = Registry.sizeClass(word);
        return layout.generation(handle) >= Registry.baseGeneration(word)
                && layout.fits(handle, sizeClass)
                && layout.slot(handle) < geometry.slots(sizeClass);
    }

    /** Whether {@link #shutDown} is done: nothing changes any more. */
    boolean isAtRest() {
        return atRest;
    }

    /** Ends every activity of the allocator: no section begins any more, and none is under way. */
    void shutDown() {
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
