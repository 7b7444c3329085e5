package io.znsslab.emulation.nullblk;

import java.nio.file.Path;

/**
 * A zoned null_blk device. It lasts until it is closed, even if this process dies before; its content is lost then.
 *
 * <p>The kernel itself produces its faults, so every user of the device meets them. Thread-safe, as far as the kernel's
 * driver is.
 */
public final class NullBlockDevice implements AutoCloseable {
    private final NullBlockDriver driver;
    private final String name;
    private final Path path;
    private final ConfigurationFolder configuration;
    private final NullBlockSettings settings;

    NullBlockDevice(NullBlockDriver driver, String name, Path path, ConfigurationFolder configuration) {
        this.driver = driver;
        this.name = name;
        this.path = path;
        this.configuration = configuration;
        settings = configuration.settings();
    }

    /** The device's name in the driver's configuration; {@link NullBlockDriver#remove} takes it. */
    public String name() {
        return name;
    }

    /** The block device, under {@code /dev}. */
    public Path path() {
        return path;
    }

    /** The shape that the kernel gave the device. */
    public NullBlockSettings settings() {
        return settings;
    }

    /**
     * From now on every request that touches these bytes fails with an I/O error.
     *
     * @param offsetBytes from the start of the device; whole blocks
     * @param lengthBytes whole blocks, at least one
     */
    public void failBlocks(long offsetBytes, long lengthBytes) {
        configuration.write("badblocks", "+" + sectors(offsetBytes, lengthBytes));
    }

    /** Ends the effect of {@link #failBlocks} for these bytes. */
    public void repairBlocks(long offsetBytes, long lengthBytes) {
        configuration.write("badblocks", "-" + sectors(offsetBytes, lengthBytes));
    }

    /**
     * Makes a sequential zone read-only: its content can be read, and nothing else. A zone that is already read-only
     * becomes empty instead.
     */
    public void toggleZoneReadOnly(int zone) {
        configuration.write("zone_readonly", Long.toString(startSector(zone)));
    }

    /**
     * Takes a sequential zone offline: it can't be read or written. A zone that is already offline becomes empty
     * instead.
     */
    public void toggleZoneOffline(int zone) {
        configuration.write("zone_offline", Long.toString(startSector(zone)));
    }

    /** Removes the device; closing a device that was already removed is no error. */
    @Override
    public void close() {
        driver.remove(name);
    }

    @Override
    public String toString() {
        return path + " " + settings;
    }

    /** First and last sector, in the form that the driver's bad blocks attribute takes. */
    private String sectors(long offsetBytes, long lengthBytes) {
        long block = settings.blockBytes();
        if (offsetBytes < 0
                || lengthBytes <= 0
                || offsetBytes % block != 0
                || lengthBytes % block != 0
                || lengthBytes > settings.sizeBytes() - offsetBytes) {
            throw new IllegalArgumentException("Bytes " + offsetBytes + " + " + lengthBytes + " of " + path
                    + " are not whole blocks of " + block + " within its " + settings.sizeBytes() + " bytes");
        }
        long first = offsetBytes / NullBlockSettings.SECTOR_BYTES;
        return first + "-" + (first + lengthBytes / NullBlockSettings.SECTOR_BYTES - 1);
    }

    private long startSector(int zone) {
        if (zone < settings.conventionalZones() || zone >= settings.zones()) {
            throw new IllegalArgumentException("Zone " + zone + " of " + path + " is not one of its sequential zones, "
                    + settings.conventionalZones() + " to " + (settings.zones() - 1));
        }
        return zone * (settings.zoneBytes() / NullBlockSettings.SECTOR_BYTES);
    }
}
