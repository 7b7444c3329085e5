package io.znsslab.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An epoch that takes allocations, or that is closed as soon as the last thread leaves it: what to look at where memory
 * does not come back. See {@link SlabAllocator#openEpochs}.
 *
 * @param epoch its number
 * @param label what the application called it; may be empty
 * @param opened when it was opened; of a domain that discards its epoch, when it was first looked at after that, unless
 *     openings are traced
 * @param openFor how long it was open at the time of the question; not negative
 * @param isClosing whether it was closed, and waits for threads that are inside
 * @param entries how many entries of domains are not left yet
 * @param openedAt an exception that was made where it was opened and never thrown, with the opening thread's stack;
 *     empty unless {@link SlabAllocatorBuilder#traceOpenings} was set
 */
public record OpenEpoch(
        long epoch,
        String label,
        Instant opened,
        Duration openFor,
        boolean isClosing,
        long entries,
        Optional<Throwable> openedAt) {}
