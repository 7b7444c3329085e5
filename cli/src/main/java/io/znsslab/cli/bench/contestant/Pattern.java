package io.znsslab.cli.bench.contestant;

import java.util.Locale;

/** The order in which objects come and go. */
public enum Pattern {
    /** As many objects as may live are allocated, then all freed in random order. */
    FILL_DRAIN,
    /** As many objects as may live do, and a random one of them is replaced. */
    CHURN,
    /** Each object is freed before the next one is allocated. */
    PAIRS;

    /** The form of the command line and of reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
