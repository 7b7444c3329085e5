package io.znsslab.core;

import io.znsslab.bindings.Platform;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.cold.TierMemory;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.slab.ClaimLines;
import io.znsslab.core.store.MemoryLimit;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.tiering.ColdObjects;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link SlabAllocator}. Each has a default, named last. Values are checked by {@link #build}; null is
 * refused at once, where it does not mean "none". Not thread-safe.
 */
public final class SlabAllocatorBuilder {
    private static final int[] DEFAULT_CLASSES = {64, 96, 128, 192, 256, 384, 512, 768};

    private long limitBytes = 1L << 30;
    private boolean limitGiven;
    private long memoryLimit;
    private int slabBytes = 4096;
    private int[] sizeClasses = DEFAULT_CLASSES.clone();
    private int epochCount = 128;
    private Reclamation reclamation = Reclamation.RETURN_TO_OS;
    private int cachedSlabs = 32;
    private long hotBytes = 4 << 20;
    private HandleFormat handleFormat = HandleFormat.WIDE;
    private boolean zeroOnAllocate;
    private @Nullable ColdTier coldTier;
    private @Nullable DemotionPressure pressure;
    private boolean packedDomains = true;
    private boolean traceOpenings;
    private Duration reportOpenLongerThan = EpochOptions.UNLIMITED;
    private EpochOptions firstEpoch = EpochOptions.DEFAULT;
    private Consumer<ColdEpoch> evictionListener = _ -> {};

    SlabAllocatorBuilder() {}

    /**
     * Bytes of memory that slabs may use at most; 1 GiB. Address space for it is reserved at once for each size class,
     * memory as it is used.
     *
     * <p>All of it serves live objects: a slab that holds none serves the next allocation of whatever size class, epoch
     * and thread, see {@link Handle#ARENA_FULL}. A slab holds objects of one size class and one epoch, so a limit of a
     * few slabs may be full with as many objects.
     *
     * <p>Bounds slabs alone: see {@link #memoryLimit} for a bound over everything.
     */
    public SlabAllocatorBuilder limitBytes(long bytes) {
        this.limitBytes = bytes;
        this.limitGiven = true;
        return this;
    }

    /**
     * Bytes of memory off the heap that the allocator and its cold tier may use together at most; 0, the default, for
     * no such limit. It bounds slabs, the tables by which slabs are found, segments that domains take from the C heap,
     * room for cold slabs that are being read, and the tier's staging buffers, queues and read cache.
     * {@link SlabAllocator#memoryUsage} says what each of them takes.
     *
     * <p>What the tier takes at most is set apart when the allocator is built. All the rest shares what is left: slabs
     * may use it up to {@link #limitBytes} if that is given, and else all of it. At the limit an allocation answers
     * {@link Handle#ARENA_FULL}, a domain's {@link EpochDomain#allocate allocate} throws {@link ArenaFullException},
     * and a read of a cold object fails only if very many are under way, since room for some is set apart. Tables grow
     * with the slabs on the tier, 20 to 44 bytes each, and do not shrink; so a store that has become larger may need
     * more when it is opened again.
     *
     * <p>Not in it: the Java heap, threads' stacks and the JVM's own memory; what the C library keeps of memory that
     * was freed; and what the opening of a device takes for the moment, to find what earlier runs have left.
     */
    public SlabAllocatorBuilder memoryLimit(long bytes) {
        this.memoryLimit = bytes;
        return this;
    }

    /** Bytes of a slab: a power of two from 4,096 to 65,536; 4,096. */
    public SlabAllocatorBuilder slabBytes(int bytes) {
        this.slabBytes = bytes;
        return this;
    }

    /**
     * Slot sizes in bytes, ascending multiples of eight, each eight more than the largest payload it serves; 64, 96,
     * 128, 192, 256, 384, 512, 768.
     */
    public SlabAllocatorBuilder sizeClasses(int... slotBytes) {
        this.sizeClasses = Arguments.requireNonNull(slotBytes, "sizeClasses").clone();
        return this;
    }

    /** Epochs that can be open at a time: a power of two from 2 to 32,768; 128. */
    public SlabAllocatorBuilder epochCount(int count) {
        this.epochCount = count;
        return this;
    }

    /** What happens to the memory of slabs that end; {@link Reclamation#RETURN_TO_OS}. */
    public SlabAllocatorBuilder reclamation(Reclamation policy) {
        this.reclamation = Arguments.requireNonNull(policy, "reclamation");
        return this;
    }

    /**
     * Empty slabs of a size class that each thread keeps for itself under {@link Reclamation#KEEP_HOT}, with their
     * memory: 1 to 4,096; 32. Further ones overflow to a pool that all threads share.
     */
    public SlabAllocatorBuilder cachedSlabs(int slabs) {
        this.cachedSlabs = slabs;
        return this;
    }

    /**
     * Bytes of memory that {@linkplain SlabAllocator#openDomain() domains} of all threads together leave hot for the
     * next ones under {@link Reclamation#RETURN_TO_OS}; 0 or more, and never more than a quarter of
     * {@link #limitBytes}; 4 MiB.
     *
     * <p>When a thread's domain ends and discards its epoch, in which no other thread has allocated, the epoch's slabs
     * stay with the thread, as long as they are not more than what is then left of this for others: one thread alone
     * keeps up to half. Its next domain uses them without a system call or a page fault. What is more goes back to the
     * operating system at once, adjacent slabs in one call. So does all memory of other epochs, however they are
     * closed.
     *
     * <p>A thread that opens no further domain keeps the memory for 0.1 to 0.2 s; then a thread of the allocator's own
     * gives it back, which sleeps while nothing is hot. An allocation that finds no memory, and
     * {@link SlabAllocator#trim}, give it back at once. With 0, or less than a slab, nothing is kept.
     */
    public SlabAllocatorBuilder hotBytes(long bytes) {
        this.hotBytes = bytes;
        return this;
    }

    /**
     * Whether the stack is kept of each thread that opens an epoch or a domain, for {@link SlabAllocator#openEpochs};
     * false. For the search for a leak: it costs a microsecond or more for each opening.
     */
    public SlabAllocatorBuilder traceOpenings(boolean on) {
        this.traceOpenings = on;
        return this;
    }

    /**
     * Has each epoch reported once that is open for longer than that, or whose domains are not left for so long: as a
     * warning to the {@link System.Logger} of this package, and as the event {@code io.znsslab.EpochLeftOpen} of Flight
     * Recorder, each with the place that opened the epoch if {@link #traceOpenings} is on. The closing of the allocator
     * reports what is open then in the same way. A report comes up to a quarter of the time later, 10 s at most.
     * {@link EpochOptions#UNLIMITED}, which is the default, for never: then no thread looks, and Flight Recorder alone
     * gets the domains that {@link SlabAllocator#closeNow} finds entered.
     *
     * @param time positive, by the wall clock
     */
    public SlabAllocatorBuilder reportOpenLongerThan(Duration time) {
        this.reportOpenLongerThan = Arguments.requireNonNull(time, "reportOpenLongerThan");
        return this;
    }

    /** Layout of the handles; {@link HandleFormat#WIDE}. */
    public SlabAllocatorBuilder handleFormat(HandleFormat format) {
        this.handleFormat = Arguments.requireNonNull(format, "handleFormat");
        return this;
    }

    /** Whether {@link SlabAllocator#allocate} hands out zeroed payloads; false. */
    public SlabAllocatorBuilder zeroOnAllocate(boolean zero) {
        this.zeroOnAllocate = zero;
        return this;
    }

    /** Whether the epochs that domains open are packed, see {@link EpochOptions#packed}; true. */
    public SlabAllocatorBuilder packedDomains(boolean pack) {
        this.packedDomains = pack;
        return this;
    }

    /** How the epoch is opened that is open from the beginning; {@link EpochOptions#DEFAULT}. */
    public SlabAllocatorBuilder firstEpoch(EpochOptions options) {
        this.firstEpoch = Arguments.requireNonNull(options, "firstEpoch");
        return this;
    }

    /**
     * Called for each epoch that a full tier drops to make room, as a ZNS tier does with
     * {@code FullDevicePolicy.EVICT_OLDEST}; by default nothing is called. The epoch's handles are stale by then. The
     * call comes on a thread that may block, once an epoch, in no order; what the listener throws is logged.
     */
    public SlabAllocatorBuilder evictionListener(Consumer<ColdEpoch> listener) {
        this.evictionListener = Arguments.requireNonNull(listener, "evictionListener");
        return this;
    }

    /**
     * The tier that epochs can be demoted to; null for none. The allocator closes it, and {@link #build} does if it
     * throws.
     */
    public SlabAllocatorBuilder coldTier(@Nullable ColdTier tier) {
        this.coldTier = tier;
        return this;
    }

    /**
     * The watermarks at which the allocator demotes closed epochs by itself, which needs a cold tier; null, the
     * default, for never.
     */
    public SlabAllocatorBuilder demoteUnderPressure(@Nullable DemotionPressure watermarks) {
        this.pressure = watermarks;
        return this;
    }

    /**
     * Builds the allocator, with one epoch open: 0, or with a cold tier that holds epochs of earlier runs, the next
     * number. May be called again for another allocator, with another cold tier.
     *
     * <p>Where this throws, nothing is left of the attempt: the cold tier is closed, so that its device is free. Only a
     * tier that belongs to another allocator, or is closed, is left alone, with an {@link IllegalStateException}.
     *
     * @throws IllegalArgumentException naming the setting and the rule it breaks
     * @throws ZnsSlabException if the cold tier can't hold slabs of that shape, or what it holds of earlier runs
     *     contradicts itself
     * @throws UnsupportedOperationException if this is not x86-64 Linux with glibc
     * @throws IllegalCallerException if the JVM forbids native calls; the message names the option that allows them
     */
    public SlabAllocator build() {
        try {
            return buildWithTier();
        } catch (IllegalStateException e) {
            throw e;
        } catch (Throwable e) {
            closeTier(e);
            throw e;
        }
    }

    private void closeTier(Throwable reason) {
        if (coldTier != null) {
            try {
                coldTier.close();
            } catch (Throwable e) {
                reason.addSuppressed(e);
            }
        }
    }

    private SlabAllocator buildWithTier() {
        Platform.requireSupported();
        SlabGeometry geometry = new SlabGeometry(slabBytes, sizeClasses);
        if (epochCount < 2 || epochCount > 32_768 || Integer.bitCount(epochCount) != 1) {
            throw new IllegalArgumentException(
                    "epoch count %d: must be a power of two from 2 to 32768".formatted(epochCount));
        }
        if (cachedSlabs < 1 || cachedSlabs > 4096) {
            throw new IllegalArgumentException("cached slabs %d: must be 1 to 4096".formatted(cachedSlabs));
        }
        if (hotBytes < 0) {
            throw new IllegalArgumentException("hot bytes %d: must be 0 or more".formatted(hotBytes));
        }
        if (pressure != null && coldTier == null) {
            throw new IllegalArgumentException(
                    "demotion under pressure needs a cold tier to demote to: give one to the builder");
        }
        if (!reportOpenLongerThan.isPositive()) {
            throw new IllegalArgumentException(
                    "reports of what is open longer than %s: must be positive, or EpochOptions.UNLIMITED for none"
                            .formatted(reportOpenLongerThan));
        }
        HandleLayout layout = handleFormat.layout();
        MemoryLimit memory = new MemoryLimit(
                memoryLimit,
                coldTier == null ? TierMemory.NONE : ColdObjects.memoryOf(coldTier, geometry, layout),
                ClaimLines.stripeBytes(epochCount * geometry.classes()));
        long slabLimit = memoryLimit == 0 || limitGiven ? limitBytes : Math.max(memoryLimit, slabBytes);
        if (slabLimit / slabBytes > layout.ids()) {
            throw new IllegalArgumentException(
                    ("memory limit %d: the ids of %s handles name %d slabs of %d bytes at most;"
                                    + " lower the limit to %d, use larger slabs or HandleFormat.WIDE")
                            .formatted(slabLimit, handleFormat, layout.ids(), slabBytes, layout.ids() * slabBytes));
        }
        SlabArena arena = memory.arena(geometry, slabLimit);
        SlabStore store = null;
        try {
            store = new SlabStore(
                    arena,
                    layout,
                    new SlabStore.Options(epochCount, reclamation, cachedSlabs, hotBytes, coldTier != null));
            memory.requireRoom(arena);
            store.memoryLimit = memory;
            store.evictionListener = evictionListener;
            store.traceOpenings = traceOpenings;
            store.reportOpenLongerThan = reportOpenLongerThan;
            return new SlabAllocator(
                    store, coldTier, zeroOnAllocate, pressure, EpochOptions.DEFAULT.packed(packedDomains), firstEpoch);
        } catch (Throwable e) {
            if (store != null && store.tierAttached) {
                // The tier's threads may be looking at the tables: those stay readable, for the next allocator.
                arena.close();
            } else {
                arena.abandon();
            }
            throw e;
        }
    }
}
