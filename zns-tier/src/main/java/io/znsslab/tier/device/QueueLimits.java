package io.znsslab.tier.device;

import io.znsslab.tier.device.DeviceException.Problem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The properties of a block device's request queue in sysfs ({@code Documentation/ABI/stable/sysfs-block}).
 *
 * @param model value of {@code queue/zoned}
 * @param scheduler the active one of {@code queue/scheduler}
 * @param maxTransferBytes {@code queue/max_sectors_kb}: larger requests are split
 */
record QueueLimits(String model, String scheduler, int maxTransferBytes) {
    /** {@code include/uapi/linux/stat.h} */
    private static final int S_IFMT = 0xF000;

    private static final int S_IFBLK = 0x6000;
    private static final int LEAST_TRANSFER_BYTES = 4096;
    /** More than any single transfer of the tier. */
    private static final long MOST_TRANSFER_BYTES = 64 << 20;

    private static final Pattern ACTIVE_SCHEDULER = Pattern.compile("\\[(.+?)]");

    /**
     * Reads the properties of the device at a path.
     *
     * @throws DeviceException when there is none, or it is not a zoned block device
     */
    static QueueLimits of(Path path) {
        long number = deviceNumber(path);
        Path queue = Path.of("/sys/dev/block/" + major(number) + ":" + minor(number) + "/queue");
        try {
            String model = value(queue, "zoned");
            if (model.equals("none")) {
                throw notZoned(path, "it is an ordinary block device");
            }
            Matcher scheduler = ACTIVE_SCHEDULER.matcher(value(queue, "scheduler"));
            return new QueueLimits(
                    model, scheduler.find() ? scheduler.group(1) : "none", transferBytes(limitOf(queue)));
        } catch (NoSuchFileException e) {
            throw new DeviceException(
                    Problem.NOT_ZONED,
                    path + " is not a zoned block device: it is a partition, or this kernel knows no zones (no "
                            + e.getFile() + ")",
                    e);
        } catch (IOException e) {
            throw new DeviceException(Problem.IO_ERROR, "could not read about " + path + " in " + queue + ": " + e, e);
        }
    }

    private static long deviceNumber(Path path) {
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode");
            if ((mode & S_IFMT) != S_IFBLK) {
                throw notZoned(
                        path,
                        Files.isDirectory(path) ? "it is a folder" : "it is neither a block device nor a regular file");
            }
            return (long) Files.getAttribute(path, "unix:rdev");
        } catch (IOException e) {
            throw unknown(path, e);
        }
    }

    /** What it means that nothing can be learned about a path. */
    static DeviceException unknown(Path path, IOException e) {
        return switch (e) {
            case NoSuchFileException missing ->
                new DeviceException(
                        Problem.MISSING,
                        (Files.isSymbolicLink(path)
                                        ? path + " is a symbolic link to nothing"
                                        : "there is no device or file " + path)
                                + ": check the path; `lsblk -z` shows the zoned devices",
                        e);
            case AccessDeniedException denied ->
                new DeviceException(
                        Problem.ACCESS_DENIED,
                        "no permission to look at " + path + ": if it is a device of yours, run as its owner or as"
                                + " root",
                        e);
            default -> new DeviceException(Problem.IO_ERROR, "could not find out what " + path + " is: " + e, e);
        };
    }

    private static DeviceException notZoned(Path path, String what) {
        return new DeviceException(
                Problem.NOT_ZONED,
                path + " is not a zoned block device: " + what + "; `lsblk -z` shows the zoned ones");
    }

    // glibc's gnu_dev_major and gnu_dev_minor
    private static long major(long number) {
        return ((number >>> 8) & 0xFFF) | ((number >>> 32) & 0xFFFFF000L);
    }

    private static long minor(long number) {
        return (number & 0xFF) | ((number >>> 12) & 0xFFFFFF00L);
    }

    private static String limitOf(Path queue) throws IOException {
        try {
            return value(queue, "max_sectors_kb");
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /**
     * The bytes that a {@code max_sectors_kb} allows: whole pieces of 4 KiB, which are whole blocks of any device. An
     * unknown or impossible limit is taken as the smallest possible one: a page, see {@code blk_validate_limits} in
     * {@code block/blk-settings.c}.
     */
    static int transferBytes(String maxSectorsKb) {
        long kilobytes;
        try {
            kilobytes = Long.parseLong(maxSectorsKb);
        } catch (NumberFormatException e) {
            return LEAST_TRANSFER_BYTES;
        }
        long bytes = Math.clamp(kilobytes, 0, MOST_TRANSFER_BYTES >> 10) << 10;
        return (int) Math.max(LEAST_TRANSFER_BYTES, bytes / LEAST_TRANSFER_BYTES * LEAST_TRANSFER_BYTES);
    }

    private static String value(Path queue, String name) throws IOException {
        return Files.readString(queue.resolve(name)).strip();
    }

    /** A description for people. */
    String describe() {
        return model + ", scheduler " + scheduler + ", up to " + (maxTransferBytes >> 10) + " KiB a transfer";
    }
}
