package io.znsslab.tier.zone;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZonedDevice;
import java.util.BitSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The tokens of zones that are partly written, of which a device lets so many be. Thread-safe, by the lock of its
 * owner, which may be held at each call but {@link #finish} and {@link #finishUnlessReset}.
 *
 * <p>A zone that nobody writes any more, but that the device goes on counting as active, is stranded: it keeps its
 * token until it is reset or can be finished.
 */
final class ActiveZones {
    private static final System.Logger LOGGER = System.getLogger(ActiveZones.class.getName());

    private final ZonedDevice device;
    private final ZoneTable table;
    private final int tokens;
    private final ReentrantLock lock;
    private final Condition tokenReturned;
    private final BitSet stranded = new BitSet();
    private int tokensOut;
    private boolean logWantsToken;

    /** @param tokens how many zones may be partly written at a time */
    ActiveZones(ZonedDevice device, ZoneTable table, int tokens, ReentrantLock lock) {
        this.device = device;
        this.table = table;
        this.tokens = tokens;
        this.lock = lock;
        tokenReturned = lock.newCondition();
    }

    int tokens() {
        return tokens;
    }

    /** How many zones could be begun now. With the lock. */
    int tokensLeft() {
        return tokens - tokensOut;
    }

    /** Whether the log has asked that no zone of data is partly written. With the lock. */
    boolean isLogWritten() {
        return logWantsToken;
    }

    /** Gives out one that is left. With the lock. */
    void take() {
        tokensOut++;
    }

    /** A zone is not partly written any more. */
    void giveBack() {
        lock.lock();
        try {
            tokensOut--;
            tokenReturned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A zone keeps the token that it has. */
    void strand(int zone) {
        lock.lock();
        try {
            stranded.set(zone);
            tokenReturned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A zone of an earlier run gets one that it keeps. */
    void strandRestored(int zone) {
        lock.lock();
        try {
            stranded.set(zone);
            tokensOut++;
        } finally {
            lock.unlock();
        }
    }

    /** Takes back the token of a zone that is stranded no more. False when it was not. */
    boolean giveBackOf(int zone) {
        lock.lock();
        try {
            boolean had = stranded.get(zone);
            if (had) {
                stranded.clear(zone);
                tokensOut--;
                tokenReturned.signalAll();
            }
            return had;
        } finally {
            lock.unlock();
        }
    }

    int strandedZones() {
        lock.lock();
        try {
            return stranded.cardinality();
        } finally {
            lock.unlock();
        }
    }

    /** A copy of them. With the lock. */
    BitSet stranded() {
        return (BitSet) stranded.clone();
    }

    /** Waits until no zone of data is partly written, and keeps it so. */
    void takeForLog() {
        lock.lock();
        try {
            logWantsToken = true;
            while (tokensOut > stranded.cardinality()) {
                tokenReturned.awaitUninterruptibly();
            }
            if (tokensOut > 0) {
                throw new DeviceException(
                        DeviceException.Problem.TOO_MANY_ACTIVE_ZONES,
                        "the log of " + device.name() + " can't be written: zone " + stranded.nextSetBit(0)
                                + " failed and can't be finished, and no other may be partly written beside it");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets zones of data be written again. */
    void returnOfLog() {
        lock.lock();
        try {
            logWantsToken = false;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the device no longer counts the zone as active. */
    boolean finish(int zone) {
        try {
            device.finishZone(zone);
            return true;
        } catch (DeviceException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "zone " + zone + " of " + device.name() + " is not written any more, and can't be finished: "
                            + e.getMessage());
        }
        try {
            return !device.report(zone).condition().isActive();
        } catch (DeviceException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "the condition of zone " + zone + " of " + device.name() + " is unknown: " + e.getMessage());
            return false;
        }
    }

    /**
     * As {@link #finish}, of a zone that another thread may be about to reset: a zone that counts as empty must not be
     * finished.
     */
    boolean finishUnlessReset(int zone) {
        // While it is being read it is not reset.
        if (!table.beginRead(zone)) {
            return false;
        }
        try {
            return finish(zone);
        } finally {
            table.endRead(zone);
        }
    }
}
