package io.znsslab.bindings;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * One of the {@link LastingRanges}: addresses that are mapped in pieces on demand, and stay mapped. Mapped memory reads
 * as zeroes at first, becomes resident and leaves by pages of the smallest size (no huge pages), and is left out of
 * core dumps.
 *
 * <p>A <em>sparse</em> range takes nothing, not even of the process's address space (ulimit -v), for pieces that are
 * not mapped yet; they must not be touched. It lies at addresses that the kernel does not choose by itself. A
 * <em>readable</em> range reads as zeroes wherever it is not mapped yet.
 *
 * <p>Thread-safe.
 */
public final class LastingRange {
    private final MemorySegment whole;
    private final long pieceBytes;
    private final boolean readable;
    private final BitSet mapped = new BitSet();

    private LastingRange(MemorySegment whole, long pieceBytes, boolean readable) {
        this.whole = whole;
        this.pieceBytes = pieceBytes;
        this.readable = readable;
    }

    static LastingRange sparse(long bytes, long pieceBytes) {
        return new LastingRange(VacantAddresses.take(bytes), pieceBytes, false);
    }

    static LastingRange readable(long bytes, long pieceBytes) {
        return new LastingRange(AddressSpace.reserveReadable(bytes), pieceBytes, true);
    }

    /** The address of its first byte. */
    public long address() {
        return whole.address();
    }

    /** The whole range, bound to no arena; in a sparse range only mapped pieces may be touched. */
    MemorySegment whole() {
        return whole;
    }

    /**
     * Maps the pieces that a part touches and makes it usable; does nothing where they are mapped already.
     *
     * @throws NativeException when the kernel refuses
     */
    public void map(long offset, long length) {
        int from = Math.toIntExact(offset / pieceBytes);
        int to = Math.toIntExact(Math.ceilDiv(offset + length, pieceBytes));
        synchronized (mapped) {
            for (int piece = mapped.nextClearBit(from); piece < to; piece = mapped.nextClearBit(piece)) {
                int mappedNext = mapped.nextSetBit(piece);
                int end = mappedNext < 0 ? to : Math.min(to, mappedNext);
                if (readable) {
                    AddressSpace.replace(part(piece, end));
                } else {
                    AddressSpace.map(part(piece, end));
                }
                mapped.set(piece, end);
            }
        }
    }

    private MemorySegment part(int from, int to) {
        long start = from * pieceBytes;
        return whole.asSlice(start, Math.min(to * pieceBytes, whole.byteSize()) - start);
    }

    private interface Action {
        void on(MemorySegment part);
    }

    private void forEachMapped(Action action) {
        for (int from = mapped.nextSetBit(0); from >= 0; ) {
            int to = mapped.nextClearBit(from);
            action.on(part(from, to));
            from = mapped.nextSetBit(to);
        }
    }

    /**
     * Gives the mapped memory back to the kernel, after which it reads as zeroes. Only the range's one user may call
     * it.
     */
    void giveBack() {
        synchronized (mapped) {
            forEachMapped(LastingRange::giveBack);
        }
    }

    private static void giveBack(MemorySegment part) {
        try {
            boolean ignored = AddressSpace.giveBack(part, 0, part.byteSize());
        } catch (NativeException refused) {
            replaceOrZero(part);
        }
    }

    private static void replaceOrZero(MemorySegment part) {
        try {
            AddressSpace.replace(part);
        } catch (NativeException refusedToo) {
            part.fill((byte) 0);
        }
    }

    /** Unmaps everything, in a range that no user has received. */
    void unmap() {
        synchronized (mapped) {
            if (readable) {
                AddressSpace.unmap(whole);
            } else {
                forEachMapped(AddressSpace::unmap);
                VacantAddresses.giveBack(whole);
            }
            mapped.clear();
        }
    }
}
