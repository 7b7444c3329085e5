package io.znsslab.tier.device;

import io.znsslab.bindings.Errno;
import io.znsslab.bindings.PositionalIo;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An {@link IoQueue} of blocking system calls: each request goes to a thread of the device, which makes the call and
 * hands the request back to the queue's owner.
 *
 * <p>Who owns a request: its creator until {@link #submit}, then the thread that performs it, then, by way of the list
 * of the done ones and its lock, the queue's owner again. So its fields need no more than that lock.
 *
 * <p>Requests to one zone may be performed in any order, as those of a ring: a zone's writer has one write under way.
 */
final class PlainQueue implements IoQueue {
    /** A transfer sent back this often without a byte moved has failed. */
    private static final int MOST_ATTEMPTS = 100;

    private static final long BREATH_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final IoTarget target;
    private final RequestRules rules;
    private final Executor workers;
    private final int depth;
    private final boolean wakeable;
    private final Runnable onClose;

    /** Requests refused without a call of the kernel; the next poll completes them. */
    private final ArrayDeque<IoRequest> refused;

    /** Requests given to a worker and not yet completed. */
    private int performing;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // under the lock
    private final ArrayDeque<IoRequest> done;
    private boolean woken;
    private volatile boolean closed;

    PlainQueue(IoTarget target, RequestRules rules, IoQueueSettings settings, Executor workers, Runnable onClose) {
        this.target = target;
        this.rules = rules;
        this.workers = workers;
        this.depth = settings.depth();
        this.wakeable = settings.wakeable();
        this.onClose = onClose;
        this.refused = new ArrayDeque<>(depth);
        this.done = new ArrayDeque<>(depth);
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public int inFlight() {
        return performing + refused.size();
    }

    @Override
    public boolean mayHaveCompletion() {
        if (closed) {
            return false;
        }
        lock.lock();
        try {
            return !refused.isEmpty() || !done.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void submit(IoRequest request) {
        Objects.requireNonNull(request, "request must not be null");
        requireOpen();
        if (!hasRoom()) {
            throw new IllegalStateException("queue to " + target.name() + " is full: " + depth + " in flight");
        }
        if (!request.buffer().isNative()) {
            throw new IllegalArgumentException(
                    "a request to " + target.name() + " can't have heap memory: must be native");
        }
        request.transferredBytes = 0;
        request.attempts = 0;
        request.errno = 0;
        request.refusal = rules.refusalOf(request);
        if (request.refusal != null) {
            refused.add(request);
            return;
        }
        performing++;
        try {
            workers.execute(() -> perform(request));
        } catch (RuntimeException | Error noThread) {
            // The request was admitted, so it has an end.
            request.errno = Errno.EAGAIN;
            handBack(request);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("queue to " + target.name() + " is closed");
        }
    }

    /** Makes the system calls of a request; on a thread of the device. */
    private void perform(IoRequest request) {
        int errno = Errno.EIO;
        try {
            errno = request.kind() == IoRequest.Kind.FLUSH ? flush() : transfer(request);
        } finally {
            request.errno = errno;
            handBack(request);
        }
    }

    private int flush() {
        long result;
        do {
            result = PositionalIo.syncData(target.descriptor());
        } while (result == -Errno.EINTR);
        return (int) -result;
    }

    /** Transfers all bytes, unless the kernel refuses or the medium ends; the errno, or 0. */
    private int transfer(IoRequest request) {
        long address = request.buffer().address();
        long offset = rules.mediumOffset(request.offsetBytes());
        int length = request.lengthBytes();
        while (request.transferredBytes < length) {
            int moved = request.transferredBytes;
            long result = request.kind() == IoRequest.Kind.WRITE
                    ? PositionalIo.write(target.descriptor(), address + moved, length - moved, offset + moved)
                    : PositionalIo.read(target.descriptor(), address + moved, length - moved, offset + moved);
            if (result > 0) {
                request.transferredBytes += (int) result;
                request.attempts = 0;
            } else if (result == 0) {
                return 0;
            } else if (!isWorthAnother(request, (int) -result)) {
                return (int) -result;
            }
        }
        return 0;
    }

    private static boolean isWorthAnother(IoRequest request, int errno) {
        if (errno == Errno.EAGAIN && ++request.attempts < MOST_ATTEMPTS) {
            LockSupport.parkNanos(BREATH_NANOS);
            return true;
        }
        return errno == Errno.EINTR;
    }

    private void handBack(IoRequest request) {
        lock.lock();
        try {
            done.add(request);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int poll() {
        requireOpen();
        return complete();
    }

    @Override
    public int await() {
        requireOpen();
        lock.lock();
        try {
            while (done.isEmpty() && refused.isEmpty() && !woken && (performing > 0 || wakeable)) {
                changed.awaitUninterruptibly();
            }
            woken = false;
        } finally {
            lock.unlock();
        }
        return complete();
    }

    /** Completes what is done now, and what was refused before; not what that leads to. */
    private int complete() {
        int completed = 0;
        for (int left = doneCount(); left > 0; left--) {
            IoRequest request = takeDone();
            performing--;
            completed++;
            if (request.errno == 0 && request.transferredBytes == request.lengthBytes()) {
                rules.succeeded(request);
                request.completed(null);
            } else {
                request.completed(rules.failed(request, request.transferredBytes, request.errno));
            }
        }
        for (int left = refused.size(); left > 0; left--) {
            IoRequest request = refused.remove();
            completed++;
            request.completed(request.refusal);
        }
        return completed;
    }

    private int doneCount() {
        lock.lock();
        try {
            return done.size();
        } finally {
            lock.unlock();
        }
    }

    private IoRequest takeDone() {
        lock.lock();
        try {
            return done.remove();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        if (!wakeable) {
            throw new IllegalStateException("queue to " + target.name() + " was not opened as wakeable");
        }
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        while (inFlight() > 0) {
            await();
        }
        closed = true;
        onClose.run();
    }
}
