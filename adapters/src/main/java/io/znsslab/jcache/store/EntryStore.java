package io.znsslab.jcache.store;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.tier.ZnsTier;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The store of a cache manager: one allocator, with a device or without, that its caches share. Thread-safe.
 *
 * <p>It keeps the regions of all caches in the order of their age. The oldest one is evicted when they hold more than
 * the store is for; one of which little is left is written anew; one whose entries have all expired is dropped.
 */
public final class EntryStore implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(EntryStore.class.getName());

    // How long an allocation that finds no memory waits for epochs that are on their way to the device.
    private static final Duration SHORT_WAIT = Duration.ofMillis(100);
    private static final Duration LONG_WAIT = Duration.ofSeconds(10);

    private final SlabAllocator allocator;
    private final StoreSettings settings;
    private final @Nullable ZnsTier tier;
    private final long capacityBytes;
    private final Queue<Region> regions = new ConcurrentLinkedQueue<>();
    private final ReentrantLock evicting = new ReentrantLock();
    private final ExecutorService upkeep = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("zns-slab-jcache").factory());
    private final AtomicBoolean tidying = new AtomicBoolean();

    private EntryStore(StoreSettings settings) {
        this.settings = settings;
        StoreOpener.Opened opened = StoreOpener.open(settings, this::dropped);
        allocator = opened.allocator();
        tier = opened.tier();
        capacityBytes = opened.capacityBytes();
    }

    /**
     * Opens the store of a manager.
     *
     * @throws javax.cache.CacheException if the device can't be used
     */
    public static EntryStore open(StoreSettings settings) {
        return new EntryStore(settings);
    }

    /**
     * Opens a cache's part, and finds its entries of an earlier run.
     *
     * @param name of the cache
     * @param index where the cache looks up its entries; entries go there that are found
     * @param keys of the bytes that were written for them
     * @param evicted called for each entry that goes with its epoch
     */
    public <K> Shelf<K> shelf(String name, ConcurrentMap<K, Stored> index, Function<byte[], K> keys, Runnable evicted) {
        Shelf<K> shelf = new Shelf<>(this, name, index, evicted);
        shelf.open(keys);
        return shelf;
    }

    /** What the entries lie in. The caller opens and closes no epochs of the store. */
    public SlabAllocator allocator() {
        return allocator;
    }

    /** Where they go; null without a device. */
    public @Nullable ZnsTier tier() {
        return tier;
    }

    long epochBytes() {
        return settings.epochBytes();
    }

    /** The largest entry that is kept. */
    long largestEntryBytes() {
        return settings.memoryBytes() / 4;
    }

    void add(Region region) {
        regions.add(region);
    }

    /** Epochs that hold entries of that cache, oldest first. */
    List<EpochInfo> epochsOf(Shelf<?> shelf) {
        return allocator.epochs().stream()
                .filter(info -> info.label().equals(Shelf.label(shelf.name())))
                .toList();
    }

    /** A cache is closed whose entries stay. */
    void release(Shelf<?> shelf) {
        regions.removeIf(region -> region.shelf() == shelf);
    }

    /** Drops all epochs of a cache. */
    void discard(Shelf<?> shelf) {
        evicting.lock();
        try {
            for (Region region : regions) {
                if (region.shelf() == shelf && region.drop()) {
                    region.settle();
                    allocator.closeEpoch(region.epoch, Disposition.DISCARD).join();
                }
            }
            regions.removeIf(region -> region.shelf() == shelf);
        } finally {
            evicting.unlock();
        }
    }

    private void dropped(ColdEpoch epoch) {
        regions.stream()
                .filter(region -> region.epoch == epoch.number())
                .findFirst()
                .ifPresent(region -> {
                    region.shelf().forget(region);
                    regions.remove(region);
                });
    }

    /**
     * Makes room in memory for an allocation that found none.
     *
     * @param region where it was to be
     * @return false if there is nothing to make room with
     */
    boolean makeRoom(Region region) {
        if (allocator.hasColdTier()) {
            return awaitDemotion(region);
        }
        evicting.lock();
        try {
            return evictOldest() || (closeLargest() && evictOldest());
        } finally {
            evicting.unlock();
        }
    }

    /** The allocator demotes closed epochs as fast as the device takes them. */
    private boolean awaitDemotion(Region region) {
        if (hasRoom(region, SHORT_WAIT)) {
            return true;
        }
        // Open epochs are not demoted. Where none can be closed, the device is slow.
        var _ = closeLargest();
        return hasRoom(region, LONG_WAIT);
    }

    private boolean hasRoom(Region region, Duration timeLimit) {
        long probe = allocator.allocate(allocator.largestPayloadBytes(), region.epoch, timeLimit);
        if (Handle.isHandle(probe)) {
            allocator.free(probe);
            return true;
        }
        return probe == Handle.EPOCH_CLOSED;
    }

    /** Evicts the oldest region that is not written to. */
    private boolean evictOldest() {
        Optional<Region> oldest = regions.stream().filter(Region::isComplete).findFirst();
        oldest.ifPresent(region -> {
            regions.remove(region);
            region.shelf().evict(region);
        });
        return oldest.isPresent();
    }

    /** Ends the region with most in it of those that are written to. */
    private boolean closeLargest() {
        return regions.stream()
                .filter(region -> !region.isClosed() && region.writtenBytes() > 0)
                .max(Comparator.comparingLong(Region::writtenBytes))
                .filter(region -> region.shelf().rotate(region))
                .isPresent();
    }

    /** Has the thread of the store look through the regions. */
    void tidySoon() {
        if (tidying.compareAndSet(false, true)) {
            try {
                upkeep.execute(this::tidy);
            } catch (RejectedExecutionException closing) {
                tidying.set(false);
            }
        }
    }

    private void tidy() {
        tidying.set(false);
        evicting.lock();
        try {
            long now = System.currentTimeMillis();
            for (Region region : regions.stream().filter(Region::isComplete).toList()) {
                if (region.isOver(now)) {
                    regions.remove(region);
                    region.shelf().evict(region);
                } else if (region.isMostlyDead()) {
                    regions.remove(region);
                    region.shelf().rewrite(region);
                }
            }
            while (regions.stream().mapToLong(Region::writtenBytes).sum() > capacityBytes && evictOldest()) {
                Thread.onSpinWait();
            }
            if (allocator.hasColdTier()) {
                allocator.sync().join();
            }
        } catch (RuntimeException e) {
            // The store is being closed, or the device fails, of which reads and writes tell.
            LOGGER.log(System.Logger.Level.DEBUG, "the regions of a cache's store were not tidied", e);
        } finally {
            evicting.unlock();
        }
    }

    /** Checks that all tables of the store agree. For tests, while nothing else is under way. */
    public void checkInvariants() {
        try {
            upkeep.submit(() -> {}).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the store's thread has not come to an end", e);
        }
        if (allocator.hasColdTier()) {
            // Until nothing is on its way to the device.
            allocator.demoteAll().join();
        }
        allocator.checkInvariants();
    }

    /** Closes the store once its caches are closed; with a device, everything is on it then. */
    @Override
    public void close() {
        upkeep.shutdown();
        try {
            if (!upkeep.awaitTermination(1, TimeUnit.MINUTES)) {
                LOGGER.log(System.Logger.Level.WARNING, "the store of a cache manager is closed at work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (allocator.hasColdTier()) {
            allocator.close(Disposition.DEMOTE);
        } else {
            allocator.close();
        }
    }
}
