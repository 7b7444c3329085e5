package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A reader of an object whose epoch is discarded and whose frame is reused sees the object's bytes or nothing. */
@JCStressTest
@State
@Outcome(
        id = "its bytes, stale",
        expect = Expect.ACCEPTABLE,
        desc = "The read began before the discard, which waited for its end before the frame was reused.")
@Outcome(id = "stale, stale", expect = Expect.ACCEPTABLE, desc = "The discard came first.")
@Outcome(
        id = "other bytes, .*",
        expect = Expect.FORBIDDEN,
        desc = "The frame was reused during the read, or the read checked the header before the registry word.")
@Outcome(id = ".*, found", expect = Expect.FORBIDDEN, desc = "The handle still resolves after the discard.")
public class ReadAgainstDiscard {
    private final long epoch = Stressed.openEpoch();
    private final long next = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);

    @Actor
    public void read(LL_Result r) {
        r.r1 = Stressed.read(handle);
    }

    @Actor
    public void discard(LL_Result r) {
        Stressed.close(epoch, Disposition.DISCARD);
        Stressed.fillSlab(next);
        r.r2 = Stressed.resolve(handle);
    }

    @Arbiter
    public void after() {
        Stressed.close(next, Disposition.DISCARD);
    }
}
