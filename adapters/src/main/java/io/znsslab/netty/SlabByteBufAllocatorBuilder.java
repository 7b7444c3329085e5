package io.znsslab.netty;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.rotation.EpochRotation;
import io.znsslab.core.rotation.RotationPolicy;
import java.time.Duration;
import java.util.Objects;

/** Settings of a {@link SlabByteBufAllocator}, all with defaults, named last. Not thread-safe. */
public final class SlabByteBufAllocatorBuilder {
    private static final int SLAB_BYTES = 64 << 10;

    /**
     * Payloads of powers of two, and of one and a half, as Netty's capacities grow; above 12 KiB those that divide a
     * slab. A slot has eight bytes more.
     */
    private static final int[] SIZE_CLASSES = {
        72, 136, 264, 392, 520, 776, 1032, 1544, 2056, 3080, 4104, 6152, 8200, 13088, 16368, 21824, 32736, 65472
    };

    /** Epochs with a buffer that lives long keep their place in the ring; one every ten seconds for 40 minutes. */
    private static final int EPOCHS = 256;

    private long limitBytes = 1L << 30;
    private RotationPolicy rotation = RotationPolicy.every(Duration.ofSeconds(10));
    private boolean preferDirect = true;
    private boolean leakDetection = true;

    SlabByteBufAllocatorBuilder() {}

    /**
     * Bytes of memory that slabs may use at most; 1 GiB. Buffers that are too large for a slab, and those on the Java
     * heap, are not counted in it.
     */
    public SlabByteBufAllocatorBuilder limitBytes(long bytes) {
        this.limitBytes = bytes;
        return this;
    }

    /**
     * When a new epoch begins; every ten seconds. Counting bytes, {@link RotationPolicy#everyBytes}, costs each
     * allocation an update of a counter that all threads share.
     *
     * @param policy closes former epochs with {@link Disposition#RECLAIM} and sets no time to live: anything else would
     *     take the memory from under live buffers
     */
    public SlabByteBufAllocatorBuilder rotation(RotationPolicy policy) {
        this.rotation = Objects.requireNonNull(policy, "rotation must not be null");
        return this;
    }

    /** Whether buffers for which a caller does not say so are direct; true. Those for I/O always are. */
    public SlabByteBufAllocatorBuilder preferDirect(boolean direct) {
        this.preferDirect = direct;
        return this;
    }

    /** Whether Netty's leak detector samples direct buffers, by its own level; true. */
    public SlabByteBufAllocatorBuilder leakDetection(boolean detect) {
        this.leakDetection = detect;
        return this;
    }

    /**
     * Builds the allocator.
     *
     * @throws IllegalArgumentException naming the setting and the rule that it breaks
     * @throws UnsupportedOperationException if this is not x86-64 Linux with glibc
     * @throws IllegalCallerException if the JVM forbids native calls; the message names the option that allows them
     */
    public SlabByteBufAllocator build() {
        if (rotation.disposition() != Disposition.RECLAIM) {
            throw new IllegalArgumentException(
                    "rotation closes epochs with %s, which takes memory from live buffers: must be RECLAIM"
                            .formatted(rotation.disposition()));
        }
        if (!rotation.options().timeToLive().equals(EpochOptions.UNLIMITED)) {
            throw new IllegalArgumentException(
                    "rotation gives epochs a time to live of %s, which takes memory from live buffers: must be none"
                            .formatted(rotation.options().timeToLive()));
        }
        SlabAllocator slabs = SlabAllocator.builder()
                .limitBytes(limitBytes)
                .slabBytes(SLAB_BYTES)
                .sizeClasses(SIZE_CLASSES)
                .epochCount(EPOCHS)
                .build();
        try {
            return new SlabByteBufAllocator(slabs, EpochRotation.start(slabs, rotation), preferDirect, leakDetection);
        } catch (Throwable e) {
            slabs.close();
            throw e;
        }
    }
}
