package io.znsslab.tier;

import io.znsslab.tier.collect.CollectionSettings;
import io.znsslab.tier.demote.DemotionSettings;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.recovery.ForeignData;
import io.znsslab.tier.recovery.FormerStore;
import io.znsslab.tier.recovery.Recovery;
import io.znsslab.tier.recovery.ZoneStarts;
import io.znsslab.tier.report.Loss;
import io.znsslab.tier.report.RecoveryReport;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Describes a tier and opens it. Not thread-safe. */
public final class ZnsTierBuilder {
    private static final int MOST_ZONES = 64;
    /**
     * With fewer data zones, a reserve of one zone for garbage collection would cost too large a share of the device.
     */
    private static final int LEAST_ZONES_TO_COLLECT = 4;

    /**
     * With fewer zones that may be partly written, the log ends one zone before it begins another, though ending a zone
     * may take long.
     */
    private static final int LEAST_WRITABLE_FOR_TWO = 8;

    private static final long MOST_CACHE_BYTES = 1L << 40;

    private static final System.Logger LOGGER = System.getLogger(ZnsTierBuilder.class.getName());

    private final ZonedDevice device;
    private boolean saidWhatIsLeftOut;
    private DemotionSettings demotion = DemotionSettings.DEFAULTS;
    private int readDepth = 128;
    private boolean force;
    private ErrorPolicy errorPolicy = ErrorPolicy.FAIL;
    private FullDevicePolicy fullPolicy = FullDevicePolicy.REJECT;
    private long readCacheBytes;
    private Duration blockAtMost = Duration.ofSeconds(30);
    private long firstSlabId = 1;
    private long firstEpoch;
    private boolean ringRequired;

    ZnsTierBuilder(ZonedDevice device) {
        this.device = device;
    }

    /** Sets how many zones are written in parallel at most: 1 to 64; 4, and never more than the device allows. */
    public ZnsTierBuilder parallelZones(int zones) {
        demotion = new DemotionSettings(
                zones, demotion.stagingBytes(), demotion.stripeBytes(), demotion.flushBytes(), demotion.backlogBytes());
        return this;
    }

    /**
     * Sets the approximate size of writes to the device: 131,072 bytes (128 KiB) to 4 MiB, in steps of 4 KiB; 512 KiB.
     */
    public ZnsTierBuilder writeBytes(int bytes) {
        demotion = new DemotionSettings(
                demotion.writers(), bytes, demotion.stripeBytes(), demotion.flushBytes(), demotion.backlogBytes());
        return this;
    }

    /**
     * Sets how many bytes of slabs may wait to be written before closing further epochs blocks: 1 or more, and never
     * more than a quarter of the allocator's limit for slabs; 256 MiB. They are in the allocator's memory meanwhile: so
     * a program that demotes faster than the device writes waits in its closings, before its allocations find no
     * memory. A single epoch that is larger is let through alone.
     */
    public ZnsTierBuilder backlogBytes(long bytes) {
        demotion = new DemotionSettings(
                demotion.writers(), demotion.stagingBytes(), demotion.stripeBytes(), demotion.flushBytes(), bytes);
        return this;
    }

    /** Sets the most cold reads in flight: 1 to 4,096; 128. */
    public ZnsTierBuilder readDepth(int reads) {
        if (reads < 1 || reads > 4096) {
            throw new IllegalArgumentException("read depth must be 1 to 4096: " + reads);
        }
        readDepth = reads;
        return this;
    }

    /**
     * Sets the memory for images of cold slabs that were read without being promoted: 0, the default, for none, or at
     * least eight slabs' worth; at most 1 TiB. The cache answers reads of a slab as long as the slab stays at its
     * location.
     */
    public ZnsTierBuilder readCacheBytes(long bytes) {
        if (bytes < 0 || bytes > MOST_CACHE_BYTES) {
            throw new IllegalArgumentException(
                    "bytes for the read cache must be 0 to " + MOST_CACHE_BYTES + ": " + bytes);
        }
        readCacheBytes = bytes;
        return this;
    }

    /** Sets what demotions do when the device is full; the default is {@link FullDevicePolicy#REJECT}. */
    public ZnsTierBuilder whenFull(FullDevicePolicy policy) {
        fullPolicy = Objects.requireNonNull(policy, "policy must not be null");
        return this;
    }

