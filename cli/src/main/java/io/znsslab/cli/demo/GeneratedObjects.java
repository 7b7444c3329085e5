package io.znsslab.cli.demo;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Objects that are a function of seed and issue number, so that each can be made again to be compared: 8 bytes that no
 * other object has, then a piece of one random pattern from a place of its own. Making one is a copy, since in an
 * emulated machine random bytes would take longer than storing them.
 */
final class GeneratedObjects implements ObjectSource {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PLACES = 1 << 16;

    private final long seed;
    private final SizeRange sizes;
    private final long objects;
    private final long epochs;
    private final byte[] pattern;
    private final byte[] taken;
    private final byte[] expected;
    private long epochsBegun;
    private long produced;
    private long endOfEpoch;

    /** Objects times epochs must fit a {@code long}; the options' limits see to it. */
    GeneratedObjects(long seed, SizeRange sizes, long objects, long epochs) {
        this.seed = seed;
        this.sizes = sizes;
        this.objects = objects;
        this.epochs = epochs;
        // Room for a whole long beyond the largest object, whose first 8 bytes may be cut off.
        pattern = new byte[PLACES + sizes.largest() + Long.BYTES];
        taken = new byte[sizes.largest() + Long.BYTES];
        expected = new byte[sizes.largest() + Long.BYTES];
        new SplittableRandom(seed).nextBytes(pattern);
    }

    /** The object's length: spread evenly over the range. */
    int lengthOf(long issue) {
        int choices = sizes.largest() - sizes.smallest() + 1;
        return sizes.smallest() + (int) Long.remainderUnsigned(Mix.of(seed, issue, 1), choices);
    }

    @Override
    public void beginEpoch(boolean discarded, boolean last) {
        epochsBegun++;
        endOfEpoch = last ? objects : Math.min(objects, objects * epochsBegun / epochs);
    }

    @Override
    public int next(long issue) {
        if (produced >= endOfEpoch) {
            return END_OF_EPOCH;
        }
        produced++;
        return make(issue, taken);
    }

    @Override
    public byte[] bytes() {
        return taken;
    }

    @Override
    public int offset() {
        return 0;
    }

    @Override
    public boolean mustSurvive() {
        return false;
    }

    @Override
    public boolean matches(long issue, byte[] stored, int length) {
        return make(issue, expected) == length && Arrays.equals(expected, 0, length, stored, 0, length);
    }

    @Override
    public boolean matchesAsAWhole() {
        return true;
    }

    @Override
    public long taken() {
        return produced;
    }

    @Override
    public long total() {
        return objects;
    }

    @Override
    public String unit() {
        return "objects";
    }

    @Override
    public void close() {}

    private int make(long issue, byte[] into) {
        int length = lengthOf(issue);
        System.arraycopy(pattern, (int) (Mix.of(seed, issue, 2) & (PLACES - 1)), into, 0, length);
        LONG.set(into, 0, Mix.of(seed, issue, 3));
        return length;
    }
}
