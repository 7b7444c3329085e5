package io.znsslab.bindings;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Store-buffering litmus test of two threads, with a full fence between store and load on one side only. */
final class Handshake {

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int FREQUENT = 0;
    // Words on lines of their own, so that each store has a miss to wait for.
    private static final int RARE = 64;

    private final int rounds;
    private final Runnable fence;
    private final int[] words = new int[128];
    private final int[] seenByFrequent;
    private final int[] seenByRare;
    private final AtomicIntegerArray arrived = new AtomicIntegerArray(128);

    Handshake(int rounds, Runnable fence) {
        this.rounds = rounds;
        this.fence = fence;
        this.seenByFrequent = new int[rounds + 1];
        this.seenByRare = new int[rounds + 1];
    }

    int roundsInWhichBothMissedTheOther() throws InterruptedException {
        Thread frequent = Thread.ofPlatform().start(this::frequentSide);
        rareSide();
        frequent.join();
        int missed = 0;
        for (int round = 1; round <= rounds; round++) {
            if (seenByFrequent[round] < round && seenByRare[round] < round) {
                missed++;
            }
        }
        return missed;
    }

    private void frequentSide() {
        for (int round = 1; round <= rounds; round++) {
            meet(FREQUENT, RARE, round);
            WORD.setOpaque(words, FREQUENT, round);
            seenByFrequent[round] = (int) WORD.getOpaque(words, RARE);
        }
    }

    private void rareSide() {
        for (int round = 1; round <= rounds; round++) {
            meet(RARE, FREQUENT, round);
            WORD.setOpaque(words, RARE, round);
            fence.run();
            seenByRare[round] = (int) WORD.getOpaque(words, FREQUENT);
        }
    }

    private void meet(int self, int other, int round) {
        arrived.setRelease(self, round);
        for (int spins = 0; arrived.getAcquire(other) < round; spins++) {
            if (spins < 10_000) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
