package io.znsslab.cli.demo.domains;

import io.znsslab.core.EpochDomain;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A web request: all that is allocated for it ends with it, in one step, and nothing has to be freed. The domain is an
 * {@link java.lang.foreign.Arena}, so that it can be given to whatever takes one.
 *
 * <p>The memory of a request stays for the thread's next one for a moment: from the second request on there are no page
 * faults.
 */
final class WebRequest {
    private static final int ROWS = 8_000;
    private static final int ROW_BYTES = 200;

    private WebRequest() {}

    static void run(SlabAllocator store, Boundaries boundaries) {
        for (int request = 1; request <= 3; request++) {
            try (EpochDomain memory = store.openDomain()) {
                MemorySegment path = memory.allocateFrom("/orders/" + request);
                MemorySegment newest = query(memory, path);
                if (newest.get(ValueLayout.JAVA_LONG, 0) != ROWS - 1) {
                    throw new IllegalStateException("the request's own data changed under it");
                }
                boundaries.at("request " + request + " answered");
            }
            boundaries.at("request " + request + " over");
        }
        store.trim();
        boundaries.at("no more requests");
    }

    /** Stands for a query of a database: its rows live as long as the request. */
    private static MemorySegment query(EpochDomain memory, MemorySegment path) {
        MemorySegment row = path;
        for (long number = 0; number < ROWS; number++) {
            row = memory.allocate(ROW_BYTES);
            row.set(ValueLayout.JAVA_LONG, 0, number);
        }
        return row;
    }
}
