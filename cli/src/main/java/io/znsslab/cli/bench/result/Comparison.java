package io.znsslab.cli.bench.result;

/**
 * One figure beside its goal.
 *
 * @param what is measured
 * @param unit of the two figures
 * @param store what the store reached
 * @param reference what it is compared with: the figure of another program or allocator in the same run, or the same
 *     without the load; 0 when the goal is an absolute one
 * @param ratio of the two, or the store's figure itself
 * @param goal in words
 * @param met whether the ratio reaches it
 */
public record Comparison(
        String what, String unit, double store, double reference, double ratio, String goal, boolean met) {
    /** The figure's name with its unit. */
    String named() {
        return unit.isEmpty() ? what : what + ", " + unit;
    }

    /** More is better. */
    public static Comparison atLeast(double share, String what, String unit, double store, double reference) {
        double ratio = store / reference;
        return new Comparison(what, unit, store, reference, ratio, ">= " + share, ratio >= share);
    }

    /** More is better, in itself. */
    public static Comparison atLeast(double least, String what, String unit, double store) {
        return new Comparison(what, unit, store, 0, store, ">= " + least, store >= least);
    }

    /** Less is better. */
    public static Comparison atMost(double share, String what, String unit, double store, double reference) {
        double ratio = store / reference;
        return new Comparison(what, unit, store, reference, ratio, "<= " + share, ratio <= share);
    }

    /** Less is better, in itself. */
    public static Comparison atMost(double most, String what, String unit, double store) {
        return new Comparison(what, unit, store, 0, store, "<= " + most, store <= most);
    }
}
