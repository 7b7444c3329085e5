package io.znsslab.core.benchmark.contestant;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.znsslab.bindings.malloc.MallocLibrary;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import io.znsslab.core.benchmark.contestant.SlabMemory.RequestStyle;
import java.util.Optional;

/**
 * The allocators to compare. A peer that can be set up in two ways takes part with both, so that its defaults alone do
 * not decide.
 */
public enum Contestant {
    /** The builder's defaults; requests by handles, each resolved to a segment for every access. */
    SLAB("ZNS-Slab"),
    /** Ended slabs stay mapped: without the cost and without the benefit of giving memory back. */
    SLAB_KEEP_HOT("ZNS-Slab, KEEP_HOT"),
    /** The same, and requests read and write by handle and offset, without a segment. */
    SLAB_PRIMITIVES("ZNS-Slab, KEEP_HOT, get and set"),
    /** The builder's defaults; requests use the domain's own segments: zeroed, bound to the domain's life. */
    SLAB_AS_ARENA("ZNS-Slab, domain as Arena"),
    /** The same, and ended slabs stay mapped. */
    SLAB_AS_ARENA_KEEP_HOT("ZNS-Slab, KEEP_HOT, domain as Arena"),
    /** This project's algorithm for objects that are freed alone, without the product around it. */
    BARE_CLASSED("bare slabs with size classes"),
    /** This project's algorithm for requests, without the product around it. */
    BARE_PACKED("bare packed slabs"),
    /** {@code ByteBufAllocator.DEFAULT} of Netty 4.2, in a thread that is not Netty's. */
    NETTY_ADAPTIVE("Netty adaptive"),
    /** The same with the thread-local magazines that Netty's own threads have. */
    NETTY_ADAPTIVE_CACHED("Netty adaptive, thread-local"),
    /** The default of Netty 4.1, in a thread that is not Netty's. */
    NETTY_POOLED("Netty pooled"),
    /** The same with the thread-local caches that Netty's own threads have. */
    NETTY_POOLED_CACHED("Netty pooled, thread-local"),
    CONFINED_ARENA("Arena.ofConfined"),
    GLIBC("glibc, plain FFM"),
    GLIBC_CRITICAL("glibc, critical FFM"),
    JEMALLOC("jemalloc, plain FFM"),
    JEMALLOC_CRITICAL("jemalloc, critical FFM"),
    MIMALLOC("mimalloc, plain FFM"),
    MIMALLOC_CRITICAL("mimalloc, critical FFM"),
    TCMALLOC("tcmalloc, plain FFM"),
    TCMALLOC_CRITICAL("tcmalloc, critical FFM"),
    HEAP("new byte[]");

    // Space for twice the largest live set measured, ten million objects of 128 bytes.
    private static final long LIMIT_BYTES = 4L << 30;

    private final String label;

    Contestant(String label) {
        this.label = label;
    }

    /** Its name in tables. */
    public String label() {
        return label;
    }

    /** Whether it belongs to this project, the bare algorithms included. */
    public boolean isOurs() {
        return isProduct() || this == BARE_CLASSED || this == BARE_PACKED;
    }

    /** Whether it is this project's allocator. */
    public boolean isProduct() {
        return isProductWithObjects() || isProductForRequests();
    }

    /** Whether it differs from the product's other contestants in its requests alone. */
    public boolean isProductForRequests() {
        return this == SLAB_PRIMITIVES || this == SLAB_AS_ARENA || this == SLAB_AS_ARENA_KEEP_HOT;
    }

    private boolean isProductWithObjects() {
        return this == SLAB || this == SLAB_KEEP_HOT;
    }

    /** Whether it is a C allocator that is called as any other function. */
    public boolean isPlainMalloc() {
        return this == GLIBC || this == JEMALLOC || this == MIMALLOC || this == TCMALLOC;
    }

    /** Why it can't be measured on this machine, with the remedy; empty if it can. */
    public Optional<String> absence() {
        return library().flatMap(MallocLibrary::absence);
    }

    /**
     * Opens its memory. A JVM can open at most one C allocator.
     *
     * @throws IllegalStateException if it can't be measured here
     */
    public ObjectMemory open() {
        return open(SlabAllocator.builder());
    }

    /** As {@link #open}; this project's allocator gets a tier in memory, so that it can demote. */
    public ObjectMemory openWithTier() {
        return open(SlabAllocator.builder().coldTier(new HeapTier()));
    }

    private ObjectMemory open(SlabAllocatorBuilder builder) {
        return switch (this) {
            case SLAB -> product(builder, Reclamation.RETURN_TO_OS, RequestStyle.SEGMENTS);
            case SLAB_KEEP_HOT -> product(builder, Reclamation.KEEP_HOT, RequestStyle.SEGMENTS);
            case SLAB_PRIMITIVES -> product(builder, Reclamation.KEEP_HOT, RequestStyle.PRIMITIVES);
            case SLAB_AS_ARENA -> product(builder, Reclamation.RETURN_TO_OS, RequestStyle.ARENA);
            case SLAB_AS_ARENA_KEEP_HOT -> product(builder, Reclamation.KEEP_HOT, RequestStyle.ARENA);
            case BARE_CLASSED -> new BareClassedMemory();
            case BARE_PACKED -> new BarePackedMemory();
            case NETTY_ADAPTIVE -> new NettyMemory(new AdaptiveByteBufAllocator(true, false));
            case NETTY_ADAPTIVE_CACHED -> new NettyMemory(new AdaptiveByteBufAllocator(true, true));
            case NETTY_POOLED -> new NettyMemory(pooled(false));
            case NETTY_POOLED_CACHED -> new NettyMemory(pooled(true));
            case CONFINED_ARENA -> new ConfinedArenaMemory();
            case HEAP -> new HeapMemory();
            default -> new MallocMemory(library().orElseThrow(), name().endsWith("_CRITICAL"));
        };
    }

    private Optional<MallocLibrary> library() {
        return switch (this) {
            case GLIBC, GLIBC_CRITICAL -> Optional.of(MallocLibrary.GLIBC);
            case JEMALLOC, JEMALLOC_CRITICAL -> Optional.of(MallocLibrary.JEMALLOC);
            case MIMALLOC, MIMALLOC_CRITICAL -> Optional.of(MallocLibrary.MIMALLOC);
            case TCMALLOC, TCMALLOC_CRITICAL -> Optional.of(MallocLibrary.TCMALLOC);
            default -> Optional.empty();
        };
    }

    private static SlabMemory product(SlabAllocatorBuilder builder, Reclamation reclamation, RequestStyle style) {
        return new SlabMemory(
                builder.limitBytes(LIMIT_BYTES).reclamation(reclamation).build(), style);
    }

    private static PooledByteBufAllocator pooled(boolean cacheInEveryThread) {
        return new PooledByteBufAllocator(
                true,
                PooledByteBufAllocator.defaultNumHeapArena(),
                PooledByteBufAllocator.defaultNumDirectArena(),
                PooledByteBufAllocator.defaultPageSize(),
                PooledByteBufAllocator.defaultMaxOrder(),
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                cacheInEveryThread);
    }
}
