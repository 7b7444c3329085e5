package io.znsslab.bindings;

import java.io.Serial;

/**
 * A call into the kernel or a native library failed. The message says what was attempted, and the error's name, number
 * and text: {@code open /dev/nvme1n1 (READ_WRITE, DIRECT): EACCES (13), Permission denied}.
 */
public final class NativeException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * @param call what was attempted, on what, with which values; begins with the function's name
     * @param errno the positive error number
     */
    public NativeException(String call, int errno) {
        this(call, errno, "");
    }

    /**
     * @param call what was attempted, on what, with which values; begins with the function's name
     * @param errno the positive error number
     * @param remedy what to do about it, or empty
     */
    public NativeException(String call, int errno, String remedy) {
        super(call + ": " + Errno.name(errno) + " (" + errno + "), " + Errno.text(errno)
                + (remedy.isEmpty() ? "" : "; " + remedy));
        this.call = call;
        this.errno = errno;
    }

    /**
     * Turns the convention of liburing and of raw system calls (a negative result is {@code -errno}) into ours.
     *
     * @return the result, when it is not negative
     * @throws NativeException when it is
     */
    public static int check(int result, String call) {
        if (result < 0) {
            throw new NativeException(call, -result);
        }
        return result;
    }

    /** What was attempted. */
    public String call() {
        return call;
    }

    /** The error number, positive; compare with the constants of {@link Errno}. */
    public int errno() {
        return errno;
    }

    /** The error's name, such as {@code EIO}. */
    public String errnoName() {
        return Errno.name(errno);
    }
}
