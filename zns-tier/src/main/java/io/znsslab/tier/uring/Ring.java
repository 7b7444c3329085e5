package io.znsslab.tier.uring;

import io.znsslab.bindings.Errno;
import io.znsslab.bindings.NativeLibrary;
import io.znsslab.bindings.NativeMemory;
import io.znsslab.bindings.libc.LibC;
import io.znsslab.bindings.uring.LibUring;
import io.znsslab.bindings.uring.io_uring;
import io.znsslab.bindings.uring.io_uring_cq;
import io.znsslab.bindings.uring.io_uring_cqe;
import io.znsslab.bindings.uring.io_uring_params;
import io.znsslab.bindings.uring.io_uring_sq;
import io.znsslab.bindings.uring.io_uring_sqe;
import io.znsslab.bindings.uring.iovec;
import io.znsslab.tier.RingException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A submission and a completion queue shared with the kernel.
 *
 * <p>Not thread-safe: one thread at a time, and always the same one when set up for a single owner. No call allocates
 * on the heap once the ring stands.
 */
public final class Ring implements AutoCloseable {
    /** Stands for a buffer that isn't registered. */
    public static final int NO_FIXED_BUFFER = -1;

    /** {@link #enter} could submit nothing because the kernel is short of something; reap, then try again. */
    public static final int TRY_AGAIN = -1;

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final long OPCODE = io_uring_sqe.opcode$offset();
    private static final long FLAGS = io_uring_sqe.flags$offset();
    private static final long FD = io_uring_sqe.fd$offset();
    private static final long OFFSET = io_uring_sqe.off$offset();
    private static final long ADDRESS = io_uring_sqe.addr$offset();
    private static final long LENGTH = io_uring_sqe.len$offset();
    private static final long OPERATION_FLAGS = io_uring_sqe.rw_flags$offset();
    private static final long USER_DATA = io_uring_sqe.user_data$offset();
    private static final long BUFFER_INDEX = io_uring_sqe.buf_index$offset();
    private static final long ENTRY_BYTES = io_uring_sqe.sizeof();
    private static final long COMPLETION_BYTES = io_uring_cqe.sizeof();
    private static final long COMPLETION_USER_DATA = io_uring_cqe.user_data$offset();
    private static final long COMPLETION_RESULT = io_uring_cqe.res$offset();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment ring;
    private final RingFeatures features;
    private final MemorySegment submissionHead;
    private final MemorySegment submissionTail;
    private final MemorySegment submissionFlags;
    private final MemorySegment entries;
    private final int entryMask;
    private final int entryCount;
    private final MemorySegment completionHead;
    private final MemorySegment completionTail;
    private final MemorySegment completionsDropped;
    private final MemorySegment completions;
    private final int completionMask;
    private final int enterFd;
    private final int enterFlags;
    private int tail;
    private boolean fileRegistered;
    private boolean buffersRegistered;
    private boolean closed;

    private Ring(RingSettings settings) {
        ring = io_uring.allocate(arena);
        features = setUp(settings);
        MemorySegment submission = ring.asSlice(io_uring.sq$offset(), io_uring_sq.sizeof());
        submissionHead = index(io_uring_sq.khead(submission));
        submissionTail = index(io_uring_sq.ktail(submission));
        submissionFlags = index(io_uring_sq.kflags(submission));
        entryCount = index(io_uring_sq.kring_entries(submission)).get(ValueLayout.JAVA_INT, 0);
        entryMask = index(io_uring_sq.kring_mask(submission)).get(ValueLayout.JAVA_INT, 0);
        entries = NativeMemory.view(io_uring_sq.sqes(submission), ENTRY_BYTES * entryCount, arena);
        MemorySegment order = NativeMemory.view(io_uring_sq.array(submission), 4L * entryCount, arena);
        for (int i = 0; i < entryCount; i++) {
            // Entry i is always announced in place i, so the indirection needs no further writes.
            order.setAtIndex(ValueLayout.JAVA_INT, i, i);
        }
        MemorySegment completion = ring.asSlice(io_uring.cq$offset(), io_uring_cq.sizeof());
        completionHead = index(io_uring_cq.khead(completion));
        completionTail = index(io_uring_cq.ktail(completion));
        completionsDropped = index(io_uring_cq.koverflow(completion));
        int completionCount = index(io_uring_cq.kring_entries(completion)).get(ValueLayout.JAVA_INT, 0);
        completionMask = index(io_uring_cq.kring_mask(completion)).get(ValueLayout.JAVA_INT, 0);
        completions = NativeMemory.view(io_uring_cq.cqes(completion), COMPLETION_BYTES * completionCount, arena);
        tail = (int) INT.getAcquire(submissionTail, 0L);
        // A registered ring descriptor saves the kernel a look-up at each entry, but belongs to the thread that
        // registered it.
        if (settings.singleOwner() && LibUring.io_uring_register_ring_fd(ring) == 1) {
            enterFd = io_uring.enter_ring_fd(ring);
            enterFlags = LibUring.IORING_ENTER_REGISTERED_RING();
        } else {
            enterFd = io_uring.ring_fd(ring);
            enterFlags = 0;
        }
    }

