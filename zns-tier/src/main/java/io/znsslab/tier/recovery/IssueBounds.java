package io.znsslab.tier.recovery;

/**
 * What may have been issued, as the log says it; see the package's description.
 *
 * @param far bounds that hold also for regions that are lost
 * @param knownId ids below this that no other record names may have issued any generation
 * @param knownGeneration ids from {@code knownId} on that no other record names have issued no generation from this one
 *     on before this opening
 * @param generations those ids have not issued a generation from this one on since, unless they are raised: 1 to
 *     {@link #ALL_GENERATIONS}
 */
record IssueBounds(Bounds far, long knownId, int knownGeneration, int generations) {
    /** No generation is left. */
    static final int ALL_GENERATIONS = 1 << 24;

    /**
     * Generations that an opening reserves for all ids, which is what a sudden end costs each of them. All generations
     * last for so many sudden ends in a row as this goes into 2<sup>24</sup>: 16,384. After more, ids that a run has
     * used are used up by its sudden end.
     */
    static final int GENERATIONS_AHEAD = 1 << 10;

    IssueBounds withFar(Bounds bounds) {
        return new IssueBounds(bounds, knownId, knownGeneration, generations);
    }

    /** These bounds, with at least that bound of generations. */
    IssueBounds withGenerations(int bound) {
        return bound <= generations ? this : new IssueBounds(far, knownId, knownGeneration, bound);
    }

    /** These bounds, with nothing known of ids below that one but what is recorded for each. */
    IssueBounds withKnownId(long id) {
        return new IssueBounds(far, id, knownGeneration, generations);
    }

    /** The end of the step of generations that contains that generation. */
    static int roundedUp(long generation) {
        return (int)
                Math.min(ALL_GENERATIONS, (generation + GENERATIONS_AHEAD) / GENERATIONS_AHEAD * GENERATIONS_AHEAD);
    }
}
