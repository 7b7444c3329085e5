package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class MembarrierTest {

    /**
     * Dekker's handshake with a fence on one side only: each of two threads stores its own word, then loads the
     * other's; one of them at least must see the other's store. Without a fence they miss each other in up to a tenth
     * of the rounds, since a store waits in its core's buffer while the load goes ahead; that is tried first, so that
     * the rounds which count are known to be able to fail.
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

    /** For seconds, not for a number of rounds, since on a busy machine each may cost a time slice. */
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
}
