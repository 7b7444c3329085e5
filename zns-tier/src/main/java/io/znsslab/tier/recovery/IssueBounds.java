package io.znsslab.tier.recovery;

/**
 * What may have been issued, as the log says it; see the package's description.
 *
 * @param far bounds that hold also for regions that are lost
 * @param knownId ids below of which nothing else is said may have issued any generation
 * @param knownGeneration ids from there on of which nothing else is said have issued none from this one on before this
 *     opening
 * @param generations nor from this one on since, unless they are raised: 1 to {@link #ALL_GENERATIONS}
 */
record IssueBounds(Bounds far, long knownId, int knownGeneration, int generations) {
    /** No generation is left. */
    static final int ALL_GENERATIONS = 1 << 24;

    /**
     * Generations that an opening reserves for all ids: what a sudden end costs them. All generations last for so many
     * sudden ends in a row as this goes into 2<sup>24</sup>: 16,384. After more, ids that a run has used are used up by
     * its sudden end.
     */
    static final int GENERATIONS_AHEAD = 1 << 10;

    IssueBounds withFar(Bounds bounds) {
        return new IssueBounds(bounds, knownId, knownGeneration, generations);
    }

    /** With at least that bound of generations. */
    IssueBounds withGenerations(int bound) {
        return bound <= generations ? this : new IssueBounds(far, knownId, knownGeneration, bound);
    }

    /** With nothing known of ids below that one but what is said of each. */
    IssueBounds withKnownId(long id) {
        return new IssueBounds(far, id, knownGeneration, generations);
    }

    /** The end of the steps of which that generation is one. */
    static int roundedUp(long generation) {
        return (int)
                Math.min(ALL_GENERATIONS, (generation + GENERATIONS_AHEAD) / GENERATIONS_AHEAD * GENERATIONS_AHEAD);
    }
}
