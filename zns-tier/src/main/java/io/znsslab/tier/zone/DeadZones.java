package io.znsslab.tier.zone;

import io.znsslab.core.event.StoreEvents;
import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZonedDevice;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The zones without live slabs on their way to a reset, and those that could not be reset. Thread-safe, by the lock of
 * its owner, which is not held while zones are reset.
 *
 * <pre>
 *   dead --> durably so: resettable --> being reset --> empty
 *     ^                                     |
 *     +------------- given up <-------------+
 * </pre>
 */
final class DeadZones {
    /** A reset that fails this often has failed. */
    private static final int RESET_TRIES = 3;

    private static final System.Logger LOGGER = System.getLogger(DeadZones.class.getName());

    private final ZonedDevice device;
    private final ZoneTable table;
    private final IntConsumer emptied;
    private final AtomicLong resets = new AtomicLong();
    private final ReentrantLock lock;
    private final Condition resetEnded;
    private final ArrayDeque<Integer> dead = new ArrayDeque<>();
    /** Zones whose death is durable in the log. */
    private final ArrayDeque<Integer> resettable = new ArrayDeque<>();
    /** Dead zones that could not be reset. */
    private final BitSet givenUp = new BitSet();

    private int beingReset;
    /** How often {@link #beingReset} has fallen. */
    private long ends;

    private volatile BooleanSupplier beforeReset = () -> true;

    /** @param emptied takes each zone that was reset */
    DeadZones(ZonedDevice device, ZoneTable table, ReentrantLock lock, IntConsumer emptied) {
        this.device = device;
        this.table = table;
        this.lock = lock;
        this.emptied = emptied;
        resetEnded = lock.newCondition();
    }

    /** Sets a check that runs before dead zones are reset, and may forbid it. */
    void beforeReset(BooleanSupplier permission) {
        beforeReset = permission;
    }

    /** Adds a zone without live slabs, whose use is RESETTING already. */
    void add(int zone) {
        lock.lock();
        try {
            dead.add(zone);
        } finally {
            lock.unlock();
        }
    }

    /** Number of zones reset so far. */
    long resets() {
        return resets.get();
    }

    /** Number of zones that can be expected to become empty. Called with the lock. */
    int expected() {
        return dead.size() + resettable.size() + beingReset;
    }

    /** Whether a zone may become empty at this moment. Called with the lock. */
    boolean isBeingReset() {
        return beingReset > 0;
    }

    /** Signalled when {@link #isBeingReset} may have changed. */
    Condition resetEnded() {
        return resetEnded;
    }

    /** Marks a zone as unavailable for a moment, as one that is being reset. Called with the lock. */
    void begin() {
        beingReset++;
    }

    /** Ends what {@link #begin} began. */
    void end() {
        lock.lock();
        try {
            beingReset--;
            ends++;
            resetEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets the next {@link #resetAll} try again the zones that could not be reset. Called with the lock. True if there
     * are any.
     */
    boolean tryAgain() {
        boolean any = !givenUp.isEmpty();
        givenUp.stream().forEach(dead::add);
        givenUp.clear();
        return any;
    }

    /**
     * Marks the zone as dead if it is. Checks the use and the live count itself: since the caller saw them, the zone's
     * owner may have written more slabs and sealed it. Takes the lock, so that no new incarnation begins between check
     * and change.
     */
    boolean condemn(int zone) {
        lock.lock();
        try {
            // Checked in this order: a sealed zone gets no slabs any more.
            boolean isDead = table.use(zone) == ZoneUse.SEALED && table.liveSlabs(zone) == 0;
            if (isDead) {
                table.use(zone, ZoneUse.RESETTING);
                dead.add(zone);
            }
            return isDead;
        } finally {
            lock.unlock();
        }
    }

    /** Resets the dead zones that are not being read; returns how many dead zones are left. */
    int resetAll() {
        makeDeathsDurable();
        for (int tries = left(); tries > 0; tries--) {
            int zone = takeDead();
            if (zone == ZoneAllocator.NONE) {
                break;
            }
            try {
                reset(zone);
            } finally {
                end();
            }
        }
        return left();
    }

    /**
     * As {@link #resetAll}, and waits for the resets that other threads have begun, too: zones that were dead at the
     * call are empty afterwards, except those that are being read or could not be reset.
     */
    void resetAllAndAwait() {
        resetAll();
        for (int waits = 2 * table.zoneCount(); waits > 0 && awaitResetByOthers(); waits--) {
            // Another thread may have made deaths durable, and have left the resets to whoever comes first.
            resetAll();
        }
    }

    /** Waits for the end of a reset in progress; false at once if there is none. */
    private boolean awaitResetByOthers() {
        lock.lock();
        try {
            if (beingReset == 0) {
                return false;
            }
            long before = ends;
            while (beingReset > 0 && ends == before) {
                resetEnded.awaitUninterruptibly();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the zones that died before this call resettable after it; if their death can't be made durable, they are
     * tried again with the zones whose reset failed.
     */
    private void makeDeathsDurable() {
        List<Integer> dying;
        lock.lock();
        try {
            if (dead.isEmpty()) {
                return;
            }
            dying = List.copyOf(dead);
            dead.clear();
            beingReset += dying.size();
        } finally {
            lock.unlock();
        }
        boolean permitted = false;
        try {
            permitted = beforeReset.getAsBoolean();
        } finally {
            lock.lock();
            try {
                beingReset -= dying.size();
                if (permitted) {
                    resettable.addAll(dying);
                } else {
                    dying.forEach(givenUp::set);
                }
                ends++;
                resetEnded.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether zones are dead, or being reset this moment. */
    boolean any() {
        lock.lock();
        try {
            return !dead.isEmpty() || !resettable.isEmpty() || beingReset > 0;
        } finally {
            lock.unlock();
        }
    }

    private int left() {
        lock.lock();
        try {
            return dead.size() + resettable.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the first dead zone that is not being read. New reads are refused, so it stays unread. */
    private int takeDead() {
        lock.lock();
        try {
            for (int i = resettable.size(); i > 0; i--) {
                int zone = resettable.remove();
                if (!table.isBeingRead(zone)) {
                    beingReset++;
                    return zone;
                }
                resettable.add(zone);
            }
            return ZoneAllocator.NONE;
        } finally {
            lock.unlock();
        }
    }

    private void reset(int zone) {
        DeviceException failure = tryToReset(zone);
        if (failure != null) {
            table.use(zone, ZoneUse.UNUSABLE);
            if (failure.problem() != DeviceException.Problem.ZONE_FAULT) {
                lock.lock();
                try {
                    givenUp.set(zone);
                } finally {
                    lock.unlock();
                }
            }
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "zone " + zone + " of " + device.name() + " is given up: " + failure.getMessage());
            return;
        }
        resets.incrementAndGet();
        emptied.accept(zone);
    }

    /** Resets the zone, with several attempts: one stray command must not cost a zone. Returns null on success. */
    private @Nullable DeviceException tryToReset(int zone) {
        DeviceException failure = null;
        for (int tries = 0; tries < RESET_TRIES; tries++) {
            try {
                long began = System.nanoTime();
                device.resetZone(zone);
                StoreEvents.zoneReset(device.name(), zone, System.nanoTime() - began);
                return null;
            } catch (DeviceException e) {
                failure = e;
                if (e.problem() == DeviceException.Problem.ZONE_FAULT) {
                    break;
                }
            }
        }
        return failure;
    }
}
