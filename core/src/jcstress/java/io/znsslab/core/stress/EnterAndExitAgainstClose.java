package io.znsslab.core.stress;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.EpochDomain;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A thread inside an epoch finds its objects until it exits, and the closing is carried out then; a thread that enters
 * after the closing is refused.
 */
@JCStressTest
@State
@Outcome(
        id = "its bytes, true, stale",
        expect = Expect.ACCEPTABLE,
        desc = "The entry was counted before the closing looked, or the exit was before the closing: the last "
                + "of the two carried the closing out.")
@Outcome(
        id = "refused, true, stale",
        expect = Expect.ACCEPTABLE,
        desc = "The closing shut the gate before the entry looked at it.")
@Outcome(
        id = "other bytes, .*, .*",
        expect = Expect.FORBIDDEN,
        desc = "The epoch was discarded, and its frame reused, while a thread was inside.")
@Outcome(id = "stale, .*, .*", expect = Expect.FORBIDDEN, desc = "The epoch was discarded while a thread was inside.")
@Outcome(
        id = ".*, false, .*",
        expect = Expect.FORBIDDEN,
        desc = "Entry and closing each left it to the other to carry the closing out.")
@Outcome(id = ".*, .*, found", expect = Expect.FORBIDDEN, desc = "The epoch was not discarded.")
public class EnterAndExitAgainstClose {
    private final long epoch = Stressed.openEpoch();
    private final long next = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);
    private CompletableFuture<EpochClosing> closing;

    @Actor
    public void enterAndExit(LLL_Result r) {
        try (EpochDomain domain = Stressed.ALLOCATOR.wrapDomain(epoch).enter()) {
            MemorySegment payload = domain.resolve(handle);
            if (payload == null) {
                r.r1 = Stressed.STALE;
            } else {
                r.r1 = payload.get(JAVA_LONG, 0) == handle ? Stressed.ITS_BYTES : Stressed.OTHER_BYTES;
            }
        } catch (IllegalStateException closed) {
            r.r1 = Stressed.REFUSED;
        }
    }

    @Actor
    public void close() {
        closing = Stressed.ALLOCATOR.closeEpoch(epoch, Disposition.DISCARD);
        Stressed.fillSlab(next);
    }

    @Arbiter
    public void after(LLL_Result r) {
        r.r2 = ends(closing);
        r.r3 = Stressed.resolve(handle);
        Stressed.close(next, Disposition.DISCARD);
    }

    /** Waits, since the thread of the last exit completes the future of a closing that waited for it. */
    private static boolean ends(CompletableFuture<EpochClosing> closing) {
        try {
            closing.get(10, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
