package io.znsslab.tier.device;

import io.znsslab.tier.device.DeviceException.Problem;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The zone state machine of NVMe ZNS in memory, for a device that has none of its own. Thread-safe.
 *
 * <p>Follows the ZNS command set specification 1.1 (section 2.1.1.2) and, where that leaves a choice, Linux' null_blk
 * ({@code drivers/block/null_blk/zoned.c}): a write to an empty or closed zone opens it implicitly; when the limit of
 * open zones is reached, another implicitly open zone is closed to make room, explicitly open ones are not; the limit
 * of active zones is never exceeded.
 *
 * <p>Invariants: {@code written <= reserved <= capacity}; {@code reserved} runs ahead while writes are in flight; open
 * ≤ maxOpen, active ≤ maxActive.
 */
final class ZoneStates {
    private final String name;
    private final FileGeometry geometry;
    /** Changed under the lock; read without it. */
    private final AtomicReferenceArray<ZoneCondition> conditions;

    /** Bytes written and acknowledged; read without the lock. */
    private final AtomicLongArray written;

    private final long[] reserved;
    private final ChangedZones changed;
    /** Zones that may be closed so that another can be opened. */
    private final BitSet implicitlyOpen = new BitSet();

    private int open;
    private int active;

    ZoneStates(String name, FileGeometry geometry) {
        this.name = name;
        this.geometry = geometry;
        conditions = new AtomicReferenceArray<>(geometry.zoneCount());
        for (int zone = 0; zone < geometry.zoneCount(); zone++) {
            boolean conventional = zone < geometry.conventionalZones();
            conditions.setPlain(zone, conventional ? ZoneCondition.NOT_WRITE_POINTER : ZoneCondition.EMPTY);
        }
        written = new AtomicLongArray(geometry.zoneCount());
        reserved = new long[geometry.zoneCount()];
        changed = new ChangedZones(geometry.zoneCount());
    }

    /** Zones whose condition or write pointer changed since the last call, in no order. */
    synchronized int[] takeChanged() {
        return changed.take();
    }

    /** Includes the zone in the next result of {@link #takeChanged}. */
    synchronized void markChanged(int zone) {
        changed.mark(zone);
    }

    /**
     * Sets a zone's state as found; open zones come back closed, as after a device's power cycle. This does not count
     * as a change of the zone.
     */
    synchronized void restore(int zone, ZoneCondition condition, long writtenBytes) {
        ZoneCondition restored = condition;
        if (condition.isActive()) {
            restored = writtenBytes == 0 ? ZoneCondition.EMPTY : ZoneCondition.CLOSED;
        }
        written.setPlain(zone, writtenBytes);
        reserved[zone] = writtenBytes;
        if (restored != conditions.getPlain(zone)) {
            take(zone, restored);
        }
    }

    ZoneCondition condition(int zone) {
        return conditions.get(zone);
    }

    long writtenBytes(int zone) {
        return written.get(zone);
    }

    boolean isConventional(int zone) {
        return zone < geometry.conventionalZones();
    }

    long capacityBytes(int zone) {
        return isConventional(zone) ? geometry.zoneBytes() : geometry.zoneCapacityBytes();
    }

    /** All zones, in their order; each as it is at some moment of the call. */
    List<ZoneDescriptor> describeAll() {
        List<ZoneDescriptor> zones = new ArrayList<>(geometry.zoneCount());
        for (int zone = 0; zone < geometry.zoneCount(); zone++) {
            zones.add(describe(zone));
        }
        return zones;
    }

    synchronized ZoneDescriptor describe(int zone) {
        long start = zone * geometry.zoneBytes();
        return new ZoneDescriptor(
                zone,
                isConventional(zone) ? ZoneType.CONVENTIONAL : ZoneType.SEQUENTIAL,
                conditions.get(zone),
                start,
                capacityBytes(zone),
                start + written.get(zone));
    }

