package io.znsslab.tier.format;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Damages structures for fuzzing, as a seed decides: bits, whole fields with values at the edges of their ranges,
 * exchanged and copied words, zeroed tails.
 */
public final class Mutations {
    private static final long[] EDGES = {
        0,
        1,
        2,
        -1,
        -2,
        Byte.MAX_VALUE,
        Short.MAX_VALUE,
        0xFFFF,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        4095,
        4096,
        4097
    };

    private final SplittableRandom random;

    public Mutations(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Makes one to four changes within the first {@code length} bytes from {@code at}. */
    public void spoil(ByteBuffer buffer, int at, int length) {
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            spoilOnce(buffer, at, length);
        }
    }

    /** Gives a structure a matching checksum, if its length is plausible. Returns whether it did. */
    public static boolean reseal(ByteBuffer buffer, int at) {
        int length = buffer.getInt(at + SealedBlock.LENGTH_OFFSET);
        boolean sensible = length >= SealedBlock.HEADER_BYTES && length <= SealedBlock.LOCATION_BYTES;
        if (sensible) {
            new SealedBlock().seal(buffer, at);
        }
        return sensible;
    }

    /** True half of the time. */
    public boolean coin() {
        return random.nextBoolean();
    }

    /** A number from 0 to {@code bound - 1}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    private void spoilOnce(ByteBuffer buffer, int at, int length) {
        switch (random.nextInt(7)) {
            case 0 -> {
                int bit = random.nextInt(length * 8);
                buffer.put(at + bit / 8, (byte) (buffer.get(at + bit / 8) ^ 1 << bit % 8));
            }
            case 1 -> buffer.put(at + random.nextInt(length), (byte) edge());
            case 2 -> buffer.putShort(at + offset(length, Short.BYTES), (short) edge());
            case 3 -> buffer.putInt(at + offset(length, Integer.BYTES), (int) edge());
            case 4 -> buffer.putLong(at + offset(length, Long.BYTES), edge());
            case 5 -> {
                int one = at + offset(length, Long.BYTES);
                int other = at + offset(length, Long.BYTES);
                long word = buffer.getLong(one);
                buffer.putLong(one, buffer.getLong(other));
                if (random.nextBoolean()) {
                    buffer.putLong(other, word);
                }
            }
            default -> {
                for (int i = random.nextInt(length); i < length; i++) {
                    buffer.put(at + i, (byte) 0);
                }
            }
        }
    }

    /** An offset, most often among the first fields, where most damage can be done. */
    private int offset(int length, int bytes) {
        int within = random.nextBoolean() ? Math.min(length, 128) : length;
        return random.nextInt(within / bytes) * bytes;
    }

    private long edge() {
        return random.nextInt(3) == 0 ? random.nextLong() : EDGES[random.nextInt(EDGES.length)];
    }
}
