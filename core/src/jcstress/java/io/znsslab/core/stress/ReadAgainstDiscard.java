package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Who looks at an object while its epoch is discarded and the frame reused sees its bytes or nothing. */
@JCStressTest
@State
@Outcome(
        id = "its bytes, stale",
        expect = Expect.ACCEPTABLE,
        desc = "The look began before the discard, which waited for its end before the frame was reused.")
@Outcome(id = "stale, stale", expect = Expect.ACCEPTABLE, desc = "The discard came first.")
@Outcome(
        id = "other bytes, .*",
        expect = Expect.FORBIDDEN,
        desc = "The frame was reused under the look, or its header looked at before the registry refused the handle.")
@Outcome(id = ".*, found", expect = Expect.FORBIDDEN, desc = "After the discard the handle still names something.")
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
