package io.znsslab.cli.bench.soak;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What must be in one epoch: handle, number and size of each live object. For one thread. */
final class EpochModel {
    private final long epoch;
    private long[] handles = new long[64];
    private long[] numbers = new long[64];
    private int[] sizes = new int[64];
    private int count;
    private long bytes;

    EpochModel(long epoch) {
        this.epoch = epoch;
    }

    long epoch() {
        return epoch;
    }

    /** Live objects. */
    int count() {
        return count;
    }

    /** Bytes of their payloads. */
    long bytes() {
        return bytes;
    }

    void add(long handle, long number, int size) {
        if (count == handles.length) {
            handles = Arrays.copyOf(handles, 2 * count);
            numbers = Arrays.copyOf(numbers, 2 * count);
            sizes = Arrays.copyOf(sizes, 2 * count);
        }
        handles[count] = handle;
        numbers[count] = number;
        sizes[count] = size;
        count++;
        bytes += size;
    }

    /** The index of a live object, if there is one. */
    int any(SplittableRandom random) {
        return random.nextInt(count);
    }

    long handle(int index) {
        return handles[index];
    }

    long number(int index) {
        return numbers[index];
    }

    int size(int index) {
        return sizes[index];
    }

    /** Forgets an object; the last one takes its index. */
    void remove(int index) {
        bytes -= sizes[index];
        count--;
        handles[index] = handles[count];
        numbers[index] = numbers[count];
        sizes[index] = sizes[count];
    }
}
