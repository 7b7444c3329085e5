package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.ThreadMXBean;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class MembarrierTest {

    /**
     * Dekker's handshake with a fence on one side only: each of two threads stores its own word, then loads the
     * other's; at least one of them must see the other's store. Without a fence they miss each other in up to a tenth
     * of the rounds, since a store waits in its core's buffer while the load goes ahead. The test tries that first,
     * which shows that the rounds with a fence could fail.
     */
    @Test
    void aThreadWithoutAFenceIsSeenByTheOneThatIssuedTheBarrier() throws Exception {
        assertThat(Membarrier.supported()).isTrue();
        Outcome withoutFence = handshakes(() -> {}, 5, true);
        System.out.println("Without a fence " + withoutFence);

        Outcome withBarrier = handshakes(Membarrier::barrier, 1, false);

        assertThat(withBarrier.missed()).as(withBarrier.toString()).isZero();
    }

    @Test
    void issuingTheBarrierAllocatesNothingOnceItIsCompiled() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 50 && allocated > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int round = 0; round < 10_000; round++) {
                Membarrier.barrier();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertThat(allocated).as("bytes for 10,000 barriers").isZero();
    }

    @Test
    void aVirtualThreadMayIssueIt() throws Exception {
        Thread virtual = Thread.ofVirtual().unstarted(Membarrier::barrier);
        StringBuilder failure = new StringBuilder();
        virtual.setUncaughtExceptionHandler((thread, thrown) -> failure.append(thrown));
        virtual.start();
        virtual.join();

        assertThat(failure).isEmpty();
        assertThatCode(Membarrier::barrier).doesNotThrowAnyException();
    }

    private record Outcome(int missed, int rounds) {}

    /** Runs for seconds, not for a number of rounds, since each round may cost a time slice on a busy machine. */
    private static Outcome handshakes(Runnable fence, int seconds, boolean untilMissed) throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        int missed = 0;
        int rounds = 0;
        while (System.nanoTime() < end && !(untilMissed && missed > 0)) {
            missed += new Handshake(2_000, fence).roundsInWhichBothMissedTheOther();
            rounds += 2_000;
        }
        return new Outcome(missed, rounds);
    }

    /** Store-buffering litmus test of two threads, with a full fence between store and load on one side only. */
    private static final class Handshake {

        private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);
        private static final int FREQUENT = 0;
        // Each word has a cache line of its own, so that each store has a miss to wait for.
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
}
