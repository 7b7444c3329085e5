package io.znsslab.bindings;

import io.znsslab.bindings.libc.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Ranges of addresses that take memory only where they are touched, and give it back when told to. Thread-safe; a range may be used by any
 * thread for as long as its arena allows.
 *
 * <p>Offsets and lengths are in bytes, multiples of {@link #pageBytes()}. Sources: mmap(2), madvise(2).
 */
public final class AddressSpace {

    private static final MethodHandle MMAP = Downcall.capturingErrno(LibC.mmap$address(), LibC.mmap$descriptor());
    private static final MethodHandle MPROTECT =
            Downcall.capturingErrno(LibC.mprotect$address(), LibC.mprotect$descriptor());
    private static final MethodHandle MUNMAP = Downcall.capturingErrno(LibC.munmap$address(), LibC.munmap$descriptor());
    private static final MethodHandle MADVISE =
            Downcall.capturingErrno(LibC.madvise$address(), LibC.madvise$descriptor());

    private static final int PAGE_BYTES = Math.toIntExact(LibC.sysconf(LibC._SC_PAGESIZE()));
    private static final long MAP_FAILED = -1;
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private AddressSpace() {}

    /** Size of a page of this kernel, 4096 on x86-64. */
    public static int pageBytes() {
        return PAGE_BYTES;
    }

    /**
     * Reserves a range. Nothing of it counts as resident, nor against swap, before it is touched; what was never touched reads as zeroes.
     *
     * <p>An unusable page lies on either side, so that the kernel never joins the range to a neighbour: it stays one line of {@code /proc/self/smaps}.
     *
     * @param bytes a positive multiple of the page size; may exceed the machine's memory
     * @param arena unmaps the range when it is closed; the segment can't be used afterwards
     * @throws NativeException when the kernel refuses
     */
    public static MemorySegment reserve(long bytes, Arena arena) {
        Platform.requireSupported();
        if (bytes <= 0 || bytes % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(
                    "Can't reserve " + bytes + " bytes: not a positive multiple of the page size " + PAGE_BYTES);
        }
        long withGuards = bytes + 2L * PAGE_BYTES;
        int flags = LibC.MAP_PRIVATE() | LibC.MAP_ANONYMOUS() | LibC.MAP_NORESERVE();
        MemorySegment whole;
        try {
            whole = (MemorySegment)
                    MMAP.invokeExact(Downcall.state(), MemorySegment.NULL, withGuards, LibC.PROT_NONE(), flags, -1, 0L);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (whole.address() == MAP_FAILED) {
            throw new NativeException(
                    "mmap of " + bytes + " bytes of address space",
                    Downcall.errno(),
                    "reserve less, or see ulimit -v and the sysctl vm.overcommit_memory (2 counts reservations)");
        }
        MemorySegment mapped = whole.reinterpret(withGuards);
        try {
            MemorySegment usable = mapped.asSlice(PAGE_BYTES, bytes);
            makeUsable(usable);
            return usable.reinterpret(bytes, arena, range -> unmap(mapped));
        } catch (RuntimeException refused) {
            unmap(mapped);
            throw refused;
        }
    }

    /**
     * The same bytes, bound to another arena's life and threads: usable until that is closed. Only for segments of
     * {@link LastingRanges}, which are never unmapped: their own arena is no longer asked.
     */
    public static MemorySegment bind(MemorySegment segment, Arena arena) {
        return segment.reinterpret(arena, null);
    }

    private static void makeUsable(MemorySegment range) {
        int protection = LibC.PROT_READ() | LibC.PROT_WRITE();
        int result;
        try {
            result = (int) MPROTECT.invokeExact(Downcall.state(), range, range.byteSize(), protection);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (result != 0) {
            throw new NativeException(
                    "mprotect of " + range.byteSize() + " bytes of address space",
                    Downcall.errno(),
                    "reserve less, or see the sysctl vm.overcommit_memory (2 counts reservations)");
        }
    }

    /**
     * Gives pages back to the kernel, at once: the process's resident size falls by those that were resident, and the range reads as zeroes. It
     * stays usable. Allocates nothing that survives; adjacent pages cost far less in one call than in several.
     *
     * @throws IndexOutOfBoundsException when the range is not inside the segment
     * @throws NativeException when the kernel refuses (locked pages, for one)
     */
    public static void giveBack(MemorySegment reserved, long offset, long length) {
        advise(reserved, offset, length, LibC.MADV_DONTNEED(), "MADV_DONTNEED");
    }

    /** Leaves the range out of core dumps, which would otherwise be as large as it. */
    public static void excludeFromCoreDumps(MemorySegment reserved) {
        advise(reserved, 0, reserved.byteSize(), LibC.MADV_DONTDUMP(), "MADV_DONTDUMP");
    }

    /**
     * Makes each page come and go by itself. Where the kernel's huge pages are on, touching one byte would otherwise make 2 MiB resident. Kernels
     * built without them refuse the advice and don't need it.
     */
    public static void refuseHugePages(MemorySegment reserved) {
        int errno = adviseOrErrno(reserved, 0, reserved.byteSize(), LibC.MADV_NOHUGEPAGE());
        if (errno != 0 && errno != Errno.EINVAL) {
            throw failed(reserved, 0, reserved.byteSize(), "MADV_NOHUGEPAGE", errno);
        }
    }

    /** Makes the range resident without changing it, so that first use costs no page fault. Others may use it meanwhile. */
    public static void populate(MemorySegment reserved, long offset, long length) {
        int errno = adviseOrErrno(reserved, offset, length, LibC.MADV_POPULATE_WRITE());
        if (errno == Errno.EINVAL) {
            touch(reserved, offset, length); // before Linux 5.14
        } else if (errno != 0) {
            throw failed(reserved, offset, length, "MADV_POPULATE_WRITE", errno);
        }
    }

    /** Adds zero to a word of every page: atomic, so that no concurrent store is lost. */
    static void touch(MemorySegment reserved, long offset, long length) {
        for (long page = offset; page < offset + length; page += PAGE_BYTES) {
            int ignored = (int) INT.getAndAdd(reserved, page, 0);
        }
    }

    private static void advise(MemorySegment reserved, long offset, long length, int advice, String name) {
        int errno = adviseOrErrno(reserved, offset, length, advice);
        if (errno != 0) {
            throw failed(reserved, offset, length, name, errno);
        }
    }

    private static int adviseOrErrno(MemorySegment reserved, long offset, long length, int advice) {
        if (offset % PAGE_BYTES != 0 || length % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(
                    "Offset " + offset + " and length " + length + " are not multiples of the page size " + PAGE_BYTES);
        }
        // The slice, unlike a bare address, keeps the arena from being closed under the call.
        MemorySegment pages = reserved.asSlice(offset, length);
        int result;
        try {
            result = (int) MADVISE.invokeExact(Downcall.state(), pages, length, advice);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        return result == 0 ? 0 : Downcall.errno();
    }

    private static NativeException failed(MemorySegment reserved, long offset, long length, String advice, int errno) {
        return new NativeException(
                "madvise(" + advice + ") of " + length + " bytes at offset " + offset + " of a range of "
                        + reserved.byteSize(),
                errno);
    }

    private static void unmap(MemorySegment range) {
        int result;
        try {
            result = (int) MUNMAP.invokeExact(Downcall.state(), range, range.byteSize());
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (result != 0) {
            throw new NativeException("munmap of " + range.byteSize() + " bytes", Downcall.errno());
        }
    }
}
