package io.znsslab.tier.device;

import static java.util.Objects.requireNonNull;

import io.znsslab.bindings.Errno;
import io.znsslab.bindings.NativeException;
import io.znsslab.bindings.NativeFile;
import io.znsslab.bindings.OpenFlag;
import io.znsslab.tier.device.DeviceException.Problem;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The regular file below a {@link FileZonedDevice}: opened once, by its owner, with direct I/O where the file system
 * supports it.
 */
final class DeviceFile implements IoTarget, AutoCloseable {
    /** {@code include/uapi/linux/stat.h}: file type bits of a mode, and those of a regular file. */
    private static final int S_IFMT = 0xF000;

    private static final int S_IFREG = 0x8000;
    private static final int LARGEST_BLOCK = 4096;
    private static final int GROUP = 070;
    private static final int OTHERS = 07;

    private static final System.Logger LOGGER = System.getLogger(DeviceFile.class.getName());

    private final NativeFile file;
    private final boolean direct;
    private FileFaults faults = FileFaults.NONE;
    private boolean writtenByOthers;

    private DeviceFile(NativeFile file, boolean direct) {
        this.file = file;
        this.direct = direct;
    }

    /** Makes changes fail as planned from now on. Called before other threads use the file. */
    DeviceFile failingAs(FileFaults planned) {
        faults = planned;
        return this;
    }

    /** The planned failure of a change; null when the change is to succeed. */
    @Nullable
    DeviceException faultOf(FileFaults.Change change, long offset) {
        int errno = faults.errnoOf(change, offset);
        return errno == 0 ? null : DeviceErrors.failed(change + " of the file " + name(), errno);
    }

    private void meetFault(FileFaults.Change change, long offset) {
        DeviceException fault = faultOf(change, offset);
        if (fault != null) {
            throw fault;
        }
    }

    /** Creates a file, which must not exist yet, whose changes fail as planned. */
    static DeviceFile createExclusively(Path path, FileFaults planned) {
        DeviceFile made = open(path, OpenFlag.READ_WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE)
                .failingAs(planned);
        try {
            made.requireOursAlone();
            made.lock();
            return made;
        } catch (RuntimeException | Error e) {
            made.closeAndDelete();
            throw e;
        }
    }

