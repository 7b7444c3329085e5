package io.znsslab.core.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.statistics.MemoryUsage;
import io.znsslab.core.statistics.SlabStatistics;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * An allocator's figures as Micrometer meters named {@code znsslab.*}, each with the tag {@code allocator}; those of a
 * size class with the tag {@code slot.bytes} too, and those of {@code znsslab.memory.used} with {@code use}.
 *
 * <pre>{@code
 * new AllocatorMetrics("orders", allocator).bindTo(registry);
 * }</pre>
 *
 * <p>The registry refers to the allocator weakly, so it does not keep a forgotten one; remove the meters before an
 * allocator is closed. Thread-safe.
 */
@SuppressWarnings("exports") // code without Micrometer does not read it
public final class AllocatorMetrics implements MeterBinder {
    private final Tags tags;
    private final SlabAllocator allocator;

    /**
     * For one allocator.
     *
     * @param name the value of the tag {@code allocator}
     */
    public AllocatorMetrics(String name, SlabAllocator allocator) {
        this.tags = Tags.of("allocator", Objects.requireNonNull(name, "name must not be null"));
        this.allocator = Objects.requireNonNull(allocator, "allocator must not be null");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Objects.requireNonNull(registry, "registry must not be null");
        bindMemory(registry);
        bindEpochs(registry);
        bindTiers(registry);
        List<Integer> slotBytes = allocator.sizeClasses();
        for (int sizeClass = 0; sizeClass < slotBytes.size(); sizeClass++) {
            int index = sizeClass;
            bindSizeClass(registry, Integer.toString(slotBytes.get(sizeClass)), watched -> watched.counters(index));
        }
        bindSizeClass(registry, "packed", SlabAllocator::packedCounters);
    }

    private void bindMemory(MeterRegistry registry) {
        Gauge.builder("znsslab.arena.limit", allocator, SlabAllocator::limitBytes)
                .description("What slabs may use at most")
                .baseUnit(BaseUnits.BYTES)
                .tags(tags)
                .register(registry);
        Gauge.builder(
                        "znsslab.arena.granted",
                        allocator,
                        watched -> watched.arenaUsage().grantedBytes())
                .description("What slabs and caches have been granted")
                .baseUnit(BaseUnits.BYTES)
                .tags(tags)
                .register(registry);
        Gauge.builder(
                        "znsslab.arena.resident",
                        allocator,
                        watched -> watched.arenaUsage().rssBytes())
                .description("Pages of the arena in physical memory")
                .baseUnit(BaseUnits.BYTES)
                .tags(tags)
                .register(registry);
        Gauge.builder("znsslab.memory.limit", allocator, SlabAllocator::memoryLimitBytes)
                .description("What the allocator and its cold tier may use off the heap; 0 for no limit")
                .baseUnit(BaseUnits.BYTES)
                .tags(tags)
                .register(registry);
        bindUse(registry, "slabs", MemoryUsage::slabBytes);
        bindUse(registry, "tables", MemoryUsage::tableBytes);
        bindUse(registry, "segments", MemoryUsage::segmentBytes);
        bindUse(registry, "scratch", MemoryUsage::scratchBytes);
        bindUse(registry, "tier.buffers", MemoryUsage::tierBufferBytes);
        bindUse(registry, "tier.cache", MemoryUsage::tierCacheBytes);
    }

    private void bindUse(MeterRegistry registry, String use, ToLongFunction<MemoryUsage> figure) {
        Gauge.builder("znsslab.memory.used", allocator, watched -> figure.applyAsLong(watched.memoryUsage()))
                .description("Memory off the heap")
                .baseUnit(BaseUnits.BYTES)
                .tags(tags.and("use", use))
                .register(registry);
    }

