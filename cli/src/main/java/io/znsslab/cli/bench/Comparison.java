package io.znsslab.cli.bench;

/**
 * One figure beside its goal.
 *
 * @param what is measured
 * @param unit of the two figures
 * @param store what the store reached
 * @param reference what it is compared with: fio's figure, or the same without the load; 0 when the goal is an absolute
 *     one
 * @param ratio of the two, or the store's figure itself
 * @param goal in words
 * @param met whether the ratio reaches it
 */
record Comparison(String what, String unit, double store, double reference, double ratio, String goal, boolean met) {
    /** More is better. */
    static Comparison atLeast(double share, String what, String unit, double store, double reference) {
        double ratio = store / reference;
        return new Comparison(what, unit, store, reference, ratio, ">= " + share, ratio >= share);
    }

    /** Less is better. */
    static Comparison atMost(double share, String what, String unit, double store, double reference) {
        double ratio = store / reference;
        return new Comparison(what, unit, store, reference, ratio, "<= " + share, ratio <= share);
    }

    /** Less is better, in itself. */
    static Comparison atMost(double most, String what, String unit, double store) {
        return new Comparison(what, unit, store, 0, store, "<= " + most, store <= most);
    }
}
