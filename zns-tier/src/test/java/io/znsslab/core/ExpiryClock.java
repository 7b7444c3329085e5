package io.znsslab.core;

import java.time.InstantSource;

/** Sets the clock by which an allocator's epochs expire. */
public final class ExpiryClock {
    private ExpiryClock() {}

    /** Has the allocator go by that clock, and look at it now. */
    public static void set(SlabAllocator allocator, InstantSource clock) {
        allocator.expiry().clock(clock);
        allocator.expiry().look();
    }
}
