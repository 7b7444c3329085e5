package io.znsslab.bindings;

import io.znsslab.bindings.libc.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Ranges of addresses that take memory only where they are touched, and give it back on request. Thread-safe; a range
 * may be used by any thread for as long as its arena allows.
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

    // linux/mman.h and asm-generic/mman-common.h; jextract does not find these constants in every C library's headers.
    private static final int MAP_FIXED_NOREPLACE = 0x100000;
    private static final int MADV_DONTNEED_LOCKED = 24;
    private static final int EEXIST = 17;
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private AddressSpace() {}

    /** Size of a page of this kernel, 4096 on x86-64. */
    public static int pageBytes() {
        return PAGE_BYTES;
    }

    /**
     * Reserves a range. No page of it counts as resident, nor against swap, before it is touched; untouched pages read
     * as zeroes.
     *
     * <p>An unusable page lies on either side, so that the kernel never joins the range to a neighbour: it stays one
     * line of {@code /proc/self/smaps}.
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
        MemorySegment mapped = mmap(0, withGuards, LibC.PROT_NONE(), 0, bytes);
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
     * Reserves a range like {@link #reserve}, which reads as zeroes and can't be written until {@link #replace} makes
     * parts of it writable. Pages that are only read count as no commitment of memory (vm.overcommit_memory) and are
     * not made resident where the process locks what it maps (mlockall).
     */
    static MemorySegment reserveReadable(long bytes) {
        Platform.requireSupported();
        MemorySegment range = mmap(0, bytes, LibC.PROT_NONE(), 0);
        int result;
        try {
            result = (int) MPROTECT.invokeExact(Downcall.state(), range, bytes, LibC.PROT_READ());
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (result != 0) {
            int errno = Downcall.errno();
            unmap(range);
            throw new NativeException("mprotect of " + bytes + " bytes of address space", errno);
        }
        return prepared(range);
    }

    /** Maps zeroed, writable pages at addresses where no page is mapped. */
    static void map(MemorySegment range) {
        prepared(mmap(range.address(), range.byteSize(), readAndWrite(), MAP_FIXED_NOREPLACE));
    }

    /** Maps zeroed, writable pages in place of the mapped ones; a reader sees the change at one stroke. */
    static void replace(MemorySegment range) {
        prepared(mmap(range.address(), range.byteSize(), readAndWrite(), LibC.MAP_FIXED()));
    }

    /** Whether a page can be mapped there: the address is free, and the kernel allows it. */
    static boolean isVacant(long address) {
        try {
            unmap(mmap(address, PAGE_BYTES, LibC.PROT_NONE(), MAP_FIXED_NOREPLACE));
            return true;
        } catch (NativeException taken) {
            return false;
        }
    }

    private static int readAndWrite() {
        return LibC.PROT_READ() | LibC.PROT_WRITE();
    }

    private static MemorySegment prepared(MemorySegment range) {
        try {
            refuseHugePages(range);
            excludeFromCoreDumps(range);
            return range;
        } catch (RuntimeException refused) {
            unmap(range);
            throw refused;
        }
    }

    private static MemorySegment mmap(long address, long bytes, int protection, int placing) {
        return mmap(address, bytes, protection, placing, bytes);
    }

    private static MemorySegment mmap(long address, long bytes, int protection, int placing, long asked) {
        int flags = LibC.MAP_PRIVATE() | LibC.MAP_ANONYMOUS() | LibC.MAP_NORESERVE() | placing;
        MemorySegment mapped;
        try {
            mapped = (MemorySegment) MMAP.invokeExact(
                    Downcall.state(), MemorySegment.ofAddress(address), bytes, protection, flags, -1, 0L);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (mapped.address() == MAP_FAILED) {
            throw new NativeException(
                    "mmap of " + asked + " bytes of address space",
                    Downcall.errno(),
                    "reserve less, or see ulimit -v and the sysctl vm.overcommit_memory (2 counts reservations)");
        }
        MemorySegment range = mapped.reinterpret(bytes);
        if (address != 0 && mapped.address() != address) {
            // A kernel before 4.17 takes the address as a mere wish.
            unmap(range);
            throw new NativeException("mmap of " + bytes + " bytes at a given address", EEXIST);
        }
        return range;
    }

    /**
     * The same bytes, bound to another arena's life and threads: usable until that arena is closed. Only for segments
     * of {@link LastingRanges}, which are never unmapped, so their own arena is no longer checked.
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
     * Gives pages back to the kernel at once: the process's resident size falls by the resident ones, and the range
     * reads as zeroes. It stays usable. Allocates no lasting object; adjacent pages cost far less in one call than in
     * several.
     *
     * <p>Pages that the process has locked (mlock, mlockall) go back as well, from Linux 5.18 on, and are locked again
     * when a thread next touches them.
     *
     * @return whether the pages were locked
     * @throws IndexOutOfBoundsException when the range is not inside the segment
     * @throws NativeException when the kernel refuses (locked pages before Linux 5.18, for one)
     */
    public static boolean giveBack(MemorySegment reserved, long offset, long length) {
        int errno = adviseOrErrno(reserved, offset, length, LibC.MADV_DONTNEED());
        if (errno == Errno.EINVAL) {
            errno = adviseOrErrno(reserved, offset, length, MADV_DONTNEED_LOCKED);
            if (errno == 0) {
                return true;
            }
        }
        if (errno != 0) {
            throw failed(reserved, offset, length, "MADV_DONTNEED", errno);
        }
        return false;
    }

    /** Leaves the range out of core dumps, which would otherwise be as large as it. */
    public static void excludeFromCoreDumps(MemorySegment reserved) {
        advise(reserved, 0, reserved.byteSize(), LibC.MADV_DONTDUMP(), "MADV_DONTDUMP");
    }

    /**
     * Lets each page become resident and leave by itself. Where the kernel's huge pages are on, touching one byte would
     * otherwise make 2 MiB resident. Kernels built without them refuse the advice and don't need it.
     */
    public static void refuseHugePages(MemorySegment reserved) {
        int errno = adviseOrErrno(reserved, 0, reserved.byteSize(), LibC.MADV_NOHUGEPAGE());
        if (errno != 0 && errno != Errno.EINVAL) {
            throw failed(reserved, 0, reserved.byteSize(), "MADV_NOHUGEPAGE", errno);
        }
    }

    /**
     * Makes the range resident without changing it, so that first use costs no page fault. Other threads may use it
     * meanwhile.
     */
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

    static void unmap(MemorySegment range) {
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
