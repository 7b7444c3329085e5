package io.znsslab.tier.zone;

import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;

/** The agent that resets dead zones, so that no thread that frees a slab waits for a device. */
public final class ZoneReclaimer implements AutoCloseable {
    private static final long READER_CHECK_NANOS = 1_000_000;

    private final AgentRunner runner;

    /** Starts the reclaimer thread. */
    public ZoneReclaimer(ZoneAllocator zones) {
        runner = new AgentRunner(new Resetting(zones));
        runner.start();
    }

    private record Resetting(ZoneAllocator zones) implements Agent {
        @Override
        public String name() {
            return "zns-slab-zones";
        }

        @Override
        public String purpose() {
            return "resetting of dead zones";
        }

        @Override
        public long work() {
            int left = zones.resetDeadZones();
            zones.tellOfResets();
            // The zones that are left are still being read, and the end of a read is not signalled.
            return left > 0 ? READER_CHECK_NANOS : UNTIL_SIGNALLED;
        }

        /** A zone that was not reset is still among the dead ones. A writer that waits for one checks again. */
        @Override
        public boolean failed(Throwable cause) {
            zones.tellOfResets();
            return true;
        }
    }

    /** Wakes the reclaimer thread after a zone died. Any thread may call. */
    public void signal() {
        runner.signal();
    }

    /** Waits for a reset in progress, then ends the thread. Zones that are dead by then stay so on the device. */
    @Override
    public void close() {
        runner.close();
    }
}
