package io.znsslab.tier.recovery;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.device.IoRequest;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.format.SuperblockLayout;
import io.znsslab.tier.format.ZoneHeaderLayout;
import io.znsslab.tier.report.ZoneContents;
import io.znsslab.tier.staging.StagingBuffers;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What the first blocks of a device's zones say: which zones hold the log, which hold data, and in which incarnation.
 * The class writes nothing.
 *
 * <p>The class looks at each zone that is written, whatever a log says about the zone (see the package's document), and
 * at many zones at a time.
 */
public final class ZoneStarts {
    private static final int BLOCK = SealedBlock.LOCATION_BYTES;

    private static final int MOST_IN_FLIGHT = 64;
    private static final long MORE_THAN_ANY_STORE_OPENS = 1 << 20;

    /** The bytes that locations of 32 bits can name, in units of 4 KiB. */
    private static final long MOST_BYTES = 1L << 44;

    private final SuperblockLayout superblocks = new SuperblockLayout();
    private final ZonedDevice device;
    private final List<ZoneDescriptor> zones;
    private final List<LogZone> logZones = new ArrayList<>();
    private final long[] incarnations;
    private final DeviceIdentity[] owners;
    private final List<Integer> unreadable = new ArrayList<>();
    private final List<ZoneDescriptor> nameless = new ArrayList<>();
    private int otherVersion;

    /**
     * A zone that begins with a superblock.
     *
     * @param isOfThisVersion whether the superblock is of the version that this program writes, or of one before
     */
    record LogZone(ZoneDescriptor zone, Superblock superblock, boolean isOfThisVersion) {}

    /** Reads the first blocks of those zones: a large device has tens of thousands of zones. */
    public ZoneStarts(ZonedDevice device, List<ZoneDescriptor> zones) {
        this.device = device;
        this.zones = zones;
        incarnations = new long[zones.size()];
        owners = new DeviceIdentity[zones.size()];
        Iterator<ZoneDescriptor> readable = zones.stream()
                .filter(zone -> zone.type() == ZoneType.SEQUENTIAL
                        && zone.condition() != ZoneCondition.OFFLINE
                        && zone.condition() != ZoneCondition.EMPTY)
                .iterator();
        try (StagingBuffers buffers = new StagingBuffers(MOST_IN_FLIGHT, BLOCK);
                IoQueue queue =
                        device.openQueue(new IoQueueSettings(MOST_IN_FLIGHT, true, false, List.of(buffers.memory())))) {
            for (int i = 0; i < MOST_IN_FLIGHT && readable.hasNext(); i++) {
                new Look(buffers.buffer(i), buffers.view(i), queue, readable).atZone(readable.next());
            }
            while (queue.inFlight() > 0) {
                queue.await();
            }
        }
        logZones.sort(Comparator.comparingInt(found -> found.zone().index()));
        Collections.sort(unreadable);
    }

    /** The zones that locations of 32 bits can name: 16 TiB; the rest of a larger device stays unused. */
    public static List<ZoneDescriptor> addressable(ZonedDevice device, List<ZoneDescriptor> whole) {
        return whole.subList(
                0, (int) Math.min(whole.size(), MOST_BYTES / device.geometry().zoneBytes()));
    }

    /**
     * Looks at one zone after another: at the first copy of what the zone begins with, and at the second if the first
     * is no block of this program.
     */
    private final class Look extends IoRequest {
        private final MemorySegment buffer;
        private final ByteBuffer view;
        private final IoQueue queue;
        private final Iterator<ZoneDescriptor> others;
        private ZoneDescriptor zone;
        private int copy;
        private boolean known;

        Look(MemorySegment buffer, ByteBuffer view, IoQueue queue, Iterator<ZoneDescriptor> others) {
            this.buffer = buffer;
            this.view = view;
            this.queue = queue;
            this.others = others;
        }

        void atZone(ZoneDescriptor next) {
            zone = next;
            copy = 0;
            known = false;
            submit();
        }

        private void submit() {
            read(zone.startBytes() + (long) copy * BLOCK, buffer);
            queue.submit(this);
        }

        @Override
        protected void completed(DeviceException failure) {
            // That nothing was written in the zone is an answer.
            known |= failure == null || failure.problem() == DeviceException.Problem.BEYOND_WRITE_POINTER;
            boolean ours = failure == null && isOurs(zone, copy, view);
            if (!ours && copy == 0) {
                copy = 1;
                submit();
                return;
            }
            if (!ours && known) {
                nameless.add(zone);
            } else if (!ours) {
                unreadable.add(zone.index());
            }
            if (others.hasNext()) {
                atZone(others.next());
            }
        }
    }

    private boolean isOurs(ZoneDescriptor zone, int copy, ByteBuffer view) {
        long location = zone.startBytes() / BLOCK;
        if (superblocks.check(view, 0, location) == null) {
            logZones.add(new LogZone(zone, superblocks.read(view, 0), SuperblockLayout.isOfThisVersion(view, 0)));
            return true;
        }
        otherVersion = Math.max(otherVersion, superblocks.otherVersion(view, 0));
        DeviceIdentity owner = copy == 0 ? ZoneHeaderLayout.ownerOf(view, 0, location, zone.index()) : null;
        if (owner != null) {
            owners[zone.index()] = owner;
            incarnations[zone.index()] = ZoneHeaderLayout.incarnation(view, 0);
        }
        return owner != null;
    }

    /**
     * The superblock of the newest region that anything was written of; null when the device has no store. If several
     * stores were formatted on the device, the last one counts, whose openings have the highest numbers.
     */
    public Superblock newest() {
        return logZones.stream()
                .map(LogZone::superblock)
                .max(Comparator.comparingLong(Superblock::opening).thenComparingLong(Superblock::region))
                .orElse(null);
    }

    /** The format version of a store that another version of this program made; 0 when there is none. */
    public int otherVersion() {
        return otherVersion;
    }

    /**
     * Refuses a store of another format version by that name: a message that calls the data foreign might lead to its
     * destruction.
     *
     * @throws DeviceException if another version of this program made the store on the device
     */
    public void requireNoOtherVersion() {
        if (otherVersion != 0) {
            throw new DeviceException(
                    DeviceException.Problem.FOREIGN,
                    "device " + device.name() + " holds a store in format version " + otherVersion
                            + ", and this release reads version " + SuperblockLayout.VERSION
                            + ": open it with a release that reads it, or use force to destroy it and format the "
                            + "device");
        }
    }

    /**
     * Refuses a store whose device has changed its shape since formatting.
     *
     * @throws DeviceException if the newest superblock names another shape
     */
    public void requireSameShape() {
        Superblock superblock = newest();
        DeviceGeometry geometry = device.geometry();
        boolean same = superblock.zoneBytes() == geometry.zoneBytes()
                && superblock.zoneCount() == geometry.zoneCount()
                && superblock.blockBytes() == geometry.blockBytes();
        if (!same) {
            throw new DeviceException(
                    DeviceException.Problem.FOREIGN,
                    "device " + device.name() + " was formatted with " + superblock.zoneCount() + " zones of "
                            + superblock.zoneBytes()
                            + " bytes and blocks of " + superblock.blockBytes() + "; now it has " + geometry.zoneCount()
                            + " of "
                            + geometry.zoneBytes() + " and blocks of " + geometry.blockBytes()
                            + ": the data on it can't be found any more; use force to format it anew");
        }
    }

    /**
     * Whether there was no opening but the first, and no zone says that it holds data: if no region of the log is
     * complete then, formatting was cut short, and the store never held anything. Zones of the log may have lost their
     * first blocks with the power.
     */
    boolean isFirstOpeningWithoutData() {
        boolean first = newest().isFirstOpening() && unreadable.isEmpty();
        for (ZoneDescriptor zone : zones) {
            boolean ours = newest().device().equals(owners[zone.index()]);
            first &= !ours && zone.condition() != ZoneCondition.OFFLINE;
        }
        return first;
    }

    /** The number of an opening that is later than all openings that have left anything on the device. */
    public long openingAfterAll() {
        long highest = 0;
        for (LogZone found : logZones) {
            highest = Math.max(highest, found.superblock().opening());
        }
        for (long incarnation : incarnations) {
            highest = Math.max(highest, incarnation >>> Integer.SIZE);
        }
        // A zone that can't be read now may be readable later.
        boolean certain =
                unreadable.isEmpty() && zones.stream().allMatch(zone -> zone.condition() != ZoneCondition.OFFLINE);
        return highest + (certain ? 1 : MORE_THAN_ANY_STORE_OPENS);
    }

    /** The zones of the log of the store that counts, those of the oldest region first. */
    List<ZoneDescriptor> logZonesByAge() {
        return logZones(newest().device()).stream()
                .sorted(Comparator.comparingLong(found -> found.superblock().region()))
                .map(LogZone::zone)
                .toList();
    }

    /** All zones of the device. */
    List<ZoneDescriptor> zones() {
        return zones;
    }

    /** Zones of the log of that device. */
    List<LogZone> logZones(DeviceIdentity of) {
        return logZones.stream()
                .filter(zone -> zone.superblock().device().equals(of))
                .toList();
    }

    /** The incarnation that a zone of data says it is in; 0 where that is not known. */
    long incarnation(int zone, DeviceIdentity of) {
        return of.equals(owners[zone]) ? incarnations[zone] : 0;
    }

    /** What each zone holds by what it begins with, in the order of the zones. */
    public List<ZoneContents> contents() {
        ZoneContents[] contents = new ZoneContents[zones.size()];
        for (int i = 0; i < contents.length; i++) {
            DeviceIdentity owner = owners[i];
            boolean offline = zones.get(i).condition() == ZoneCondition.OFFLINE;
            contents[i] = owner != null
                    ? new ZoneContents(i, ZoneContents.Kind.DATA, Optional.of(owner.uuid()))
                    : new ZoneContents(
                            i, offline ? ZoneContents.Kind.UNREADABLE : ZoneContents.Kind.NOTHING, Optional.empty());
        }
        for (LogZone found : logZones) {
            int zone = found.zone().index();
            contents[zone] = new ZoneContents(
                    zone,
                    ZoneContents.Kind.LOG,
                    Optional.of(found.superblock().device().uuid()));
        }
        for (ZoneDescriptor zone : nameless) {
            contents[zone.index()] = new ZoneContents(zone.index(), ZoneContents.Kind.OTHER, Optional.empty());
        }
        for (int zone : unreadable) {
            contents[zone] = new ZoneContents(zone, ZoneContents.Kind.UNREADABLE, Optional.empty());
        }
        return List.of(contents);
    }

    /** Zones that are written and begin with no block of this program. */
    List<ZoneDescriptor> nameless() {
        return nameless;
    }

    /** Zones whose first blocks can't even be read. */
    List<Integer> unreadable() {
        return unreadable;
    }
}
