package io.znsslab.cli.demo.domains;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.statistics.ArenaUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes down what memory a store has at the boundaries of a pattern's pieces of work. Used by one thread. */
final class Boundaries {
    private static final Path OWN_THREAD = Path.of("/proc/thread-self/stat");
    /** Index among the fields after the thread's name, in parentheses; see proc(5). */
    private static final int MINOR_FAULTS = 7;

    /**
     * Memory at a boundary, in bytes.
     *
     * @param at which boundary
     * @param allocated slabs that hold objects, or are ready for them
     * @param keptHot slabs without an object, kept for the thread's next domain
     * @param arenaRss pages of the store's memory that are in physical memory
     * @param pageFaults of this thread since the boundary before; some are the Java machine's own
     */
    record Boundary(String at, long allocated, long keptHot, long arenaRss, long pageFaults) {}

    private final SlabAllocator store;
    private final List<Boundary> seen = new ArrayList<>();
    private long faultsBefore;

    /** Begins, with a boundary of its own. */
    Boundaries(SlabAllocator store) {
        this.store = store;
        store.arenaUsage(); // loads what the first look takes, before faults are counted
        faultsBefore = faults();
        at("before");
    }

    /** Looks at the store's memory now. */
    void at(String boundary) {
        long faults = faults() - faultsBefore;
        ArenaUsage usage = store.arenaUsage();
        seen.add(new Boundary(
                boundary, usage.grantedBytes() - usage.hotBytes(), usage.hotBytes(), usage.rssBytes(), faults));
        faultsBefore = faults();
    }

    /** All so far. */
    List<Boundary> seen() {
        return List.copyOf(seen);
    }

    private static long faults() {
        try {
            String stat = Files.readString(OWN_THREAD);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(fields[MINOR_FAULTS]);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + OWN_THREAD, e);
        }
    }
}
