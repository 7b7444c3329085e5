package io.znsslab.cli.bench.tier;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process has used up to a moment, all its threads together.
 *
 * @param nanos the moment
 * @param cpuNanos processor time, the kernel's on our behalf included
 * @param heapBytes allocated on the Java heap so far
 */
record ProcessMeter(long nanos, long cpuNanos, long heapBytes) {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static ProcessMeter now() {
        return new ProcessMeter(System.nanoTime(), SYSTEM.getProcessCpuTime(), THREADS.getTotalThreadAllocatedBytes());
    }

    /** What was used from the other moment to this one. */
    ProcessMeter since(ProcessMeter before) {
        return new ProcessMeter(nanos - before.nanos, cpuNanos - before.cpuNanos, heapBytes - before.heapBytes);
    }
}
