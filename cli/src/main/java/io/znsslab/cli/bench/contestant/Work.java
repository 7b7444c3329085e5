package io.znsslab.cli.bench.contestant;

/** One thread's objects and the order in which they come and go. For one thread. */
public final class Work {
    final Pattern pattern;
    final int[] sizes;
    final int[] order;
    final long[] objects;
    int random;

    /** Work on at most {@code live} objects at a time; the same for the same seed. */
    public Work(Pattern pattern, int live, ObjectSizes ofObjects, long seed) {
        this.pattern = pattern;
        sizes = ofObjects.sequence(live, seed);
        order = Shuffle.of(live, seed);
        objects = new long[live];
        random = (int) seed | 1;
    }
}
