package io.znsslab.tier.device;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides which operations on a {@link SimulatedDevice} fail, and how. Called once for each operation, in the order in
 * which they reach the device, one at a time.
 */
@FunctionalInterface
public interface SimulatedFaults {
    /** No operation fails. */
    SimulatedFaults NONE = (operation, zone) -> null;

    /**
     * The fault of an operation.
     *
     * @param zone the zone concerned; -1 for a flush
     * @return null when the operation succeeds
     */
    SimulatedFault faultOf(SimulatedOperation operation, int zone);

    /** A fault at the operation of that kind with that index, counted from 0. */
    static SimulatedFaults once(SimulatedFault fault, SimulatedOperation at, long index) {
        AtomicLong count = new AtomicLong();
        return (operation, zone) -> operation == at && count.getAndIncrement() == index ? fault : null;
    }

    /** A fault at the operation of that kind with that index, counted from 0, and all after it. */
    static SimulatedFaults from(SimulatedFault fault, SimulatedOperation at, long index) {
        AtomicLong count = new AtomicLong();
        return (operation, zone) -> operation == at && count.getAndIncrement() >= index ? fault : null;
    }

    /** No operation fails; counts the operations that {@link #at} gives an index to. */
    static SimulatedFaults counting(AtomicLong count) {
        return (operation, zone) -> {
            if (operation != SimulatedOperation.REPORT) {
                count.incrementAndGet();
            }
            return null;
        };
    }

    /** A fault at the operation with that index among all operations but reports, which are answered from memory. */
    static SimulatedFaults at(SimulatedFault fault, long index) {
        AtomicLong count = new AtomicLong();
        return (operation, zone) ->
                operation != SimulatedOperation.REPORT && count.getAndIncrement() == index ? fault : null;
    }
}
