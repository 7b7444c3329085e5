package io.znsslab.cli.bench.tier;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.tier.ZnsTier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * A store on a freshly formatted device, with packed epochs that hold objects of mixed sizes, one after the other, and
 * are demoted while the clock runs.
 */
final class PackedStore implements AutoCloseable {
    private static final int SMALLEST_PAYLOAD = 32;
    private static final int LARGEST_PAYLOAD = 2000;
    private static final int HEADER_BYTES = 16;
    private static final long EPOCH_BYTES = 64L << 20;
    private static final int CHECKED = 1000;

    private final SlabAllocator allocator;
    private final long bytes;
    private final SplittableRandom random = new SplittableRandom(13);
    private final List<Long> epochs = new ArrayList<>();
    private final long[] sample = new long[CHECKED];
    private long objects;

    /** For about that many bytes of objects, headers included. */
    PackedStore(ZnsTier tier, long bytes) {
        this.bytes = bytes;
        // A slab ends where the next object does not fit, a quarter before its end on average.
        allocator = SlabAllocator.builder()
                .limitBytes(bytes + bytes / 2 + (64L << 20))
                .coldTier(tier)
                .build();
    }

    void fill() {
        long epoch = 0;
        long left = 0;
        for (long filled = 0; filled < bytes; ) {
            if (left <= 0) {
                epoch = allocator.advanceEpoch(EpochOptions.DEFAULT.packed(true));
                epochs.add(epoch);
                left = EPOCH_BYTES;
            }
            int payload = random.nextInt(SMALLEST_PAYLOAD, LARGEST_PAYLOAD + 1);
            long handle = allocator.allocate(payload, epoch);
            if (!Handle.isHandle(handle)) {
                throw new IllegalStateException("no memory for object " + objects + " of " + payload + " bytes");
            }
            allocator.setLong(handle, 0, handle);
            remember(handle);
            filled += payload + HEADER_BYTES;
            left -= payload + HEADER_BYTES;
        }
    }

    /** Keeps each object with the same chance. */
    private void remember(long handle) {
        long place = objects < CHECKED ? objects : random.nextLong(objects + 1);
        if (place < CHECKED) {
            sample[(int) place] = handle;
        }
        objects++;
    }

    /**
     * Demotes all epochs, and waits until all are durable.
     *
     * @return the bytes of the slabs demoted
     */
    long demote() {
        List<CompletableFuture<EpochClosing>> closings = new ArrayList<>();
        for (long epoch : epochs) {
            closings.add(allocator.closeEpoch(epoch, Disposition.DEMOTE));
        }
        return closings.stream()
                        .mapToLong(closing -> closing.join().slabsDemoted())
                        .sum()
                * ColdStore.SLAB_BYTES;
    }

    /** Reads some of the objects from the device. */
    void check() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(LARGEST_PAYLOAD, Long.BYTES);
            for (long handle : sample) {
                if (allocator.tierOf(handle) != Tier.COLD
                        || allocator.read(handle, copy) < SMALLEST_PAYLOAD
                        || copy.get(ValueLayout.JAVA_LONG, 0) != handle) {
                    throw new IllegalStateException("packed object 0x%x is not what was demoted".formatted(handle));
                }
            }
        }
    }

    @Override
    public void close() {
        allocator.close();
    }
}