    /** The refusal of a read inside one zone; null when it may go ahead. */
    @Nullable
    DeviceException refusalOfRead(int zone, long offsetInZone, int lengthBytes) {
        if (isConventional(zone)) {
            return null;
        }
        if (condition(zone) == ZoneCondition.OFFLINE) {
            return fault(zone, "read");
        }
        long readable = written.get(zone);
        if (offsetInZone + lengthBytes > readable) {
            return new DeviceException(
                    Problem.BEYOND_WRITE_POINTER,
                    "read of " + lengthBytes + " bytes at offset " + offsetInZone + " of zone " + zone + " of " + name
                            + " refused: it reaches beyond the write pointer, which is at " + readable);
        }
        return null;
    }

    /**
     * The refusal of a write inside one zone; null when it may go ahead: its range is reserved and the zone open then.
     */
    @Nullable
    synchronized DeviceException reserve(int zone, long offsetInZone, int lengthBytes) {
        if (isConventional(zone)) {
            return null;
        }
        ZoneCondition condition = conditions.get(zone);
        if (condition == ZoneCondition.READ_ONLY || condition == ZoneCondition.OFFLINE) {
            return fault(zone, "write");
        }
        if (condition == ZoneCondition.FULL) {
            return notAllowed(zone, "write");
        }
        if (offsetInZone != reserved[zone]) {
            return new DeviceException(
                    Problem.OFF_WRITE_POINTER,
                    "write of " + lengthBytes + " bytes at offset " + offsetInZone + " of zone " + zone + " of " + name
                            + " refused: the write pointer is at " + reserved[zone]);
        }
        if (offsetInZone + lengthBytes > geometry.zoneCapacityBytes()) {
            return new DeviceException(
                    Problem.OUT_OF_RANGE,
                    "write of " + lengthBytes + " bytes at offset " + offsetInZone + " of zone " + zone + " of " + name
                            + " refused: it passes the zone's capacity of " + geometry.zoneCapacityBytes());
        }
        if (!condition.isOpen()) {
            DeviceException refusal = makeRoom(zone, "write to");
            if (refusal != null) {
                return refusal;
            }
            moveTo(zone, ZoneCondition.IMPLICIT_OPEN);
        }
        reserved[zone] += lengthBytes;
        return null;
    }

    /** Notes that a reserved write is on the medium. */
    synchronized void written(int zone, long endInZone) {
        if (isConventional(zone)) {
            return;
        }
        // Several writes to one zone may be in flight and complete in any order; the pointer only moves up.
        if (endInZone > written.get(zone)) {
            written.set(zone, endInZone);
            changed.mark(zone);
        }
        if (endInZone == geometry.zoneCapacityBytes() && conditions.get(zone).isActive()) {
            moveTo(zone, ZoneCondition.FULL);
        }
    }

    /** Notes that a reserved write failed after {@code endInZone}, where the next one starts. */
    synchronized void failed(int zone, long endInZone) {
        if (!isConventional(zone)) {
            written.set(zone, Math.max(written.get(zone), endInZone));
            reserved[zone] = written.get(zone);
            changed.mark(zone);
        }
    }

    /** Refuses a reset that {@link #reset} would refuse. */
    synchronized void requireResettable(int zone) {
        refuseCommand(zone, "reset");
    }

    synchronized void reset(int zone) {
        refuseCommand(zone, "reset");
        written.set(zone, 0);
        reserved[zone] = 0;
        moveTo(zone, ZoneCondition.EMPTY);
    }

    /** Refuses what {@link #finish} would refuse. */
    synchronized void requireFinishable(int zone) {
        refuseCommand(zone, "finish");
        ZoneCondition condition = conditions.get(zone);
        if (condition != ZoneCondition.FULL && !condition.isActive()) {
            // The zone passes through an open state on its way to full.
            throwIfAny(makeRoom(zone, "finish"));
        }
    }

    synchronized void finish(int zone) {
        requireFinishable(zone);
        finished(zone);
    }

