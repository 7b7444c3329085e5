package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A reader of the last object of a closed epoch's slab sees the object's bytes or nothing while the object is freed and
 * the frame gets another slab.
 */
@JCStressTest
@State
@Outcome(id = "its bytes, drained", expect = Expect.ACCEPTABLE, desc = "The frame was kept for the reader.")
@Outcome(id = "stale, drained", expect = Expect.ACCEPTABLE, desc = "The free came first.")
@Outcome(id = "other bytes, .*", expect = Expect.FORBIDDEN, desc = "The frame was released during the read.")
@Outcome(id = ".*, undrained", expect = Expect.FORBIDDEN, desc = "The read kept the slab from ending.")
public class ReadAgainstLastFree {
    private final long epoch = Stressed.openEpoch();
    private final long next = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);

    public ReadAgainstLastFree() {
        Stressed.close(epoch, Disposition.RECLAIM);
    }

    @Actor
    public void look(LL_Result r) {
        r.r1 = Stressed.read(handle);
    }

    @Actor
    public void free(LL_Result r) {
        Stressed.free(handle);
        Stressed.fillSlab(next);
        r.r2 = Stressed.drained(epoch);
    }

    @Arbiter
    public void after() {
        Stressed.close(next, Disposition.DISCARD);
    }
}
