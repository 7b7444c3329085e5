package io.znsslab.emulation.nullblk;

import io.znsslab.emulation.EmulationException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One device's folder in configfs: an attribute is a file, and writing to it is a call of the driver.
 *
 * <p>Source: the kernel's {@code Documentation/filesystems/configfs.rst} and {@code drivers/block/null_blk/main.c}.
 */
record ConfigurationFolder(Path folder) {
    /**
     * The settings as the driver's attributes, in the order of writing: {@code max_sectors} counts sectors, sizes count
     * MiB.
     */
    static Map<String, String> attributes(NullBlockSettings settings) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("memory_backed", settings.memoryBacked() ? "1" : "0");
        attributes.put("blocksize", Integer.toString(settings.blockBytes()));
        attributes.put("size", mebibytes(settings.sizeBytes()));
        attributes.put("max_sectors", Integer.toString(settings.maxTransferBytes() / NullBlockSettings.SECTOR_BYTES));
        attributes.put("irqmode", Long.toString(settings.completion().irqMode));
        attributes.put("completion_nsec", Long.toString(settings.completionDelayNanos()));
        attributes.put("zoned", "1");
        attributes.put("zone_size", mebibytes(settings.zoneBytes()));
        attributes.put("zone_capacity", mebibytes(settings.zoneCapacityBytes()));
        attributes.put("zone_nr_conv", Integer.toString(settings.conventionalZones()));
        attributes.put("zone_max_open", Integer.toString(settings.maxOpenZones()));
        attributes.put("zone_max_active", Integer.toString(settings.maxActiveZones()));
        return attributes;
    }

    /** The settings of an existing device, whichever process made it. */
    NullBlockSettings settings() {
        NullBlockSettings.Completion completion = NullBlockSettings.Completion.ofIrqMode(readNumber("irqmode"));
        return new NullBlockSettings(
                readNumber("size") * NullBlockSettings.MEBIBYTE,
                readNumber("zone_size") * NullBlockSettings.MEBIBYTE,
                readNumber("zone_capacity") * NullBlockSettings.MEBIBYTE,
                (int) readNumber("zone_nr_conv"),
                (int) readNumber("zone_max_open"),
                (int) readNumber("zone_max_active"),
                (int) readNumber("blocksize"),
                (int) readNumber("max_sectors") * NullBlockSettings.SECTOR_BYTES,
                readNumber("memory_backed") == 1,
                completion,
                completion == NullBlockSettings.Completion.TIMER ? readNumber("completion_nsec") : 0);
    }

    boolean isZonedAndOn() {
        return readNumber("power") == 1 && readNumber("zoned") == 1;
    }

    void write(String attribute, String value) {
        Path file = folder.resolve(attribute);
        try {
            // Neither CREATE nor TRUNCATE: configfs accepts neither.
            Files.writeString(file, value, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new EmulationException(
                    "Cannot write " + value + " to " + file + ": " + reason(e)
                            + "; the kernel's log (dmesg) may say more",
                    e);
        }
    }

    long readNumber(String attribute) {
        String value = read(attribute);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new EmulationException(
                    "The attribute " + folder.resolve(attribute) + " is \"" + value + "\", not a number", e);
        }
    }

    String read(String attribute) {
        Path file = folder.resolve(attribute);
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new EmulationException("Cannot read " + file + ": " + reason(e), e);
        }
    }

    /** The system's error text, without the path that Java puts before it. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return e.getClass().getSimpleName() + (e instanceof FileSystemException ? "" : ": " + e.getMessage());
    }

    private static String mebibytes(long bytes) {
        return Long.toString(bytes / NullBlockSettings.MEBIBYTE);
    }
}