    /**
     * Sets a ring up with as many of the newer features as the kernel has.
     *
     * @throws RingException when the kernel has no usable io_uring, or forbids it
     */
    public static Ring open(RingSettings settings) {
        NativeLibrary.LIBURING.require();
        return new Ring(settings);
    }

    private RingFeatures setUp(RingSettings settings) {
        try {
            return RingFeatures.setUp(ring, io_uring_params.allocate(arena), settings);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private MemorySegment index(MemorySegment pointer) {
        return NativeMemory.view(pointer, 4, arena);
    }

    /** The features of this kernel's io_uring. */
    public RingFeatures features() {
        return features;
    }

    /** Most operations that can be prepared between two calls of {@link #enter}. */
    public int entryCount() {
        return entryCount;
    }

    /**
     * Registers memory, whose pages are then pinned once instead of at each operation.
     *
     * @return false when the process may not lock that much memory ({@code RLIMIT_MEMLOCK}); operations then go without
     */
    public boolean registerBuffers(MemorySegment... buffers) {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment vectors = iovec.allocateArray(buffers.length, temporary);
            for (int i = 0; i < buffers.length; i++) {
                MemorySegment vector = iovec.asSlice(vectors, i);
                iovec.iov_base(vector, buffers[i]);
                iovec.iov_len(vector, buffers[i].byteSize());
            }
            int result = LibUring.io_uring_register_buffers(ring, vectors, buffers.length);
            if (result == -LibC.ENOMEM() || result == -LibC.EPERM()) {
                return false;
            }
            require(result, "register buffers");
            buffersRegistered = true;
            return true;
        }
    }

    /**
     * Registers the file that operations then name as {@code fixedFile}; saves the kernel a reference count at each.
     */
    public void registerFile(int fd) {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment files = temporary.allocateFrom(ValueLayout.JAVA_INT, fd);
            require(LibUring.io_uring_register_files(ring, files, 1), "register file descriptor " + fd);
            fileRegistered = true;
        }
    }

    /** Number of operations prepared but not yet accepted by the kernel. */
    public int unsubmitted() {
        return tail - (int) INT.getAcquire(submissionHead, 0L);
    }

    /** Whether an operation can be prepared now. */
    public boolean hasRoom() {
        return unsubmitted() < entryCount;
    }

    /**
     * Prepares a read or write of registered or other memory; it goes to the kernel with the next {@link #enter}.
     *
     * @param write false for a read
     * @param fd file descriptor; ignored when a file was registered and {@code registered} says so
     * @param bufferIndex index of the registered buffer that the memory lies in, or {@link #NO_FIXED_BUFFER}
     */
    public void prepareTransfer(
            boolean write,
            int fd,
            boolean registered,
            long address,
            int length,
            long offset,
            int bufferIndex,
            long userData) {
        boolean fixed = bufferIndex != NO_FIXED_BUFFER;
        int operation;
        if (write) {
            operation = fixed ? LibUring.IORING_OP_WRITE_FIXED() : LibUring.IORING_OP_WRITE();
        } else {
            operation = fixed ? LibUring.IORING_OP_READ_FIXED() : LibUring.IORING_OP_READ();
        }
        prepare(operation, fd, registered, address, length, offset, 0, fixed ? bufferIndex : 0, userData);
    }

    /** Prepares a flush of the file's data, and of what metadata is needed to read it, down to the medium. */
    public void prepareFlush(int fd, boolean registered, long userData) {
        prepare(LibUring.IORING_OP_FSYNC(), fd, registered, 0, 0, 0, LibUring.IORING_FSYNC_DATASYNC(), 0, userData);
    }

