package io.znsslab.core.benchmark.latency;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.workload.Requests;

/** What another thread does while single operations are timed. */
public enum Companion {
    /** There is none. */
    NONE {
        @Override
        AutoCloseable start(ObjectMemory memory) {
            return () -> {};
        }
    },
    /** It allocates half a gigabyte of byte arrays a second, and keeps the last 64 MiB of them alive. */
    GARBAGE {
        @Override
        AutoCloseable start(ObjectMemory memory) {
            return new PacedThread("garbage", 5, new Garbage());
        }
    },
    /** It demotes a thousand objects every other millisecond. */
    DEMOTIONS {
        @Override
        AutoCloseable start(ObjectMemory memory) {
            return new PacedThread("demotions", 2, memory.demotions(1_000, DEMOTED_BYTES));
        }
    },
    /** It serves sixteen whole requests a millisecond. */
    REQUESTS {
        @Override
        AutoCloseable start(ObjectMemory memory) {
            Requests requests = new Requests(memory);
            return new PacedThread("requests", 1, requests::run);
        }
    };

    private static final int DEMOTED_BYTES = 120;

    /** Starts the thread, which the answer's close ends. */
    abstract AutoCloseable start(ObjectMemory memory);

    private static final class Garbage implements Runnable {
        private static final int ARRAY_BYTES = 1_024;
        private static final int LIVE_ARRAYS = 65_536;
        private static final int ARRAYS_PER_PORTION = 2_500;

        private final byte[][] live = new byte[LIVE_ARRAYS][];
        private int next;

        @Override
        public void run() {
            for (int array = 0; array < ARRAYS_PER_PORTION; array++) {
                live[next] = new byte[ARRAY_BYTES];
                next = (next + 1) % LIVE_ARRAYS;
            }
        }
    }
}
