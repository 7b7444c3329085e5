package io.znsslab.bindings;

import io.znsslab.bindings.zbd.LibZbd;
import io.znsslab.bindings.zbd.zbd_zone;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A buffer for the state of some zones, filled by {@link ZbdDevice#report} and read by index in the order of their
 * addresses. The predicates are those of libzbd/zbd.h, which are macros there. Not thread-safe; its arena decides which
 * threads may use it.
 */
public final class ZoneReport {

    private final MemorySegment zones;
    private final int capacity;
    private int count;

    /**
     * Wraps a report from another source: the zones of an array of {@code struct zbd_zone}, which stays the caller's.
     */
    public static ZoneReport of(MemorySegment zones) {
        ZoneReport report = new ZoneReport(zones, Math.toIntExact(zones.byteSize() / zbd_zone.sizeof()));
        report.count = report.capacity;
        return report;
    }

    private ZoneReport(MemorySegment zones, int capacity) {
        this.zones = zones;
        this.capacity = capacity;
    }

    /** @param capacity largest number of zones in one report, at least 1 */
    public ZoneReport(int capacity, Arena arena) {
        if (capacity < 1) {
            throw new IllegalArgumentException("A report of " + capacity + " zones has no room for one");
        }
        this.capacity = capacity;
        this.zones = zbd_zone.allocateArray(capacity, arena);
    }

    /** Number of zones in the last report. */
    public int count() {
        return count;
    }

    /** Largest number of zones that it can hold. */
    public int capacity() {
        return capacity;
    }

    /** Byte address of the zone on the device. */
    public long start(int index) {
        return zbd_zone.start(zone(index));
    }

    /** Bytes from the start of this zone to the start of the next. */
    public long length(int index) {
        return zbd_zone.len(zone(index));
    }

    /** Bytes that can be written to the zone; at most its length. */
    public long writableBytes(int index) {
        return zbd_zone.capacity(zone(index));
    }

    /** Byte address of the next write; without meaning in a zone that is conventional, full, read-only or offline. */
    public long writePointer(int index) {
        return zbd_zone.wp(zone(index));
    }

    /** One of the {@code ZBD_ZONE_COND_} constants, unless the device reports another value. */
    public int condition(int index) {
        return zbd_zone.cond(zone(index));
    }

    /** One of the {@code ZBD_ZONE_TYPE_} constants, unless the device reports another value. */
    public int type(int index) {
        return zbd_zone.type(zone(index));
    }

    /** Takes writes anywhere and has no write pointer. */
    public boolean isConventional(int index) {
        return type(index) == LibZbd.ZBD_ZONE_TYPE_CNV();
    }

    /** Takes writes at the write pointer only. */
    public boolean isSequentialWriteRequired(int index) {
        return type(index) == LibZbd.ZBD_ZONE_TYPE_SWR();
    }

    /** Takes writes anywhere, but prefers them at the write pointer. */
    public boolean isSequentialWritePreferred(int index) {
        return type(index) == LibZbd.ZBD_ZONE_TYPE_SWP();
    }

    /** Has no write pointer, like a conventional zone. */
    public boolean hasNoWritePointer(int index) {
        return condition(index) == LibZbd.ZBD_ZONE_COND_NOT_WP();
    }

    /** Not written since its reset. */
    public boolean isEmpty(int index) {
        return condition(index) == LibZbd.ZBD_ZONE_COND_EMPTY();
    }

    /** Opened by a write. */
    public boolean isImplicitlyOpen(int index) {
        return condition(index) == LibZbd.ZBD_ZONE_COND_IMP_OPEN();
    }

    /** Opened by command. */
    public boolean isExplicitlyOpen(int index) {
        return condition(index) == LibZbd.ZBD_ZONE_COND_EXP_OPEN();
    }

    /** Open in either way: counts against the limit of open zones. */
    public boolean isOpen(int index) {
        return isImplicitlyOpen(index) || isExplicitlyOpen(index);
    }

    /** Partly written and not open. */
    public boolean isClosed(int index) {
        return condition(index) == LibZbd.ZBD_ZONE_COND_CLOSED();
    }

    /** Open or closed: counts against the limit of active zones. */
    public boolean isActive(int index) {
        return isOpen(index) || isClosed(index);
    }

    /** Written to its end, or finished. */
    public boolean isFull(int index) {
        return condition(index) == LibZbd.ZBD_ZONE_COND_FULL();
    }

    /** Can't be written any more. */
    public boolean isReadOnly(int index) {
        return condition(index) == LibZbd.ZBD_ZONE_COND_READONLY();
    }

    /** Can be neither read nor written. */
    public boolean isOffline(int index) {
        return condition(index) == LibZbd.ZBD_ZONE_COND_OFFLINE();
    }

    MemorySegment zones() {
        return zones;
    }

    /** @throws NativeException when the report can't hold so many */
    void count(String call, int reported) {
        count = 0;
        if (reported < 0 || reported > capacity) {
            throw new NativeException(
                    call,
                    Errno.EIO,
                    "it reports " + Integer.toUnsignedString(reported) + " zones, more than the " + capacity
                            + " requested");
        }
        count = reported;
    }

    private MemorySegment zone(int index) {
        return zbd_zone.asSlice(zones, Objects.checkIndex(index, count));
    }
}
