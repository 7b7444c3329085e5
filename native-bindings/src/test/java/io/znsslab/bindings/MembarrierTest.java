package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class MembarrierTest {

    /**
     * Dekker's handshake with a fence on one side only: each of two threads stores its own word, then loads the other's; one of them at least must see
     * the other's store. Without a fence they miss each other in up to a tenth of the rounds once the code is compiled, since a store waits in its
     * core's buffer while the load goes ahead; that is tried first, so that the rounds which count are known to be able to fail.
     */
    @Test
    void aThreadWithoutAFenceIsSeenByTheOneThatIssuedTheBarrier() throws Exception {
        assertThat(Membarrier.supported()).isTrue();
        int missedWithoutFence = 0;
        for (int attempt = 0; attempt < 40 && missedWithoutFence == 0; attempt++) {
            missedWithoutFence = new Handshake(50_000, () -> {}).roundsInWhichBothMissedTheOther();
        }
        System.out.println("Rounds missed without a fence: " + missedWithoutFence + " of 50,000");

        int missed = new Handshake(50_000, Membarrier::barrier).roundsInWhichBothMissedTheOther();

        assertThat(missed).isZero();
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
}
