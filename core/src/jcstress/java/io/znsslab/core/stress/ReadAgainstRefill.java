package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A reader of an object whose home thread frees it, and would then fill its slot anew, sees the object's bytes or
 * nothing.
 */
@JCStressTest
@State
@Outcome(id = "none", expect = Expect.ACCEPTABLE, desc = "The read came before the object existed.")
@Outcome(id = "its bytes", expect = Expect.ACCEPTABLE, desc = "The pin kept the slot from being handed out again.")
@Outcome(id = "stale", expect = Expect.ACCEPTABLE, desc = "The free came first.")
@Outcome(id = "other bytes", expect = Expect.FORBIDDEN, desc = "The slot was handed out again during the read.")
public class ReadAgainstRefill {
    private final long epoch = Stressed.openEpoch();
    private volatile long handle;

    @Actor
    public void look(L_Result r) {
        long shown = handle;
        r.r1 = shown == 0 ? "none" : Stressed.read(shown);
    }

    @Actor
    public void freeAndFill() {
        long[] slab = Stressed.fillSlab(epoch);
        handle = slab[0];
        Stressed.free(slab[0]);
        Stressed.free(slab[1]);
        Stressed.fillSlab(epoch);
    }

    @Arbiter
    public void after() {
        Stressed.close(epoch, Disposition.DISCARD);
    }
}
