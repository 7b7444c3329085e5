package io.znsslab.cli.bench.soak;

import java.util.ArrayList;
import java.util.List;

/** What was wrong; thread-safe. */
final class WrongAnswers {
    private static final int MOST_KEPT = 20;

    private final List<String> first = new ArrayList<>();
    private long count;

    synchronized void add(String what) {
        count++;
        if (first.size() < MOST_KEPT) {
            first.add(what);
        }
    }

    synchronized long count() {
        return count;
    }

    /** The first of them, in words. */
    synchronized List<String> first() {
        return List.copyOf(first);
    }
}
