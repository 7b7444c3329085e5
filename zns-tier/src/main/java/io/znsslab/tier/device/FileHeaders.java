package io.znsslab.tier.device;

import io.znsslab.tier.device.DeviceException.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The headers of a device file, as read.
 *
 * @param shape of the device
 * @param version of the file's format
 * @param sound whether all copies are intact
 */
record FileHeaders(FileGeometry shape, int version, boolean sound) {
    private static final int BLOCK = FileHeaderLayout.BLOCK_BYTES;

    /**
     * Reads the headers; the copy replaces a damaged one.
     *
     * @throws DeviceException when the file is no device file, is of another version, is cut short, or has lost both
     *     headers
     */
    static FileHeaders read(DeviceFile file) {
        requireLength(file);
        long length = file.length();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = arena.allocate(BLOCK, BLOCK);
            MemorySegment last = arena.allocate(BLOCK, BLOCK);
            file.read(0, first);
            if (length % BLOCK == 0) {
                file.read(length - BLOCK, last);
            }
            if (!FileHeaderLayout.isValid(first) && isCopy(last, file)) {
                FileGeometry shape = FileHeaderLayout.read(last, file.name());
                return new FileHeaders(shape, FileHeaderLayout.VERSION, false);
            }
            FileGeometry shape = FileHeaderLayout.read(first, file.name());
            int version = FileHeaderLayout.version(first);
            long whole = FileHeaderLayout.fileBytes(shape, version);
            if (length < whole) {
                throw new DeviceException(
                        Problem.CORRUPT,
                        "zoned device file " + file.name() + " was cut short: it has " + length + " of " + whole
                                + " bytes");
            }
            boolean sound = version == FileHeaderLayout.SINGLE_COPY_VERSION || first.mismatch(last) == -1;
            return new FileHeaders(shape, version, sound);
        }
    }

    /**
     * Refuses a file that is no device file, not even a damaged one.
     *
     * @throws DeviceException {@link Problem#NOT_ZONED}
     */
    static void requireDeviceFile(DeviceFile file) {
        requireLength(file);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(BLOCK, BLOCK);
            file.read(0, block);
            if (!FileHeaderLayout.isOurs(block)) {
                read(file);
            }
        }
    }

    private static void requireLength(DeviceFile file) {
        if (file.length() < BLOCK) {
            throw new DeviceException(
                    Problem.NOT_ZONED,
                    file.name() + " is not a zoned device file: it has only " + file.length()
                            + " bytes. Name a file that does not exist yet to have one made");
        }
    }

    private static boolean isCopy(MemorySegment last, DeviceFile file) {
        if (!FileHeaderLayout.isValid(last) || FileHeaderLayout.version(last) != FileHeaderLayout.VERSION) {
            return false;
        }
        // The header may belong to a file stored within this one; its length would differ.
        FileGeometry shape = FileHeaderLayout.read(last, file.name());
        return FileHeaderLayout.fileBytes(shape, FileHeaderLayout.VERSION) == file.length();
    }

    /**
     * Writes both headers of the present version and makes them durable, the first one first: without it the other
     * means nothing.
     */
    static void write(DeviceFile file, FileGeometry shape) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(BLOCK, BLOCK);
            FileHeaderLayout.write(block, shape, FileHeaderLayout.VERSION);
            file.write(0, block);
            file.flush();
            file.write(FileHeaderLayout.fileBytes(shape, FileHeaderLayout.VERSION) - BLOCK, block);
            file.flush();
        }
    }
}
