package io.znsslab.cli.demo.live;

import java.util.ArrayList;
import java.util.List;

/**
 * Some of a run's moments, about evenly spread over it however long it takes: when there are too many, each second one
 * goes, and from then on each second one is taken. Thread-safe.
 */
public final class Timeline {
    /** Most moments that are kept; an even number. */
    static final int MOST = 96;

    private final List<Moment> moments = new ArrayList<>();
    private int takeEach = 1;
    private int seen;
    private Moment last;

    /** Starts without a moment. */
    public Timeline() {}

    /** Takes a moment, or not. */
    public synchronized void add(Moment moment) {
        last = moment;
        if (seen++ % takeEach != 0) {
            return;
        }
        moments.add(moment);
        if (moments.size() == MOST) {
            for (int index = MOST - 1; index > 0; index -= 2) {
                moments.remove(index);
            }
            takeEach *= 2;
        }
    }

    /** The moments kept, and the last one of all. */
    public synchronized List<Moment> moments() {
        List<Moment> all = new ArrayList<>(moments);
        if (last != null && !all.getLast().equals(last)) {
            all.add(last);
        }
        return all;
    }
}
