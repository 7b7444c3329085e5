package io.znsslab.core.benchmark.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the kernel counts of a thread of this process (proc_pid_stat(5), proc_pid_status(5)).
 *
 * @param pageFaults minor and major ones
 * @param voluntarySwitches times that the thread gave up its processor
 */
record ThreadCounters(long pageFaults, long voluntarySwitches) {
    private static final int MINOR_FAULTS = 7;
    private static final int MAJOR_FAULTS = 9;
    private static final String SWITCHES = "voluntary_ctxt_switches:";

    /** The thread with that id of the kernel's. */
    static ThreadCounters of(long thread) throws IOException {
        Path folder = Path.of("/proc/self/task", Long.toString(thread));
        String stat = Files.readString(folder.resolve("stat"));
        // The thread's name may hold anything, and ends at the last parenthesis; the third field follows.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        List<String> status = Files.readAllLines(folder.resolve("status"));
        return new ThreadCounters(
                Long.parseLong(fields[MINOR_FAULTS]) + Long.parseLong(fields[MAJOR_FAULTS]),
                status.stream()
                        .filter(line -> line.startsWith(SWITCHES))
                        .mapToLong(line ->
                                Long.parseLong(line.substring(SWITCHES.length()).strip()))
                        .findFirst()
                        .orElseThrow());
    }
}