    /**
     * Sets how long a demotion waits for room under {@link FullDevicePolicy#BLOCK}: more than 0, accurate to a tenth of
     * a second. The default is 30 seconds.
     */
    public ZnsTierBuilder blockAtMost(Duration wait) {
        Objects.requireNonNull(wait, "wait must not be null");
        if (wait.isNegative() || wait.isZero()) {
            throw new IllegalArgumentException("the longest wait for room must be more than nothing: " + wait);
        }
        blockAtMost = wait;
        return this;
    }

    private CollectionSettings collection(int dataZones) {
        // Longer than 292 years is 292 years.
        boolean countable = blockAtMost.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0;
        long nanos = countable ? blockAtMost.toNanos() : Long.MAX_VALUE;
        return new CollectionSettings(
                dataZones,
                fullPolicy == FullDevicePolicy.BLOCK ? nanos : 0,
                fullPolicy == FullDevicePolicy.EVICT_OLDEST);
    }

    /** Sets whether to format the device anew whatever it holds. All data on the device is lost. */
    public ZnsTierBuilder force(boolean whateverIsOnIt) {
        force = whateverIsOnIt;
        return this;
    }

    /**
     * Sets whether {@link #open} refuses a device that can't be driven by io_uring. Otherwise, which is the default,
     * plain system calls take its place where it is forbidden, as under the usual seccomp filter of containers; they
     * serve as well, with more processor time for each transfer ({@link TierStatistics#ioMethod} tells).
     */
    public ZnsTierBuilder requireRing(boolean isRequired) {
        ringRequired = isRequired;
        return this;
    }

    /**
     * Sets where slab ids and epochs of a store begin that is formatted by this opening: for one that takes over
     * handles of another, whose ids and epochs are below. The defaults are 1 and 0. A store that is on the device
     * already goes on where it is.
     *
     * @param slabId the first slab id: 1 to 2<sup>30</sup>
     * @param epoch the first epoch: 0 to 2<sup>62</sup>
     */
    public ZnsTierBuilder goOnFrom(long slabId, long epoch) {
        TierArguments.requireWantedSlabId(slabId);
        TierArguments.requireEpoch(epoch);
        firstSlabId = Math.max(1, slabId);
        firstEpoch = epoch;
        return this;
    }

    /** Sets what to do when something on the device can't be accounted for; the default is {@link ErrorPolicy#FAIL}. */
    public ZnsTierBuilder onErrors(ErrorPolicy policy) {
        errorPolicy = Objects.requireNonNull(policy, "policy must not be null");
        return this;
    }

    /**
     * Opens the tier. Recovers what earlier runs have left on the device, which an allocator gets once it is attached;
     * an empty device is taken into use at that time. Before that nothing is written, except that {@link #force}
     * empties the device.
     *
     * @throws DeviceException when another tier is open on the device, when the device holds foreign data and
     *     {@link #force} was not given, when something on it can't be accounted for and {@link #onErrors} does not say
     *     to go on, or when there is no io_uring and {@link #requireRing} was given
     */
    public ZnsTier open() {
        DevicesInUse.claim(device);
        boolean opened = false;
        try {
            ZnsTier tier = openClaimed();
            opened = true;
            return tier;
        } finally {
            if (!opened) {
                DevicesInUse.release(device);
            }
        }
    }

    private ZnsTier openClaimed() {
        if (ringRequired) {
            device.requireRing();
        }
        if (!force) {
            // Writes of a killed process may still be in the device's volatile cache, and a later power cut could lose
            // them.
            device.flush();
        }
        List<ZoneDescriptor> whole = device.report();
        List<ZoneDescriptor> report = addressable(whole);
        ZoneStarts starts = new ZoneStarts(device, report);
        Recovery recovery;
        if (!force && starts.newest() != null) {
            starts.requireSameShape();
            recovery = Recovery.of(device, starts);
            try {
                requireAccountedFor(recovery);
            } catch (DeviceException e) {
                recovery.release();
                throw e;
            }
        } else {
            if (!force) {
                starts.requireNoOtherVersion();
                // Foreign data may also lie beyond the zones that locations can name.
                ForeignData.refuse(device, whole);
            }
            recovery = format(starts, whole);
        }
        ZoneTable table = new ZoneTable(device.geometry(), report);
        int dataZones = (int) report.stream()
                .filter(zone -> zone.type() == ZoneType.SEQUENTIAL)
                .filter(zone -> holdsData(zone) || zone.condition() == ZoneCondition.EMPTY)
                .filter(zone -> !recovery.isLogZone(zone.index()))
                .count();
        int logZones = logZones();
        ZoneAllocator zones = new ZoneAllocator(
                device,
                table,
                ZnsTier.firstOf(recovery.superblock().opening()),
                tokens(logZones),
                logZones,
                dataZones >= LEAST_ZONES_TO_COLLECT ? 1 : 0);
        TierSettings settings = new TierSettings(demotion, collection(dataZones), readDepth, readCacheBytes);
        return new ZnsTier(device, recovery, settings, table, zones);
    }

