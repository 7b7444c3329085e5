package io.znsslab.tier.zone;

import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Allocates empty zones and takes dead ones back. Thread-safe.
 *
 * <p>Free zones are used in turn, so that all wear alike. {@link #resetDeadZones} resets a zone that died;
 * {@link #open} calls it before it answers that there is none.
 */
public final class ZoneAllocator {
    /** No zone is available. */
    public static final int NONE = -1;
    /** No zone is available while the log is being written, on a device that lets one zone be partly written. */
    public static final int WHILE_LOG_IS_WRITTEN = -2;

    /** There are empty zones, but space below the device was not requested yet. */
    private static final int NOT_ASKED = -3;

    private final ZonedDevice device;
    private final ZoneTable table;
    private final int reserve;
    private final int logZones;
    private final AtomicLong nextIncarnation;
    private final AtomicLong lastExtent;

    /** Guards the following fields. */
    private final ReentrantLock lock = new ReentrantLock();

    private final ActiveZones active;
    private final DeadZones dead;
    private final FreeZones free = new FreeZones();
    private final ZonePreallocation preallocation;
    private final RestoredZones restored;

    private volatile Runnable freeListener = () -> {};

    /**
     * Creates an allocator without zones.
     *
     * @param firstIncarnation number of the first incarnation to give out, below the first extent; all above it are
     *     unused too
     * @param tokens how many zones may be partly written at a time
     * @param logZones how many more the log may have partly written
     * @param reserve how many empty zones are kept for relocated slabs, so that garbage can still be collected on a
     *     full device
     */
    public ZoneAllocator(
            ZonedDevice device, ZoneTable table, long firstIncarnation, int tokens, int logZones, int reserve) {
        this.logZones = logZones;
        this.device = device;
        this.table = table;
        active = new ActiveZones(device, table, tokens, lock);
        dead = new DeadZones(device, table, lock, this::emptied);
        preallocation = new ZonePreallocation(device, free, dead, lock);
        restored = new RestoredZones(table, active, preallocation);
        this.reserve = reserve;
        nextIncarnation = new AtomicLong(firstIncarnation);
        lastExtent = new AtomicLong(firstIncarnation);
    }

    /** The table of the zones. */
    public ZoneTable table() {
        return table;
    }

    /** The number of the next extent; extents are numbered over all openings of the device. */
    public long nextExtent() {
        return lastExtent.incrementAndGet();
    }

    /** How many zones the log may have partly written at a time. */
    public int logZones() {
        return logZones;
    }

    /** Sets a check that runs before dead zones are reset: all records that make them dead must be durable. */
    public void beforeReset(BooleanSupplier permission) {
        dead.beforeReset(permission);
    }

    /**
     * Takes an empty zone for the log for good; {@link #NONE} when there is none.
     *
     * @param fromReserve whether the zone may come from the reserve, without which nothing can be collected any more
     */
    public int takeForLog(boolean fromReserve) {
        int untouchable = fromReserve ? 0 : reserve;
        preallocation.makeReady(untouchable + 1);
        lock.lock();
        try {
            if (free.readyZones() <= untouchable) {
                return NONE;
            }
            int zone = free.takeReady();
            table.use(zone, ZoneUse.METADATA);
            return zone;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no data zone is partly written, and keeps it so. */
    public void takeTokenForLog() {
        active.takeForLog();
    }

    /** Lets data zones be written again. */
    public void returnTokenOfLog() {
        active.returnOfLog();
        freeListener.run();
    }

    /** Marks as unusable a zone that has failed and held no data that counts. */
    public void giveUp(int zone) {
        table.use(zone, ZoneUse.UNUSABLE);
    }

    /** Adds a zone of an earlier run in which nothing is live. */
    public void restoreDead(int zone) {
        table.use(zone, ZoneUse.RESETTING);
        dead.add(zone);
    }

    /**
     * Adds a zone of an earlier run in which slabs are live; the table knows them.
     *
     * @param leastBytes bytes that must be left for the zone to be written any further
     */
    public void restore(ZoneDescriptor zone, long leastBytes) {
        restored.add(zone, leastBytes, logZones > 0);
    }

    /**
     * Ends a partly written zone of an earlier run that would be written on, if it has no owner yet: it gets no slabs
     * any more.
     *
     * @return whether there is a zone to reset now
     */
    public boolean endRestored(int zone) {
        lock.lock();
        try {
            if (!restored.remove(zone)) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        if (!active.finish(zone)) {
            active.strandRestored(zone);
        }
        table.use(zone, ZoneUse.SEALED);
        return condemn(zone);
    }

    /**
     * Finishes or resets on the device the zones that {@link #restore} found unfinished or dead. Called once the
     * recovered state is durable.
     */
    public void tidyUp() {
        table.orderRestored();
        restored.finishOthers();
        resetDeadZones();
    }

    /** Marks a zone as one for superblocks. */
    public void reserveForMetadata(int zone) {
        table.use(zone, ZoneUse.METADATA);
    }

    /** Takes an empty zone into the pool. */
    public void addFree(int zone) {
        table.use(zone, ZoneUse.FREE);
        lock.lock();
        try {
            free.add(zone);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sets a listener that is called for each zone that becomes free, and after a reset that freed none
     * ({@link #tellOfResets}).
     */
    public void onFree(Runnable listener) {
        freeListener = listener;
    }

    /**
     * Called after another thread than the opening one has tried to reset the dead zones: a thread that waits for one
     * of them has to check again, even if no reset succeeded.
     */
    void tellOfResets() {
        freeListener.run();
    }

    /** Empty zones that are kept for relocated slabs. */
    public int reserve() {
        return reserve;
    }

    /** How many zones may be partly written at a time. */
    public int tokens() {
        return active.tokens();
    }

    /** Number of empty zones for which there is no space below the device. */
    public int roomlessZones() {
        lock.lock();
        try {
            return free.roomlessZones();
        } finally {
            lock.unlock();
        }
    }

    /** Number of empty zones, dead ones included, but not those for which there is no space. */
    public int freeZones() {
        lock.lock();
        try {
            return free.size() + dead.expected();
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #open} would find a zone for new slabs, as long as no other thread takes it. */
    public boolean canOpen() {
        lock.lock();
        try {
            return !active.isLogWritten()
                    && active.tokensLeft() > 0
                    && (restored.begunZones() > 0 || free.size() > reserve);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Number of zones that are not written any more, but could not be finished: each keeps one of the {@link #tokens}.
     */
    public int strandedZones() {
        return active.strandedZones();
    }

    /** Zones reset so far. */
    public long resets() {
        return dead.resets();
    }

    /**
     * Allocates an empty zone, in a new incarnation, for its caller alone to write until {@link #sealed} or
     * {@link #abandoned}. May take as long as a reset.
     *
     * @param fromReserve whether the zone may come from the reserve
     * @return the zone, or {@link #NONE} when there is none, or all tokens are taken
     */
    public int open(boolean fromReserve) {
        int zone = takeFree(fromReserve);
        if (zone == NONE) {
            resetDeadZones();
            zone = takeFree(fromReserve);
        }
        if (zone == NONE && tryAgainWhatFailed()) {
            zone = takeFree(fromReserve);
        }
        return zone;
    }

    /**
     * Tries failed operations once more before a device counts as full: faults may pass, and space may have become
     * free. True when that helped.
     */
    private boolean tryAgainWhatFailed() {
        BitSet stranded;
        boolean anyUnreset;
        boolean useful;
        lock.lock();
        try {
            stranded = active.stranded();
            anyUnreset = dead.tryAgain();
            useful = free.askAgain(System.nanoTime());
        } finally {
            lock.unlock();
        }
        for (int zone = stranded.nextSetBit(0); zone >= 0; zone = stranded.nextSetBit(zone + 1)) {
            useful |= active.finishUnlessReset(zone) && active.giveBackOf(zone);
        }
        if (anyUnreset) {
            long before = dead.resets();
            resetDeadZones();
            useful |= dead.resets() != before;
        }
        return useful;
    }

    private int takeFree(boolean fromReserve) {
        int untouchable = fromReserve ? 0 : reserve;
        while (true) {
            preallocation.makeReady(untouchable + 1);
            int zone = takeReady(untouchable);
            if (zone != NOT_ASKED) {
                return zone;
            }
        }
    }

    private int takeReady(int untouchable) {
        lock.lock();
        try {
            while (free.size() <= untouchable
                    && restored.begunZones() == 0
                    && dead.isBeingReset()
                    && !active.isLogWritten()) {
                // Another thread is resetting zones; the answer "none" would make a device look full that is not.
                dead.resetEnded().awaitUninterruptibly();
            }
            if (active.isLogWritten()) {
                return WHILE_LOG_IS_WRITTEN;
            }
            if (restored.begunZones() > 0 && active.tokensLeft() > 0) {
                active.take();
                return restored.takeBegun();
            }
            if (free.size() <= untouchable || restored.begunZones() >= active.tokensLeft()) {
                return NONE;
            }
            if (free.readyZones() <= untouchable) {
                // The zone became empty after space was requested.
                return NOT_ASKED;
            }
            int zone = free.takeReady();
            active.take();
            table.begin(zone, nextIncarnation.getAndIncrement());
            return zone;
        } finally {
            lock.unlock();
        }
    }

    /** Counts slabs that are about to be written to an open zone. */
    public void addLive(int zone, int slabs) {
        table.addLive(zone, slabs);
    }

    /**
     * Counts slabs of a zone as dead, or as not written after all.
     *
     * @return whether there is a zone to reset now
     */
    public boolean removeLive(int zone, int slabs) {
        int left = table.addLive(zone, -slabs);
        if (left < 0) {
            throw new IllegalStateException("zone " + zone + " of " + device.name() + " had " + (left + slabs)
                    + " live slabs, and " + slabs + " were released: a slab was released twice");
        }
        return left == 0 && condemn(zone);
    }

    /**
     * Ends a zone that its owner has filled, and that the device counts as full.
     *
     * @return whether there is a zone to reset now
     */
    public boolean sealed(int zone) {
        active.giveBack();
        table.use(zone, ZoneUse.SEALED);
        return condemn(zone);
    }

    /**
     * Ends a partly written zone after a failed write. Its data stays readable as far as the device allows. The zone is
     * finished if the device still can; otherwise it may go on counting as active, and keeps its token until it is
     * reset. Never throws, since the owner has other zones to write.
     *
     * @return whether there is a zone to reset now
     */
    public boolean abandoned(int zone) {
        if (active.finish(zone)) {
            return sealed(zone);
        }
        active.strand(zone);
        table.use(zone, ZoneUse.SEALED);
        return condemn(zone);
    }

    /** Marks the zone as dead if it is, whatever the caller saw; false also when it was marked before. */
    boolean condemn(int zone) {
        return dead.condemn(zone);
    }

    /**
     * Resets the zones without live slabs, except those that are being read: they stay dead until a later call.
     *
     * @return how many dead zones are left
     */
    public int resetDeadZones() {
        return dead.resetAll();
    }

    /** As {@link #resetDeadZones}, and waits until other threads have reset those that they are resetting. */
    public void resetDeadZonesAndAwait() {
        dead.resetAllAndAwait();
    }

    /** Whether zones are dead, or being reset at this moment. */
    public boolean hasDeadZones() {
        return dead.any();
    }

    private void emptied(int zone) {
        active.giveBackOf(zone);
        addFree(zone);
        freeListener.run();
    }
}
