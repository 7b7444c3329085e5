package io.znsslab.netty.benchmark;

import java.util.Arrays;

/** The sizes of the buffers of a pattern, and how many live at a time. */
@SuppressWarnings("ImmutableEnumChecker") // the arrays are written by the constructor alone
public enum BufferSizes {
    /** 256 bytes. */
    B256(8192, 256, 1),
    /** 1 KiB. */
    B1024(8192, 1024, 1),
    /** 4 KiB. */
    B4096(8192, 4096, 1),
    /** 16 KiB. */
    B16384(8192, 16_384, 1),
    /** A web socket proxy: the sizes that 200 or more of the recorded buffers had, each with that number. */
    WEB_SOCKET_PROXY(
            1024, 9, 316, 15, 10_344, 17, 628, 21, 316, 36, 338, 48, 338, 256, 21_272, 633, 254, 634, 349, 635, 635,
            636, 5443, 637, 459, 1024, 29_289, 2048, 2636, 4351, 226, 8447, 555, 16_639, 9269, 16_862, 281);

    private final int live;
    private final int[] sizes;
    private final int[] upTo;

    /** Sizes in bytes, ascending, each followed by its frequency. */
    BufferSizes(int live, int... sizesAndFrequencies) {
        this.live = live;
        this.sizes = new int[sizesAndFrequencies.length / 2];
        this.upTo = new int[sizes.length];
        int sum = 0;
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = sizesAndFrequencies[2 * i];
            sum += sizesAndFrequencies[2 * i + 1];
            upTo[i] = sum;
        }
    }

    int live() {
        return live;
    }

    /** The size that a random number of 0 or more stands for. */
    int size(int random) {
        int found = Arrays.binarySearch(upTo, random % upTo[upTo.length - 1] + 1);
        return sizes[found < 0 ? -found - 1 : found];
    }
}
