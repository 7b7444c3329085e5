package io.znsslab.bindings;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * One of the {@link LastingRanges}: addresses that are mapped in pieces, as those are wanted, and stay mapped. What is
 * mapped reads as zeroes at first, comes and goes by pages of the smallest size (no huge pages), and is left out of
 * core dumps.
 *
 * <p>A <em>sparse</em> range takes nothing, not even of the process's address space (ulimit -v), for pieces that are
 * not mapped yet; they must not be touched. It lies where the kernel puts nothing by itself. A <em>readable</em> one
 * reads as zeroes wherever it is not mapped yet.
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

    /** Where it begins. */
    public long address() {
        return whole.address();
    }

    /** All of it, bound to no life; of a sparse one only what is mapped may be touched. */
    MemorySegment whole() {
        return whole;
    }

    /**
     * Makes a part usable, with the pieces that it touches; nothing happens where it is.
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

    /** Gives the memory of what is mapped back to the kernel; it reads as zeroes. By the one user of the range. */
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

    /** Unmaps everything, of a range that nobody has come to use. */
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
