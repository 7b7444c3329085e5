package io.znsslab.core.benchmark.contestant;

import io.znsslab.bindings.LastingRanges;
import java.lang.foreign.Arena;

/** Memory for the bare algorithms: zeroes that become resident page by page, for the life of the process. */
final class BareRange {
    private BareRange() {}

    /** The address of a range, aligned to pages. */
    static long reserve(long bytes) {
        return new LastingRanges(BareRange.class, Arena.global()).reserve(bytes).address();
    }
}
