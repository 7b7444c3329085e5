package io.znsslab.tier.device;

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

/**
 * The regular file below a {@link FileZonedDevice}: opened once, by its owner, past the page cache where the file
 * system can.
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

    private DeviceFile(NativeFile file, boolean direct) {
        this.file = file;
        this.direct = direct;
    }

    /** Has changes fail as planned from now on. Before other threads use the file. */
    DeviceFile failingAs(FileFaults planned) {
        faults = planned;
        return this;
    }

    /** Why a change is to fail; null when it is not. */
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

    /** Makes a file that did not exist, whose changes fail as planned. */
    static DeviceFile createExclusively(Path path, FileFaults planned) {
        DeviceFile made = open(path, OpenFlag.READ_WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE, OpenFlag.NO_FOLLOW)
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

    /** Opens a device file that exists, is ours, and in nobody else's hands. */
    static DeviceFile openExclusively(Path path) {
        DeviceFile opened = openForWriting(path);
        try {
            opened.requireRegular();
            // Whose it is matters only of a device file: nobody is to change the permissions of anything else.
            FileHeaders.requireDeviceFile(opened);
            opened.requireOwned();
            opened.lock();
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private static DeviceFile openForWriting(Path path) {
        try {
            return open(path, OpenFlag.READ_WRITE, OpenFlag.NO_FOLLOW);
        } catch (DeviceException e) {
            if (e.problem() == Problem.ACCESS_DENIED && Files.isReadable(path)) {
                // To become root would not help with what is no device file.
                try (DeviceFile looked = open(path, OpenFlag.READ_ONLY, OpenFlag.NO_FOLLOW)) {
                    FileHeaders.requireDeviceFile(looked);
                }
            }
            throw e;
        }
    }

    private static DeviceFile open(Path path, OpenFlag... flags) {
        OpenFlag[] directly = java.util.Arrays.copyOf(flags, flags.length + 1);
        directly[flags.length] = OpenFlag.DIRECT;
        try {
            return new DeviceFile(NativeFile.open(path, directly), true);
        } catch (NativeException e) {
            if (e.errno() != Errno.EINVAL) {
                throw DeviceErrors.opening(path.toString(), e);
            }
        }
        // A file system without direct I/O. Should the refused call have made the file, it is ours and empty, so that
        // it can go.
        try {
            for (OpenFlag flag : flags) {
                if (flag == OpenFlag.EXCLUSIVE && Files.exists(path) && Files.size(path) == 0) {
                    Files.delete(path);
                }
            }
            return new DeviceFile(NativeFile.open(path, flags), false);
        } catch (NativeException e) {
            throw DeviceErrors.opening(path.toString(), e);
        } catch (IOException e) {
            throw new DeviceException(Problem.IO_ERROR, "could not make the file " + path + ": " + e, e);
        }
    }

    private int attribute(String name) {
        try {
            // Of the open file, not of whatever the path names by now.
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
     * The owner may share the file with a group that we are in, as volumes of containers are; with everybody he may
     * not.
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
                    "group " + group + ", which we are not in, may use the device file " + name() + " (mode "
                            + permissions + "): `chmod 600 " + name()
                            + "` first, or give it to a group that you are in");
        }
    }

    /**
     * A file system without permissions gives a new file those of its mount. What could not be opened again is not
     * made.
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

    /** Whether reads and writes go past the page cache. */
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

    /** How much of so many bytes its file system has no room for; 0 when it has for all, or does not say. */
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
     * @param making whether the file is being made, and may be written
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

    /** Takes room for a part of the file, where the file system knows how to. */
    void allocate(long offset, long bytes) {
        meetFault(FileFaults.Change.TAKE_ROOM, offset);
        String attempt = "taking room for " + bytes + " bytes at " + offset + " of the file " + name();
        try {
            file.allocate(offset, bytes);
        } catch (NativeException e) {
            if (DeviceErrors.problem(e.errno()) == Problem.FULL) {
                throw DeviceErrors.failed(attempt, e);
            }
            // It has no such thing: then a write may still fail for want of room, and is refused as it does.
            LOGGER.log(System.Logger.Level.DEBUG, () -> attempt + " is not possible: " + e.getMessage());
        }
    }

    void flush() {
        meetFault(FileFaults.Change.FLUSH, 0);
        perform("flush of the file " + name(), file::syncData);
    }

    /** Makes the file's name durable, too. */
    void flushWithDirectory() {
        perform("flush of the new file " + name(), () -> {
            file.sync();
            Path folder = file.path().toAbsolutePath().getParent();
            try (NativeFile directory = NativeFile.open(folder, OpenFlag.READ_ONLY)) {
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

    /** Takes back the making of a file. */
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
