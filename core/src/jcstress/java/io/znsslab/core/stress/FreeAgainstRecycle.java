package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The last free of a slab races with the closing of its epoch: exactly one of them ends the slab, and the frame's next
 * slab stays unchanged.
 */
@JCStressTest
@State
@Outcome(
        id = "freed, drained, intact",
        expect = Expect.ACCEPTABLE,
        desc = "The free came before the sealing, which found the slab empty; or after it, and ended the slab itself.")
@Outcome(
        id = "stale, .*, .*",
        expect = Expect.FORBIDDEN,
        desc = "The object is live until it is freed, in a closed epoch too.")
@Outcome(
        id = ".*, undrained, .*",
        expect = Expect.FORBIDDEN,
        desc = "Each left the slab to the other: the free to the sealing, since the slab was not sealed yet, "
                + "and the sealing to the free, since the bit was not set yet.")
@Outcome(
        id = ".*, .*, harmed",
        expect = Expect.FORBIDDEN,
        desc = "Both ended the slab, so that its frame was handed out twice; or the free set its bit in the "
                + "frame's next slab.")
public class FreeAgainstRecycle {
    private final long epoch = Stressed.openEpoch();
    private final long next = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);
    private long[] recycled;

    @Actor
    public void free(LLL_Result r) {
        r.r1 = Stressed.free(handle);
    }

    @Actor
    public void close() {
        Stressed.close(epoch, Disposition.RECLAIM);
        recycled = Stressed.fillSlab(next);
    }

    @Arbiter
    public void after(LLL_Result r) {
        r.r2 = Stressed.drained(epoch);
        r.r3 = Stressed.state(next, recycled);
        Stressed.close(epoch, Disposition.DISCARD);
        Stressed.close(next, Disposition.DISCARD);
    }
}
