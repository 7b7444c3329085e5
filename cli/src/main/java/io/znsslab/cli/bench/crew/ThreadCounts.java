package io.znsslab.cli.bench.crew;

import java.util.ArrayList;
import java.util.List;

/** Numbers of threads to measure with. */
public final class ThreadCounts {
    private static final int EACH_UP_TO = 4;

    private ThreadCounts() {}

    /** 1, 2, 3, 4, then each twice the one before, and the largest. */
    public static List<Integer> upTo(int largest) {
        List<Integer> counts = new ArrayList<>();
        for (int count = 1; count < largest; count = count < EACH_UP_TO ? count + 1 : 2 * count) {
            counts.add(count);
        }
        counts.add(largest);
        return counts;
    }
}
