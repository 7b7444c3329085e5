package io.znsslab.tier.device;

import static java.util.Objects.requireNonNull;

import io.znsslab.bindings.Errno;
import io.znsslab.bindings.MissingLibraryException;
import io.znsslab.tier.RingException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.uring.Ring;
import io.znsslab.tier.uring.RingSettings;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How the kernel is asked for the transfers of one device: by io_uring, or, where that can't be had, by plain system
 * calls on a few threads. Decided when the first queue is opened, or asked for, and the same as long as the device is
 * open. Thread-safe.
 *
 * <p>Plain calls take the place of io_uring where it is forbidden (EPERM, ENOSYS), too old, or its library is missing:
 * none of these passes while a program runs. A ring that could not be set up for lack of memory or of file descriptors
 * is an error, as another lack of these is.
 */
final class KernelIo {
    /** System property by which a process asks for one method: {@code plain}, or {@code io_uring} and no other. */
    static final String PROPERTY = "znsslab.io";

    /**
     * Threads of a device at most. A blocking call waits for the medium and takes no processor, so there may be more
     * than processors; beyond what keeps a drive busy, each only costs its stack.
     */
    static final int MOST_THREADS = 16;

    private static final long IDLE_SECONDS = 10;
    private static final System.Logger LOGGER = System.getLogger(ZonedDevice.class.getName());
    /** Whether this process has said it: it holds for all its devices. */
    private static final AtomicBoolean SAID = new AtomicBoolean();

    private final IoTarget target;
    private final String asked = System.getProperty(PROPERTY, "");
    private final ReentrantLock lock = new ReentrantLock();

    // under the lock
    private @Nullable IoMethod method;
    private @Nullable String whyPlain;
    private @Nullable ThreadPoolExecutor workers;

    KernelIo(IoTarget target) {
        this.target = target;
        if (!asked.isEmpty() && !asked.equals("plain") && !asked.equals("io_uring")) {
            throw new IllegalArgumentException(
                    "the system property " + PROPERTY + " is '" + asked + "': must be io_uring or plain");
        }
    }

    /** Opens a queue; the first one decides how. */
    IoQueue open(RequestRules rules, IoQueueSettings settings, Runnable onClose) {
        lock.lock();
        try {
            if (method == null) {
                choose();
            }
            if (method == IoMethod.IO_URING) {
                return new RingQueue(target, rules, settings, onClose);
            }
            warn();
            return new PlainQueue(target, rules, settings, requireNonNull(workers), onClose);
        } finally {
            lock.unlock();
        }
    }

    IoMethod method() {
        lock.lock();
        try {
            if (method == null) {
                choose();
            }
            return requireNonNull(method);
        } finally {
            lock.unlock();
        }
    }

    /** @throws DeviceException if transfers don't go by io_uring */
    void requireRing() {
        lock.lock();
        try {
            if (method() == IoMethod.PLAIN) {
                throw new DeviceException(
                        Problem.NO_RING, "device " + target.name() + " is to be used by io_uring alone: " + whyPlain);
            }
        } finally {
            lock.unlock();
        }
    }

    private void choose() {
        String why = asked.equals("plain") ? "the system property " + PROPERTY + " asks for plain calls" : whyNoRing();
        if (why == null) {
            method = IoMethod.IO_URING;
            return;
        }
        workers = workers(target.name());
        whyPlain = why;
        method = IoMethod.PLAIN;
    }

    private void warn() {
        LOGGER.log(
                SAID.getAndSet(true) ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                "device " + target.name() + " is read and written by plain system calls on up to " + MOST_THREADS
                        + " threads, more slowly than by io_uring: " + whyPlain);
    }

    /** Why there is no io_uring; null if there is. */
    private @Nullable String whyNoRing() {
        try {
            Ring.open(new RingSettings(1, false)).close();
            return null;
        } catch (RingException e) {
            if (asked.isEmpty() && isLasting(e.errno())) {
                return e.getMessage();
            }
            throw new DeviceException(Problem.NO_RING, String.valueOf(e.getMessage()), e);
        } catch (MissingLibraryException e) {
            if (asked.isEmpty()) {
                return e.getMessage();
            }
            throw new DeviceException(Problem.NO_RING, String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean isLasting(int errno) {
        return errno == 0 || errno == Errno.EPERM || errno == Errno.ENOSYS;
    }

    private static ThreadPoolExecutor workers(String device) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                MOST_THREADS, MOST_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "zns-slab-io-" + number.incrementAndGet() + " " + device);
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }

    /** Lets the threads go, once all queues are closed. */
    void close() {
        lock.lock();
        try {
            if (workers != null) {
                workers.shutdown();
            }
        } finally {
            lock.unlock();
        }
    }
}
