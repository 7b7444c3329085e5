package io.znsslab.bindings;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses far from where the kernel and the JVM put things, handed out without being mapped. The kernel fills the 128
 * TiB of a process from the top downwards, or, with the old layout, from 42 TiB upwards
 * (Documentation/arch/x86/x86_64/mm.rst, arch/x86/mm/mmap.c); HotSpot's heaps lie below 32 TiB. What is mapped here
 * later is mapped only where nothing is, so that a mistake is an error.
 *
 * <p>Thread-safe.
 */
final class VacantAddresses {
    private static final long FIRST = 44L << 40;
    private static final long END = 124L << 40;
    private static final long ALIGNMENT = 16L << 20;
    private static final List<MemorySegment> RETURNED = new ArrayList<>();
    private static long next = FIRST;

    private VacantAddresses() {}

    /**
     * Addresses that were not handed out before, or were given back.
     *
     * @throws IllegalStateException if there are no more
     */
    static synchronized MemorySegment take(long bytes) {
        Platform.requireSupported();
        for (MemorySegment range : RETURNED) {
            if (range.byteSize() == bytes && isVacant(range)) {
                RETURNED.remove(range);
                return range;
            }
        }
        while (bytes <= END - next) {
            MemorySegment range = MemorySegment.ofAddress(next).reinterpret(bytes);
            // at least a page between two of them, so that none runs on into the next
            next += Math.ceilDiv(bytes + AddressSpace.pageBytes(), ALIGNMENT) * ALIGNMENT;
            if (isVacant(range)) {
                return range;
            }
        }
        throw new IllegalStateException(
                "no %d bytes of addresses are left of %d; lower the memory limit or use fewer size classes"
                        .formatted(bytes, END - FIRST));
    }

    private static boolean isVacant(MemorySegment range) {
        return AddressSpace.isVacant(range.address())
                && AddressSpace.isVacant(range.address() + range.byteSize() - AddressSpace.pageBytes());
    }

    static synchronized void giveBack(MemorySegment range) {
        RETURNED.add(range);
    }
}
