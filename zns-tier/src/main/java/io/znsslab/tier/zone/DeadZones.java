package io.znsslab.tier.zone;

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

/**
 * The zones in which nothing is live, on their way to be reset, and those that could not be. Thread-safe, by the lock
 * of its owner, which is not held while zones are reset.
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
    /** Zones that are dead, which will be remembered. */
    private final ArrayDeque<Integer> resettable = new ArrayDeque<>();
    /** Dead zones that could not be reset. */
    private final BitSet givenUp = new BitSet();

    private int beingReset;
    private volatile BooleanSupplier beforeReset = () -> true;

    /** @param emptied takes each zone that was reset */
    DeadZones(ZonedDevice device, ZoneTable table, ReentrantLock lock, IntConsumer emptied) {
        this.device = device;
        this.table = table;
        this.lock = lock;
        this.emptied = emptied;
        resetEnded = lock.newCondition();
    }

    /** Asked before dead zones are reset, whether that may be. */
    void beforeReset(BooleanSupplier permission) {
        beforeReset = permission;
    }

    /** Adds a zone in which nothing is live, whose use says so. */
    void add(int zone) {
        lock.lock();
        try {
            dead.add(zone);
        } finally {
            lock.unlock();
        }
    }

    /** Zones that were reset. */
    long resets() {
        return resets.get();
    }

    /** Zones that can be expected to become empty. With the lock. */
    int expected() {
        return dead.size() + resettable.size() + beingReset;
    }

    /** Whether a zone may become empty this moment. With the lock. */
    boolean isBeingReset() {
        return beingReset > 0;
    }

    /** Signalled when that may have changed. */
    Condition resetEnded() {
        return resetEnded;
    }

    /** A zone is not to be had this moment: as one that is being reset. With the lock. */
    void begin() {
        beingReset++;
    }

    /** The counterpart of {@link #begin}. */
    void end() {
        lock.lock();
        try {
            beingReset--;
            resetEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has those that could not be reset tried again by the next {@link #resetAll}. With the lock. True if there are
     * any.
     */
    boolean tryAgain() {
        boolean any = !givenUp.isEmpty();
        givenUp.stream().forEach(dead::add);
        givenUp.clear();
        return any;
    }

    /**
     * Looks for itself whether the zone is dead: since the caller saw that, its owner may have put more into it and
     * sealed it. Under the lock, so that no new life begins between look and change.
     */
    boolean condemn(int zone) {
        lock.lock();
        try {
            // In this order: a sealed zone gets no slabs any more.
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

    /** Resets those that nobody reads; how many are left. */
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
     * Those that died before this call can be reset after it; if that can't be, they are tried again with what else
     * failed.
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

    /** The first dead zone that nobody reads. New reads are turned away, so one that is not read now never will be. */
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

    /** Null when it is reset. A zone is too much to lose by one command that went astray. */
    private DeviceException tryToReset(int zone) {
        DeviceException failure = null;
        for (int tries = 0; tries < RESET_TRIES; tries++) {
            try {
                device.resetZone(zone);
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
