package io.znsslab.cli.bench.trace;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.znsslab.cli.bench.device.BenchDevice;
import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.tier.FullDevicePolicy;
import io.znsslab.tier.TierStatistics;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * A cache whose values lie in epochs, in the order of their insertion: the newest epochs in DRAM, the others on the
 * device. Caffeine keeps the index and decides what stays; what it evicts is freed. When the device is full, its oldest
 * epoch is dropped whole, and what was in it is missed the next time. For one thread.
 */
final class TieredCache implements AutoCloseable {
    private static final int MOST_EPOCHS = 1 << 15;
    private static final int MOST_PENDING = 2;
    private static final int MOST_TRIES = 64;
    /** What an object in a packed slab takes beside its payload. */
    private static final int HEADER_BYTES = 16;

    /**
     * Its limits.
     *
     * @param capacityBytes of the values of both tiers, with their headers
     * @param memoryBytes of DRAM
     * @param epochBytes of the values that go to one epoch
     * @param slabBytes of a slab
     */
    record Limits(long capacityBytes, long memoryBytes, long epochBytes, int slabBytes) {}

    /** A value's place, and its size. */
    private record Place(long handle, int bytes) {}

    private record ClosedEpoch(long epoch, long bytes) {}

    private final Limits limits;
    private final ZnsTier tier;
    private final SlabAllocator store;
    private final Cache<Long, Place> index;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment copy;
    private final ArrayDeque<ClosedEpoch> hot = new ArrayDeque<>();
    private final ArrayDeque<CompletableFuture<EpochClosing>> demotions = new ArrayDeque<>();
    private long hotBytes;
    private long epoch;
    private long epochBytes;
    private long insertedBytes;
    private long dropped;

    TieredCache(BenchDevice device, StoreSettings settings, Limits limits) {
        this.limits = limits;
        ZonedDevice opened = device.open();
        try {
            tier = settings.open(
                    settings.applyTo(ZnsTier.builder(opened)).force(true).whenFull(FullDevicePolicy.EVICT_OLDEST));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        try {
            store = settings.build(settings.applyTo(SlabAllocator.builder())
                    .limitBytes(limits.memoryBytes())
                    .slabBytes(limits.slabBytes())
                    .epochCount(MOST_EPOCHS)
                    .coldTier(tier));
        } catch (RuntimeException e) {
            tier.close();
            throw e;
        }
        store.closeEpoch(store.currentEpoch(), Disposition.RECLAIM).join();
        copy = arena.allocate(store.largestPayloadBytes(), Long.BYTES);
        index = Caffeine.newBuilder()
                .maximumWeight(limits.capacityBytes())
                .weigher((Long key, Place place) -> place.bytes + HEADER_BYTES)
                .executor(Runnable::run)
                .evictionListener((key, place, cause) -> free(place))
                .build();
        openEpoch();
    }

    private void free(Place place) {
        // The tier may have dropped its epoch before.
        var _ = store.free(place.handle);
    }

    /** The largest value that can be kept. */
    int largestBytes() {
        return store.largestPayloadBytes();
    }

    /** Where the value of that key is; null if there is none. The policy takes that as an access. */
    Tier find(long key) {
        Place place = index.getIfPresent(key);
        return place == null ? null : store.tierOf(place.handle);
    }

    /**
     * Reads a value that was found a moment ago.
     *
     * @return false if it is gone with its epoch
     */
    boolean read(long key) {
        Place place = index.policy().getIfPresentQuietly(key);
        int copied = place == null ? -1 : store.read(place.handle, copy);
        if (copied < 0) {
            return false;
        }
        if (copied < place.bytes
                || copy.get(ValueLayout.JAVA_LONG, 0) != key
                || copy.get(ValueLayout.JAVA_BYTE, place.bytes - 1L) != last(key, place.bytes)) {
            throw new CommandFailure(ExitCode.WRONG_ANSWER, "the value of key " + key + " holds another one's bytes");
        }
        return true;
    }

    /** Whether the policy keeps that key, which is no access to it. */
    boolean isKept(long key) {
        return index.policy().getIfPresentQuietly(key) != null;
    }

    /** Forgets a value that is gone with its epoch. */
    void forget(long key) {
        index.invalidate(key);
        dropped++;
    }

    /** Puts a value of that size in. */
    void insert(long key, int bytes) {
        if (epochBytes >= limits.epochBytes()) {
            closeEpoch();
        }
        long handle = allocate(bytes);
        MemorySegment payload = store.resolve(handle);
        payload.set(ValueLayout.JAVA_LONG, 0, key);
        payload.set(ValueLayout.JAVA_BYTE, bytes - 1L, last(key, bytes));
        epochBytes += bytes + HEADER_BYTES;
        insertedBytes += bytes;
        index.put(key, new Place(handle, bytes));
    }

    private static byte last(long key, int bytes) {
        return bytes <= Long.BYTES ? byteOf(key, bytes - 1) : (byte) (key * 31 + bytes);
    }

    private static byte byteOf(long key, int position) {
        return (byte) (key >>> (position * Byte.SIZE));
    }

    private long allocate(int bytes) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            long handle = store.allocate(bytes, epoch);
            if (Handle.isHandle(handle)) {
                return handle;
            }
            makeRoom();
        }
        throw new CommandFailure(
                ExitCode.DEVICE_FULL,
                "no memory for a value of " + bytes + " bytes within --memory " + limits.memoryBytes()
                        + ": give more, or a smaller --epoch-size");
    }

    private void makeRoom() {
        if (!demotions.isEmpty()) {
            demotions.remove().join();
        } else if (!hot.isEmpty()) {
            demoteOldest();
        } else {
            closeEpoch();
        }
    }

    private void openEpoch() {
        epoch = store.advanceEpoch(EpochOptions.DEFAULT.packed(true));
        epochBytes = 0;
    }

    private void closeEpoch() {
        store.closeEpoch(epoch, Disposition.RECLAIM).join();
        hot.add(new ClosedEpoch(epoch, epochBytes));
        hotBytes += epochBytes;
        openEpoch();
        // A quarter is for the epoch that is filled, and for those that are being written.
        while (hotBytes > limits.memoryBytes() / 4 * 3 - limits.epochBytes() && !hot.isEmpty()) {
            demoteOldest();
        }
    }

    private void demoteOldest() {
        ClosedEpoch oldest = hot.remove();
        hotBytes -= oldest.bytes;
        demotions.add(store.closeEpoch(oldest.epoch, Disposition.DEMOTE));
        while (demotions.size() > MOST_PENDING) {
            demotions.remove().join();
        }
    }

    /** Bytes of all values that were put in. */
    long insertedBytes() {
        return insertedBytes;
    }

    /** Values that the policy had kept, and that were gone with their epoch. */
    long dropped() {
        return dropped;
    }

    /** Values that the policy keeps. */
    long values() {
        return index.estimatedSize();
    }

    /** Resident memory of the arena. */
    long arenaBytes() {
        return store.arenaUsage().rssBytes();
    }

    TierStatistics statistics() {
        return tier.statistics();
    }

    /** Waits until what was closed is on the device. */
    void settle() {
        while (!demotions.isEmpty()) {
            demotions.remove().join();
        }
    }

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            arena.close();
        }
    }
}