    /**
     * Opens an existing device file that this user owns and that no other process has open. Symbolic links are
     * followed, as they are to block devices: whose the file is, and whether it is a device file, is asked of the open
     * file itself.
     */
    static DeviceFile openExclusively(Path path) {
        DeviceFile opened = openForWriting(path);
        try {
            opened.requireRegular();
            // Ownership is checked for device files only: the message must not suggest changing the permissions of any
            // other file.
            FileHeaders.requireDeviceFile(opened);
            opened.requireOwned();
            opened.lock();
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Opens an existing device file to read it, whoever owns it, also where the file or its file system can't be
     * written, and while another process writes it.
     */
    static DeviceFile openToRead(Path path) {
        DeviceFile opened = open(path, OpenFlag.READ_ONLY);
        try {
            opened.requireRegular();
            FileHeaders.requireDeviceFile(opened);
            opened.writtenByOthers = !opened.file.tryLockShared();
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private static DeviceFile openForWriting(Path path) {
        try {
            return open(path, OpenFlag.READ_WRITE);
        } catch (DeviceException e) {
            if (e.problem() == Problem.ACCESS_DENIED && Files.isReadable(path)) {
                // The advice to become root would be wrong for a file that is no device file.
                try (DeviceFile looked = open(path, OpenFlag.READ_ONLY)) {
                    FileHeaders.requireDeviceFile(looked);
                }
            }
            throw e;
        }
    }

    private static DeviceFile open(Path path, OpenFlag... flags) {
        OpenFlag[] directly = Arrays.copyOf(flags, flags.length + 1);
        directly[flags.length] = OpenFlag.DIRECT;
        try {
            return new DeviceFile(NativeFile.open(path, directly), true);
        } catch (NativeException e) {
            if (e.errno() != Errno.EINVAL) {
                throw refused(path, e, flags);
            }
        }
        // The file system has no direct I/O. If the refused call created the file, the file is ours and empty, and can
        // go.
        try {
            for (OpenFlag flag : flags) {
                if (flag == OpenFlag.EXCLUSIVE && Files.exists(path) && Files.size(path) == 0) {
                    Files.delete(path);
                }
            }
            return new DeviceFile(NativeFile.open(path, flags), false);
        } catch (NativeException e) {
            throw refused(path, e, flags);
        } catch (IOException e) {
            throw new DeviceException(Problem.IO_ERROR, "could not make the file " + path + ": " + e, e);
        }
    }

    private static DeviceException refused(Path path, NativeException e, OpenFlag... flags) {
        return Arrays.asList(flags).contains(OpenFlag.CREATE)
                ? DeviceErrors.creating(path, e)
                : DeviceErrors.opening(
                        path.toString(), flags[0] == OpenFlag.READ_ONLY ? "reading" : "reading and writing", e);
    }

    private int attribute(String name) {
        try {
            // The mode of the open file, not of the file that the path names by now.
            return (int) Files.getAttribute(Path.of("/proc/self/fd/" + file.descriptor()), "unix:" + name);
        } catch (IOException e) {
            throw new DeviceException(Problem.IO_ERROR, "could not find out whose the file " + name() + " is: " + e, e);
        }
    }

    private void requireRegular() {
        if ((attribute("mode") & S_IFMT) != S_IFREG) {
            throw new DeviceException(
                    Problem.NOT_ZONED, name() + " is neither a zoned block device nor a regular file");
        }
    }

    /**
     * Requires that only the owner can change the file. The owner may share it with a group that this process is in, as
     * volumes of containers are; never with all users.
     */
    private void requireOwned() {
        int owner = attribute("uid");
        int ourselves = ProcessIdentity.user();
        if (owner != ourselves) {
            throw new DeviceException(
                    Problem.FOREIGN,
                    name() + " belongs to user " + owner + ", not to us (" + ourselves
                            + "): a device file is only opened by its owner");
        }
        int mode = attribute("mode");
        String permissions = Integer.toOctalString(mode & 0777);
        if ((mode & OTHERS) != 0) {
            throw new DeviceException(
                    Problem.FOREIGN,
                    "others than its owner may use the device file " + name() + " (mode " + permissions
                            + "): `chmod 600 " + name() + "` first, or 660 to share it with a group that you are in");
        }
        int group = attribute("gid");
        if ((mode & GROUP) != 0 && !ProcessIdentity.groups().contains(group)) {
            throw new DeviceException(
                    Problem.FOREIGN,
                    "group " + group + ", which this process is not in, may use the device file " + name() + " (mode "
                            + permissions + "): `chmod 600 " + name()
                            + "` first, or give it to a group that you are in");
        }
    }

    /**
     * Requires that a new file has its owner's permissions only. A file system without permissions gives it those of
     * the mount; a file that could not be opened again is not created.
     */
    private void requireOursAlone() {
        int mode = faults.permissionsOf(attribute("mode") & 0777);
        if ((mode & (GROUP | OTHERS)) != 0 || attribute("uid") != ProcessIdentity.user()) {
            throw new DeviceException(
                    Problem.ACCESS_DENIED,
                    "the device file " + name() + " can't be made: its file system keeps no permissions, and would let "
                            + "others use it (mode " + Integer.toOctalString(mode) + ", user " + attribute("uid")
                            + "); mount it with umask=077 and your uid, or name a file elsewhere");
        }
    }

    private void lock() {
        if (!file.tryLock()) {
            throw new DeviceException(
                    Problem.BUSY, "the device file " + name() + " is open already, in this process or another");
        }
    }

    @Override
    public String name() {
        return file.path().toString();
    }

    @Override
    public int descriptor() {
        return file.descriptor();
    }

    /**
     * Whether another process, or another object of this one, had the file open for writing when this one opened it.
     */
    boolean isWrittenByOthers() {
        return writtenByOthers;
    }

    /** Whether reads and writes bypass the page cache. */
    boolean isDirect() {
        return direct;
    }

    long length() {
        try {
            return Files.size(Path.of("/proc/self/fd/" + file.descriptor()));
        } catch (IOException e) {
            throw new DeviceException(Problem.IO_ERROR, "could not find out the size of " + name() + ": " + e, e);
        }
    }

    /** How many of that many bytes the file system has no space for; 0 when it has space for all, or does not say. */
    long roomMissingFor(long bytes) {
        File onDisk = file.path().toFile();
        return onDisk.getTotalSpace() == 0 ? 0 : Math.max(0, bytes - onDisk.getUsableSpace());
    }

    void setLength(long bytes) {
        perform("setting the size of " + name() + " to " + bytes + " bytes", () -> file.truncate(bytes));
    }

    /** Reads all of {@code into}. */
    void read(long offset, MemorySegment into) {
        perform("read of " + into.byteSize() + " bytes at " + offset + " of the file " + name(), () -> {
            for (long done = 0; done < into.byteSize(); ) {
                long bytes = file.read(into.asSlice(done), offset + done);
                if (bytes == 0) {
                    throw DeviceErrors.failed(
                            "read of " + into.byteSize() + " bytes at " + offset + " of the file " + name(), 0);
                }
                done += bytes;
            }
        });
    }

    /** Writes all of {@code from}. */
    void write(long offset, MemorySegment from) {
        meetFault(FileFaults.Change.WRITE_TABLE, offset);
        perform("write of " + from.byteSize() + " bytes at " + offset + " of the file " + name(), () -> {
            for (long done = 0; done < from.byteSize(); ) {
                done += file.write(from.asSlice(done), offset + done);
            }
        });
    }

    /**
     * Refuses blocks that are smaller than what the disk transfers: they could never be written.
     *
     * @param making whether the file is being created, and may be written
     */
    void requireBlocks(int blockBytes, boolean making) {
        if (!direct) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(LARGEST_BLOCK, LARGEST_BLOCK);
            int least = blockBytes;
            while (least < LARGEST_BLOCK && !takes(block.asSlice(0, least), making)) {
                least *= 2;
            }
            if (least != blockBytes) {
                throw new DeviceException(
                        Problem.OUT_OF_RANGE,
                        "the device file " + name() + " can't have blocks of " + blockBytes
                                + " bytes: the disk below it transfers " + least
                                + " bytes at least; make it with blocks of "
                                + least);
            }
        }
    }

    private boolean takes(MemorySegment block, boolean making) {
        int errno = faults.errnoOf(FileFaults.Change.TRY_BLOCK, block.byteSize());
        if (errno == 0) {
            try {
                if (making) {
                    file.write(block, 0);
                } else {
                    file.read(block, 0);
                }
            } catch (NativeException e) {
                errno = e.errno();
            }
        }
        return errno != Errno.EINVAL;
    }

    /** Allocates blocks for a part of the file, where the file system can. */
    void allocate(long offset, long bytes) {
        meetFault(FileFaults.Change.TAKE_ROOM, offset);
        String attempt = "taking room for " + bytes + " bytes at " + offset + " of the file " + name();
        try {
            file.allocate(offset, bytes);
        } catch (NativeException e) {
            if (DeviceErrors.problem(e.errno()) == Problem.FULL) {
                throw DeviceErrors.failed(attempt, e);
            }
            // The file system can't allocate ahead: a write may still fail for lack of space, and is then refused.
            LOGGER.log(System.Logger.Level.DEBUG, () -> attempt + " is not possible: " + e.getMessage());
        }
    }

    void flush() {
        meetFault(FileFaults.Change.FLUSH, 0);
        perform("flush of the file " + name(), file::syncData);
    }

    /** Makes the file and its name durable. */
    void flushWithDirectory() {
        perform("flush of the new file " + name(), () -> {
            file.sync();
            Path folder = file.path().toAbsolutePath().getParent();
            try (NativeFile directory = NativeFile.open(requireNonNull(folder), OpenFlag.READ_ONLY)) {
                directory.sync();
            }
        });
    }

    private static void perform(String attempt, Runnable call) {
        try {
            call.run();
        } catch (NativeException e) {
            throw DeviceErrors.failed(attempt, e);
        }
    }

    @Override
    public void close() {
        file.close();
    }

    /** Deletes a file whose creation failed. */
    void closeAndDelete() {
        try {
            Files.deleteIfExists(file.path());
        } catch (IOException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING, "the unfinished device file " + name() + " could not be removed", e);
        } finally {
            file.close();
        }
    }
}