    private Recovery format(ZoneStarts starts, List<ZoneDescriptor> before) {
        int regionZones = Recovery.usualRegionZones(device);
        requireZones(addressable(before), regionZones);
        DeviceGeometry geometry = device.geometry();
        long opening = starts.openingAfterAll();
        Superblock superblock = new Superblock(
                DeviceIdentity.random(),
                opening,
                0,
                0,
                regionZones,
                geometry.zoneBytes(),
                geometry.zoneCount(),
                geometry.blockBytes(),
                0,
                Instant.now().getEpochSecond(),
                opening);
        if (starts.newest() != null) {
            int marked = new FormerStore(device, starts).replaceBy(superblock, before);
            return formatted(superblock, List.of(marked));
        }
        if (force) {
            resetAll(before);
        }
        return formatted(superblock, List.of());
    }

    private Recovery formatted(Superblock superblock, List<Integer> marked) {
        return Recovery.ofNothing(device, addressable(device.report()), superblock, marked, firstSlabId, firstEpoch);
    }

    /** Checks that the device has zones enough before anything on it is given up. */
    private void requireZones(List<ZoneDescriptor> report, int regionZones) {
        long usable = report.stream()
                .filter(zone -> zone.type() == ZoneType.SEQUENTIAL)
                .filter(zone -> zone.condition() == ZoneCondition.EMPTY || (force && holdsData(zone)))
                .count();
        if (usable < 2L * regionZones + 1) {
            throw new DeviceException(
                    Problem.OUT_OF_RANGE,
                    "device " + device.name() + " can't be formatted: it has " + usable
                            + " usable sequential zones, and " + (2L * regionZones + 1) + " are the least (2 times "
                            + regionZones + " for the log, 1 for data)");
        }
    }

    private void requireAccountedFor(Recovery recovery) {
        RecoveryReport report = recovery.report();
        if (report.losses().isEmpty() || errorPolicy == ErrorPolicy.CONTINUE) {
            return;
        }
        Loss first = report.losses().getFirst();
        String where = first.zone() < 0 ? "" : "zone " + first.zone() + ": ";
        String what = first.slabs() == 0
                ? ""
                : " (" + first.slabs() + " slabs with " + first.objects() + " objects of epoch " + first.epoch() + ")";
        int others = report.losses().size() - 1;
        throw new DeviceException(
                Problem.CORRUPT,
                "the store on " + device.name() + " can't be opened as a whole: " + where + first.reason() + what
                        + (others == 0
                                ? ""
                                : ", and " + others + " losses more, " + report.slabsLost() + " slabs in all")
                        + "; open it with ErrorPolicy.CONTINUE to give that up and have the rest, "
                        + report.slabs() + " slabs with " + report.objects() + " objects");
    }

    /** The zones that locations can name; says once that the rest of a larger device stays unused. */
    private List<ZoneDescriptor> addressable(List<ZoneDescriptor> whole) {
        List<ZoneDescriptor> used = ZoneStarts.addressable(device, whole);
        if (used.size() < whole.size() && !saidWhatIsLeftOut) {
            saidWhatIsLeftOut = true;
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "device " + device.name() + " has " + device.geometry().sizeBytes() + " bytes, of which the first "
                            + (1L << 44) + " (16 TiB) are used, which is what locations can name: "
                            + (whole.size() - used.size()) + " of its " + whole.size() + " zones are left alone");
        }
        return used;
    }

    private static boolean holdsData(ZoneDescriptor zone) {
        return zone.condition().isActive() || zone.condition() == ZoneCondition.FULL;
    }

    private void resetAll(List<ZoneDescriptor> report) {
        for (ZoneDescriptor zone : report) {
            if (zone.type() == ZoneType.SEQUENTIAL && holdsData(zone)) {
                device.resetZone(zone.index());
            }
        }
    }

    /** Zones that the log may have partly written at a time; 0 where the log and data alternate. */
    private int logZones() {
        int writable = device.geometry().writableZones();
        if (writable == 1) {
            return 0;
        }
        return writable < LEAST_WRITABLE_FOR_TWO ? 1 : 2;
    }

    /** Zones that data may be written to at a time: the device's limit less the log's share. */
    private int tokens(int logZones) {
        return Math.min(device.geometry().writableZones() - logZones, MOST_ZONES);
    }
}
