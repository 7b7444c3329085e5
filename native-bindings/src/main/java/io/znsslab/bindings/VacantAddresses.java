package io.znsslab.bindings;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses far from those that the kernel and the JVM use, handed out without being mapped. The kernel fills the 128
 * TiB of a process from the top downwards, or, with the old layout, from 42 TiB upwards
 * (Documentation/arch/x86/x86_64/mm.rst, arch/x86/mm/mmap.c); HotSpot's heaps lie below 32 TiB. A later mapping here
 * never replaces an existing one, so that a mistake is an error.
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
     * Hands out addresses that are not in use.
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
            // At least a page lies between two ranges, so that an overrun of one does not reach the next.
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