    /** Notes that the zone is finished, as {@link #requireFinishable} allowed. */
    synchronized void finished(int zone) {
        if (conditions.get(zone) != ZoneCondition.FULL) {
            written.set(zone, geometry.zoneCapacityBytes());
            reserved[zone] = geometry.zoneCapacityBytes();
            moveTo(zone, ZoneCondition.FULL);
        }
    }

    synchronized void open(int zone) {
        refuseCommand(zone, "open");
        ZoneCondition condition = conditions.get(zone);
        if (condition == ZoneCondition.FULL) {
            throw notAllowed(zone, "open");
        }
        if (!condition.isOpen()) {
            throwIfAny(makeRoom(zone, "open"));
        }
        moveTo(zone, ZoneCondition.EXPLICIT_OPEN);
    }

    synchronized void close(int zone) {
        refuseCommand(zone, "close");
        if (!conditions.get(zone).isActive()) {
            throw notAllowed(zone, "close");
        }
        moveTo(zone, reserved[zone] == 0 ? ZoneCondition.EMPTY : ZoneCondition.CLOSED);
    }

    /** Makes a zone read-only or offline, as a device does with a worn one. For tests of the faults. */
    synchronized void fail(int zone, ZoneCondition fault) {
        moveTo(zone, fault);
    }

    private void refuseCommand(int zone, String command) {
        if (isConventional(zone)) {
            throw notAllowed(zone, command);
        }
        if (conditions.get(zone) == ZoneCondition.READ_ONLY || conditions.get(zone) == ZoneCondition.OFFLINE) {
            throw fault(zone, command);
        }
    }

    private @Nullable DeviceException makeRoom(int zone, String command) {
        boolean wasActive = conditions.get(zone).isActive();
        if (!wasActive && geometry.maxActiveZones() != 0 && active >= geometry.maxActiveZones()) {
            return new DeviceException(
                    Problem.TOO_MANY_ACTIVE_ZONES,
                    command + " zone " + zone + " of " + name + " refused: " + active
                            + " zones are active, which is the device's limit; finish or reset one");
        }
        if (geometry.maxOpenZones() != 0 && open >= geometry.maxOpenZones() && !closeAnImplicitlyOpenZone()) {
            return new DeviceException(
                    Problem.TOO_MANY_OPEN_ZONES,
                    command + " zone " + zone + " of " + name + " refused: " + open
                            + " zones are explicitly open, which is the device's limit; close one");
        }
        return null;
    }

    private boolean closeAnImplicitlyOpenZone() {
        int zone = implicitlyOpen.nextSetBit(0);
        if (zone < 0) {
            return false;
        }
        moveTo(zone, ZoneCondition.CLOSED);
        return true;
    }

    private void moveTo(int zone, ZoneCondition condition) {
        take(zone, condition);
        changed.mark(zone);
    }

    private void take(int zone, ZoneCondition condition) {
        ZoneCondition before = conditions.get(zone);
        open += (condition.isOpen() ? 1 : 0) - (before.isOpen() ? 1 : 0);
        active += (condition.isActive() ? 1 : 0) - (before.isActive() ? 1 : 0);
        conditions.set(zone, condition);
        implicitlyOpen.set(zone, condition == ZoneCondition.IMPLICIT_OPEN);
    }

    private static void throwIfAny(@Nullable DeviceException refusal) {
        if (refusal != null) {
            throw refusal;
        }
    }

    private DeviceException fault(int zone, String attempt) {
        return new DeviceException(
                Problem.ZONE_FAULT,
                attempt + " of zone " + zone + " of " + name + " refused: the zone is " + conditions.get(zone));
    }

    private DeviceException notAllowed(int zone, String attempt) {
        return new DeviceException(
                Problem.ZONE_CONDITION,
                attempt + " of zone " + zone + " of " + name + " refused: the zone is " + conditions.get(zone));
    }
}
