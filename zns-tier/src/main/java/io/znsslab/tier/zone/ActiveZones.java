package io.znsslab.tier.zone;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZonedDevice;
import java.util.BitSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tokens for partly written zones, whose number a device limits. Thread-safe, by the lock of its owner, which may be
 * held at each call but {@link #finish} and {@link #finishUnlessReset}.
 *
 * <p>A stranded zone is one that is not written any more, but that the device goes on counting as active: it keeps its
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

    /** How many zones could be begun now. Called with the lock. */
    int tokensLeft() {
        return tokens - tokensOut;
    }

    /** Whether the log has requested that no data zone is partly written. Called with the lock. */
    boolean isLogWritten() {
        return logWantsToken;
    }

    /** Takes a token that is left. Called with the lock. */
    void take() {
        tokensOut++;
    }

    /** Returns the token of a zone that is not partly written any more. */
    void giveBack() {
        lock.lock();
        try {
            tokensOut--;
            tokenReturned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Marks a zone as stranded: it keeps its token. */
    void strand(int zone) {
        lock.lock();
        try {
            stranded.set(zone);
            tokenReturned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Marks a zone of an earlier run as stranded, with a token that it keeps. */
    void strandRestored(int zone) {
        lock.lock();
        try {
            stranded.set(zone);
            tokensOut++;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the token of a zone that is stranded no more. False when it was not stranded. */
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

    /** A copy of the stranded zones. Called with the lock. */
    BitSet stranded() {
        return (BitSet) stranded.clone();
    }

    /** Waits until no data zone is partly written, and keeps it so. */
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

    /** Lets data zones be written again. */
    void returnOfLog() {
        lock.lock();
        try {
            logWantsToken = false;
        } finally {
            lock.unlock();
        }
    }

    /** Finishes the zone. True when the device no longer counts it as active. */
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
     * The same as {@link #finish}, for a zone that another thread may be about to reset: a zone that counts as empty
     * must not be finished.
     */
    boolean finishUnlessReset(int zone) {
        // A zone that is being read is not reset.
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