    private void prepare(
            int operation,
            int fd,
            boolean registered,
            long address,
            int length,
            long offset,
            int operationFlags,
            int bufferIndex,
            long userData) {
        if (!hasRoom()) {
            throw new IllegalStateException("submission queue is full: " + entryCount + " entries");
        }
        boolean fixedFile = registered && fileRegistered;
        long entry = (tail & entryMask) * ENTRY_BYTES;
        for (long offsetInEntry = 0; offsetInEntry < ENTRY_BYTES; offsetInEntry += Long.BYTES) {
            entries.set(ValueLayout.JAVA_LONG, entry + offsetInEntry, 0L);
        }
        entries.set(ValueLayout.JAVA_BYTE, entry + OPCODE, (byte) operation);
        entries.set(ValueLayout.JAVA_BYTE, entry + FLAGS, fixedFile ? (byte) LibUring.IOSQE_FIXED_FILE() : 0);
        entries.set(ValueLayout.JAVA_INT, entry + FD, fixedFile ? 0 : fd);
        entries.set(ValueLayout.JAVA_LONG, entry + OFFSET, offset);
        entries.set(ValueLayout.JAVA_LONG, entry + ADDRESS, address);
        entries.set(ValueLayout.JAVA_INT, entry + LENGTH, length);
        entries.set(ValueLayout.JAVA_INT, entry + OPERATION_FLAGS, operationFlags);
        entries.set(ValueLayout.JAVA_SHORT, entry + BUFFER_INDEX, (short) bufferIndex);
        entries.set(ValueLayout.JAVA_LONG, entry + USER_DATA, userData);
        tail++;
        INT.setRelease(submissionTail, 0L, tail);
    }

    /**
     * Submits prepared operations to the kernel and, when asked, waits. Interrupted calls are repeated.
     *
     * @param minimumCompletions how many completions to wait for; 0 returns at once
     * @return how many operations the kernel took, or {@link #TRY_AGAIN}
     * @throws RingException when the kernel refuses for another reason
     */
    public int enter(int minimumCompletions) {
        int flags = enterFlags | LibUring.IORING_ENTER_GETEVENTS();
        while (true) {
            int result = LibUring.io_uring_enter(enterFd, unsubmitted(), minimumCompletions, flags, MemorySegment.NULL);
            if (result >= 0) {
                return result;
            }
            if (result == -LibC.EAGAIN() || result == -LibC.EBUSY()) {
                return TRY_AGAIN;
            }
            if (result != -LibC.EINTR()) {
                throw failure(result, "enter the ring with " + unsubmitted() + " operations", "");
            }
        }
    }

    /**
     * Whether the kernel holds completions back until the next enter: deferred task work, or an overflown completion
     * queue.
     */
    public boolean needsEntering() {
        int flags = (int) INT.getAcquire(submissionFlags, 0L);
        return (flags & (LibUring.IORING_SQ_TASKRUN() | LibUring.IORING_SQ_CQ_OVERFLOW())) != 0;
    }

    /** Whether {@link #reap} would find a completion. */
    public boolean hasCompletion() {
        return (int) INT.getAcquire(completionTail, 0L) != (int) INT.get(completionHead, 0L);
    }

    /**
     * Passes the available completions to the handler, which may prepare further operations, but not enter or reap.
     *
     * @param most how many to pass at most
     * @return how many were passed
     */
    public int reap(CompletionHandler handler, int most) {
        int head = (int) INT.get(completionHead, 0L);
        int end = (int) INT.getAcquire(completionTail, 0L);
        int count = Math.min(most, end - head);
        end = head + count;
        while (head != end) {
            long entry = (head & completionMask) * COMPLETION_BYTES;
            long userData = completions.get(ValueLayout.JAVA_LONG, entry + COMPLETION_USER_DATA);
            int result = completions.get(ValueLayout.JAVA_INT, entry + COMPLETION_RESULT);
            head++;
            // The head moves one by one: a handler that throws loses no other completion.
            INT.setRelease(completionHead, 0L, head);
            handler.completed(userData, result);
        }
        int dropped = (int) INT.getAcquire(completionsDropped, 0L);
        if (dropped != 0) {
            throw new RingException(
                    "io_uring dropped " + dropped + " completions; their operations' fate is unknown", 0);
        }
        return count;
    }

    /** Frees the ring. All operations must have completed: the kernel would go on writing into their buffers. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            // The kernel takes rings down in the background; what it still holds then would keep the file open, and its
            // lock.
            if (fileRegistered) {
                LibUring.io_uring_unregister_files(ring);
            }
            if (buffersRegistered) {
                LibUring.io_uring_unregister_buffers(ring);
            }
            LibUring.io_uring_queue_exit(ring);
            arena.close();
        }
    }

    static void require(int result, String attempt) {
        if (result < 0) {
            throw failure(result, attempt, "");
        }
    }

    static RingException failure(int result, String attempt, String remedy) {
        String reason = Errno.name(-result) + ", " + Errno.text(-result);
        String message = "io_uring could not " + attempt + ": " + reason + (remedy.isEmpty() ? "" : "; " + remedy);
        return new RingException(message, -result);
    }
}
