package io.znsslab.tier.device;

import io.znsslab.bindings.Errno;
import io.znsslab.bindings.NativeException;
import io.znsslab.tier.device.DeviceException.Problem;
import java.nio.file.Path;

/** Turns errors of the kernel into exceptions that say what they mean for a device. */
final class DeviceErrors {
    /** {@code include/uapi/asm-generic/errno.h}; what the block layer makes of "too many open zones". */
    private static final int ETOOMANYREFS = 109;

    private static final int ENODEV = 19;
    private static final int ENOTDIR = 20;
    private static final int ELOOP = 40;
    private static final int EEXIST = 17;
    private static final int EFBIG = 27;
    private static final int EDQUOT = 122;

    private DeviceErrors() {}

    /** An error while creating a device file. */
    static DeviceException creating(Path path, NativeException e) {
        int errno = e.errno();
        if (errno == Errno.ENOENT || errno == ENOTDIR) {
            Path folder = path.toAbsolutePath().getParent();
            return of(
                    Problem.MISSING,
                    "can't create the device file " + path + ": there is no folder " + folder,
                    "make it first, or name a file elsewhere",
                    e);
        }
        if (errno == Errno.EACCES || errno == Errno.EPERM) {
            return of(
                    Problem.ACCESS_DENIED,
                    "no permission to create the device file " + path,
                    "name a file in a folder of yours",
                    e);
        }
        return opening(path.toString(), e);
    }

    /** An error while opening a device or file for reading and writing. */
    static DeviceException opening(String path, NativeException e) {
        return opening(path, "reading and writing", e);
    }

    /** An error while opening a device or file for that purpose. */
    static DeviceException opening(String path, String purpose, NativeException e) {
        int errno = e.errno();
        if (errno == Errno.ENOENT) {
            return of(
                    Problem.MISSING,
                    "there is no device or file " + path,
                    "check the path; `zns-slab config get device` shows what is configured",
                    e);
        }
        if (errno == Errno.ENXIO || errno == ENODEV) {
            return of(Problem.MISSING, "there is no device behind " + path, "is its driver loaded?", e);
        }
        if (errno == Errno.EBUSY) {
            return of(
                    Problem.BUSY,
                    path + " is in use: mounted, or opened by another process",
                    "`lsblk " + path + "` and `fuser -v " + path + "` say by whom",
                    e);
        }
        if (errno == Errno.ENOSPC || errno == EDQUOT) {
            return of(Problem.FULL, "there is no room for the file " + path, "free some on its file system", e);
        }
        if (errno == Errno.EACCES || errno == Errno.EPERM) {
            return of(
                    Problem.ACCESS_DENIED,
                    "no permission to open " + path + " for " + purpose,
                    "if it is a device of yours, run as its owner or as root",
                    e);
        }
        if (errno == Errno.EROFS) {
            return of(
                    Problem.ACCESS_DENIED,
                    path + " can't be opened for writing",
                    "its file system is mounted read-only",
                    e);
        }
        if (errno == ELOOP) {
            return of(Problem.FOREIGN, path + " leads through too many symbolic links", "name the device itself", e);
        }
        if (errno == EEXIST) {
            return of(
                    Problem.FOREIGN, "there is something at " + path + " already", "open it, or name another file", e);
        }
        return of(Problem.IO_ERROR, "could not open " + path, String.valueOf(e.getMessage()), e);
    }

    private static DeviceException of(Problem problem, String what, String remedy, NativeException cause) {
        return new DeviceException(problem, what + " (" + cause.errnoName() + "): " + remedy, cause);
    }

    /** The kind of trouble that an errno from a read, write or zone command means. */
    static Problem problem(int errno) {
        if (errno == ETOOMANYREFS) {
            return Problem.TOO_MANY_OPEN_ZONES;
        }
        if (errno == Errno.EOVERFLOW) {
            return Problem.TOO_MANY_ACTIVE_ZONES;
        }
        if (errno == ENODEV || errno == Errno.ENXIO) {
            return Problem.MISSING;
        }
        if (errno == Errno.ENOSPC || errno == EDQUOT || errno == EFBIG) {
            return Problem.FULL;
        }
        return Problem.IO_ERROR;
    }

    /** A failed request or command, in one line. {@code errno} 0 means that the medium ended. */
    static DeviceException failed(String attempt, int errno) {
        if (errno == 0) {
            return new DeviceException(Problem.IO_ERROR, attempt + " failed: the medium ends there");
        }
        return new DeviceException(
                problem(errno), attempt + " failed: " + Errno.name(errno) + ", " + Errno.text(errno));
    }

    /** The same from the exception that carries the errno. */
    static DeviceException failed(String attempt, NativeException e) {
        return new DeviceException(problem(e.errno()), attempt + " failed: " + e.getMessage(), e);
    }
}
