package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A free that races with the discard of its object's epoch does not change the frame's next slab. */
@JCStressTest
@State
@Outcome(
        id = "freed, intact",
        expect = Expect.ACCEPTABLE,
        desc = "The free changed the header before the discard refused the handles; recycling waited until it "
                + "had set its bit.")
@Outcome(id = "stale, intact", expect = Expect.ACCEPTABLE, desc = "The discard came first.")
@Outcome(
        id = ".*, harmed",
        expect = Expect.FORBIDDEN,
        desc = "The free set its bit too late, and so freed a slot of the frame's next slab whose object lives.")
public class FreeAgainstDiscard {
    private final long epoch = Stressed.openEpoch();
    private final long next = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);
    private long[] recycled;

    @Actor
    public void free(LL_Result r) {
        r.r1 = Stressed.free(handle);
    }

    @Actor
    public void discard() {
        Stressed.close(epoch, Disposition.DISCARD);
        recycled = Stressed.fillSlab(next);
    }

    @Arbiter
    public void after(LL_Result r) {
        r.r2 = Stressed.state(next, recycled);
        Stressed.close(next, Disposition.DISCARD);
    }
}
