package io.znsslab.cli.demo;

/** A hash that spreads its arguments over 64 bits; the mixing steps are those of Vigna's SplitMix64. */
final class Mix {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Mix() {}

    /** Independent values for different {@code purpose}s. */
    static long of(long seed, long number, long purpose) {
        return mixed(mixed(seed + purpose * GOLDEN) + number * GOLDEN);
    }

    private static long mixed(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