    private void bindEpochs(MeterRegistry registry) {
        counter(
                registry,
                "znsslab.epochs.closed",
                "Epochs closed",
                watched -> watched.epochStatistics().closed());
        counter(
                registry,
                "znsslab.epochs.drained.at.close",
                "Epochs that had nothing left when they were closed",
                watched -> watched.epochStatistics().drainedAtClose());
        counter(
                registry,
                "znsslab.epochs.slabs.returned",
                "Slabs that closings returned",
                watched -> watched.epochStatistics().slabsReturned());
        FunctionCounter.builder(
                        "znsslab.epochs.returned",
                        allocator,
                        watched -> watched.epochStatistics().bytesReturned())
                .description("What closings gave back to the operating system")
                .baseUnit(BaseUnits.BYTES)
                .tags(tags)
                .register(registry);
    }

    private void bindTiers(MeterRegistry registry) {
        counter(
                registry,
                "znsslab.slabs.promoted",
                "Slabs that came back from the cold tier",
                watched -> watched.coldStatistics().slabsPromoted());
        counter(
                registry,
                "znsslab.slabs.written",
                "Slabs that turned cold by being written",
                watched -> watched.coldStatistics().slabsWritten());
        counter(
                registry,
                "znsslab.slabs.dropped.unchanged",
                "Promoted slabs that turned cold without being written",
                watched -> watched.coldStatistics().slabsDroppedUnchanged());
        counter(
                registry,
                "znsslab.slabs.written.back",
                "Promoted slabs that had changed and were written again",
                watched -> watched.coldStatistics().slabsWrittenBack());
        counter(
                registry,
                "znsslab.epochs.evicted",
                "Epochs dropped since the cold tier was full",
                watched -> watched.coldStatistics().epochsEvicted());
        counter(
                registry,
                "znsslab.slabs.evicted",
                "Slabs of epochs dropped since the cold tier was full",
                watched -> watched.coldStatistics().slabsEvicted());
    }

    private void bindSizeClass(
            MeterRegistry registry, String slotBytes, Function<SlabAllocator, SlabStatistics> counters) {
        SizeClassMeters meters = new SizeClassMeters(registry, tags.and("slot.bytes", slotBytes), counters);
        meters.add("slots.claimed", "Slots put at threads' disposal", SlabStatistics::slotsClaimed);
        meters.add("refills", "Times a thread fetched slots", SlabStatistics::refills);
        meters.add("slow.path.hits", "Refills that had to open or steal a slab", SlabStatistics::slowPathHits);
        meters.add("new.slabs", "Slabs opened", SlabStatistics::newSlabs);
        meters.add("partial.to.full", "Slabs that a thread let go as full", SlabStatistics::partialToFull);
        meters.add("full.to.partial", "Full slabs listed again", SlabStatistics::fullToPartial);
        meters.add("current.null", "Refills that found no current slab", SlabStatistics::currentNull);
        meters.add("current.full", "Refills that found the current slab used up", SlabStatistics::currentFull);
        meters.add("empties.recycled", "Empty slabs kept in a thread's cache", SlabStatistics::emptiesRecycled);
        meters.add("empties.overflowed", "Empty slabs that found the cache full", SlabStatistics::emptiesOverflowed);
        meters.add("slabs.stolen", "Slabs with free slots taken over from other threads", SlabStatistics::slabsStolen);
    }

    private void counter(
            MeterRegistry registry, String name, String description, ToLongFunction<SlabAllocator> figure) {
        FunctionCounter.builder(name, allocator, figure::applyAsLong)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /** The counters of one size class, all read from the allocator in the same way. */
    private final class SizeClassMeters {
        private final MeterRegistry registry;
        private final Tags classTags;
        private final Function<SlabAllocator, SlabStatistics> counters;

        SizeClassMeters(MeterRegistry registry, Tags classTags, Function<SlabAllocator, SlabStatistics> counters) {
            this.registry = registry;
            this.classTags = classTags;
            this.counters = counters;
        }

        void add(String name, String description, ToLongFunction<SlabStatistics> figure) {
            FunctionCounter.builder(
                            "znsslab.class." + name, allocator, watched -> figure.applyAsLong(counters.apply(watched)))
                    .description(description)
                    .tags(classTags)
                    .register(registry);
        }
    }
}
