package io.znsslab.cli.bench.contestant;

import java.util.SplittableRandom;

/** Random orders, the same for the same seed, and a generator whose cost is negligible in a loop of nanoseconds. */
public final class Shuffle {
    private Shuffle() {}

    /** The numbers from 0 to {@code count - 1} in an order that the seed decides. */
    public static int[] of(int count, long seed) {
        int[] order = new int[count];
        for (int index = 0; index < count; index++) {
            order[index] = index;
        }
        SplittableRandom random = new SplittableRandom(seed);
        for (int index = count - 1; index > 0; index--) {
            int other = random.nextInt(index + 1);
            int kept = order[index];
            order[index] = order[other];
            order[other] = kept;
        }
        return order;
    }

    /** The next number after one that is not 0 (Marsaglia, Xorshift RNGs, 2003). */
    public static int next(int random) {
        int x = random;
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        return x;
    }

    /** A number from 0 to {@code bound - 1}, made of all 32 bits without a division. */
    public static int below(int random, int bound) {
        return (int) (((random & 0xffff_ffffL) * bound) >>> 32);
    }
}
