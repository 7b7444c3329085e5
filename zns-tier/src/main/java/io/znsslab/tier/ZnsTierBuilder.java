package io.znsslab.tier;

import io.znsslab.tier.collect.WhenFull;
import io.znsslab.tier.demote.DemotionSettings;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.recovery.ForeignData;
import io.znsslab.tier.recovery.MetadataLog;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Describes a tier and opens it. Not thread-safe. */
public final class ZnsTierBuilder {
    private static final int MOST_LANES = 64;
    /** With fewer data zones, one kept for garbage collection would be too much. */
    private static final int LEAST_ZONES_TO_COLLECT = 4;

    private final ZonedDevice device;
    private DemotionSettings demotion = DemotionSettings.DEFAULTS;
    private int readDepth = 128;
    private boolean force;
    private FullDevicePolicy fullPolicy = FullDevicePolicy.REJECT;
    private long readCacheBytes;
    private Duration blockAtMost = Duration.ofSeconds(30);

    ZnsTierBuilder(ZonedDevice device) {
        this.device = device;
    }

    /** How many zones are written in parallel, at most: 1 to 64. */
    public ZnsTierBuilder parallelZones(int zones) {
        demotion = new DemotionSettings(
                zones, demotion.stagingBytes(), demotion.stripeBytes(), demotion.flushBytes(), demotion.backlogBytes());
        return this;
    }

    /** Size of the writes that slabs go to the device with, about: 128 KiB to 4 MiB. */
    public ZnsTierBuilder writeBytes(int bytes) {
        demotion = new DemotionSettings(
                demotion.lanes(), bytes, demotion.stripeBytes(), demotion.flushBytes(), demotion.backlogBytes());
        return this;
    }

    /** How many bytes of slabs may wait to be written before closing further epochs blocks. */
    public ZnsTierBuilder backlogBytes(long bytes) {
        demotion = new DemotionSettings(
                demotion.lanes(), demotion.stagingBytes(), demotion.stripeBytes(), demotion.flushBytes(), bytes);
        return this;
    }

    /** Most cold reads in flight: 1 to 4,096. */
    public ZnsTierBuilder readDepth(int reads) {
        if (reads < 1 || reads > 4096) {
            throw new IllegalArgumentException("read depth must be 1 to 4096: " + reads);
        }
        readDepth = reads;
        return this;
    }

    /** Memory for images of cold slabs that were read without being promoted: 0, the default, for none, or at least eight slabs' worth. Objects are read from there as long as their slab stays where it is. */
    public ZnsTierBuilder readCacheBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes for the read cache must not be negative: " + bytes);
        }
        readCacheBytes = bytes;
        return this;
    }

    /** What demotions do when the device is full; {@link FullDevicePolicy#REJECT}. */
    public ZnsTierBuilder whenFull(FullDevicePolicy policy) {
        fullPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** How long a demotion waits for room under {@link FullDevicePolicy#BLOCK}: more than nothing, to a tenth of a second; 30 seconds. */
    public ZnsTierBuilder blockAtMost(Duration wait) {
        if (wait.isNegative() || wait.isZero()) {
            throw new IllegalArgumentException("the longest wait for room must be more than nothing: " + wait);
        }
        blockAtMost = wait;
        return this;
    }

    private WhenFull whenFull() {
        return new WhenFull(
                fullPolicy == FullDevicePolicy.BLOCK ? blockAtMost.toNanos() : 0,
                fullPolicy == FullDevicePolicy.EVICT_OLDEST);
    }

    /** Formats the device anew whatever is on it. All of it is lost. */
    public ZnsTierBuilder force(boolean whateverIsOnIt) {
        force = whateverIsOnIt;
        return this;
    }

    /**
     * Opens the tier. An empty device is formatted.
     *
     * @throws DeviceException when the device holds something and {@link #force} was not given
     */
    public ZnsTier open() {
        MetadataLog log = new MetadataLog(device);
        List<ZoneDescriptor> report = device.report();
        requireAddressable();
        Superblock superblock = force ? null : superblockToGoOnWith(log, report);
        if (superblock == null) {
            resetAll(report);
            report = device.report();
            superblock = log.format(report, 0);
        }
        log.append(superblock);
        ZoneTable table = new ZoneTable(device.geometry(), report);
        Superblock present = superblock;
        int dataZones = (int) report.stream()
                .filter(zone -> isData(zone, present) && zone.condition() == ZoneCondition.EMPTY)
                .count();
        ZoneAllocator zones = new ZoneAllocator(
                device,
                table,
                ZnsTier.firstOf(superblock.opening()),
                tokens(),
                dataZones >= LEAST_ZONES_TO_COLLECT ? 1 : 0);
        zones.reserveForMetadata(superblock.firstMetadataZone());
        zones.reserveForMetadata(superblock.secondMetadataZone());
        for (ZoneDescriptor zone : report) {
            if (isData(zone, superblock) && zone.condition() == ZoneCondition.EMPTY) {
                zones.addFree(zone.index());
            }
        }
        return new ZnsTier(
                device, superblock, demotion, whenFull(), readDepth, readCacheBytes, table, zones, dataZones);
    }

    /** Locations have 32 bits. */
    private void requireAddressable() {
        long most = 1L << 44;
        if (device.geometry().sizeBytes() > most) {
            throw new DeviceException(
                    Problem.OUT_OF_RANGE,
                    "device " + device.name() + " is too large: it has "
                            + device.geometry().sizeBytes() + " bytes, and " + most
                            + " (16 TiB) is the most that locations can name");
        }
    }

    /** Null when the device is empty and must be formatted. */
    private Superblock superblockToGoOnWith(MetadataLog log, List<ZoneDescriptor> report) {
        Superblock newest = log.newest(report);
        if (newest == null) {
            ForeignData.refuse(device, report);
            return null;
        }
        log.requireSameShape(newest);
        for (ZoneDescriptor zone : report) {
            if (isData(zone, newest) && holdsData(zone)) {
                throw new DeviceException(
                        Problem.FOREIGN,
                        "device " + device.name() + " holds slabs of an earlier run (zone " + zone.index() + " is "
                                + zone.condition()
                                + "), which this version can't take up again; use force to give them up and format it anew");
            }
        }
        return newest.next();
    }

    private static boolean holdsData(ZoneDescriptor zone) {
        return zone.condition().isActive() || zone.condition() == ZoneCondition.FULL;
    }

    private static boolean isData(ZoneDescriptor zone, Superblock superblock) {
        return zone.type() == ZoneType.SEQUENTIAL
                && zone.index() != superblock.firstMetadataZone()
                && zone.index() != superblock.secondMetadataZone();
    }

    private void resetAll(List<ZoneDescriptor> report) {
        for (ZoneDescriptor zone : report) {
            if (zone.type() == ZoneType.SEQUENTIAL && holdsData(zone)) {
                device.resetZone(zone.index());
            }
        }
    }

    /** Zones that data may be written to at a time: the device's limit, less the superblocks' zone where that stays partly written. */
    private int tokens() {
        int writable = device.geometry().writableZones();
        return Math.min(writable > 1 ? writable - 1 : writable, MOST_LANES);
    }
}
