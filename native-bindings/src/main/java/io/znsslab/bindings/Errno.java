package io.znsslab.bindings;

import io.znsslab.bindings.libc.LibC;
import java.lang.foreign.MemorySegment;

/**
 * Names and texts of the kernel's error numbers. Thread-safe.
 *
 * <p>Numbers are those of x86-64 Linux (include/uapi/asm-generic/errno-base.h and errno.h).
 */
public final class Errno {

    public static final int EIO = LibC.EIO();
    public static final int ENXIO = LibC.ENXIO();
    public static final int EAGAIN = LibC.EAGAIN();
    public static final int EINTR = LibC.EINTR();
    public static final int ENOMEM = LibC.ENOMEM();
    public static final int EACCES = LibC.EACCES();
    public static final int EPERM = LibC.EPERM();
    public static final int ENOENT = LibC.ENOENT();
    public static final int EBADF = LibC.EBADF();
    public static final int EBUSY = LibC.EBUSY();
    public static final int EINVAL = LibC.EINVAL();
    public static final int ENOSPC = LibC.ENOSPC();
    public static final int EROFS = LibC.EROFS();
    public static final int ENODATA = LibC.ENODATA();
    public static final int ENOSYS = LibC.ENOSYS();
    public static final int ETIMEDOUT = LibC.ETIMEDOUT();
    public static final int EOPNOTSUPP = LibC.EOPNOTSUPP();
    public static final int EREMOTEIO = LibC.EREMOTEIO();
    public static final int ECANCELED = LibC.ECANCELED();
    public static final int EOVERFLOW = LibC.EOVERFLOW();

    // In the order of their numbers, from 1; a dash where the platform has none. A number with two names has the usual
    // one.
    private static final String[] NAMES = """
            EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK
            EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE
            EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM
            ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT
            - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP
            EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ
            ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT
            ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH
            ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT
            ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM
            EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED
            EOWNERDEAD ENOTRECOVERABLE ERFKILL
            """.split("\\s+");

    private Errno() {}

    /** The name of an error number, such as {@code EIO}; {@code errno 4711} for a number that has none. */
    public static String name(int errno) {
        boolean known = errno >= 1 && errno <= NAMES.length && !NAMES[errno - 1].equals("-");
        return known ? NAMES[errno - 1] : "errno " + errno;
    }

    /** What the C library says about an error number, such as {@code Input/output error}. */
    public static String text(int errno) {
        // glibc gives each thread its own buffer for numbers it does not know, so the string is ours until we return.
        MemorySegment text = LibC.strerror(errno);
        return text.reinterpret(Integer.MAX_VALUE).getString(0);
    }

    /** Highest number that has a name. */
    static int highest() {
        return NAMES.length;
    }
}
