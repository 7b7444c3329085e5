package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** An object that is freed while its slab moves to the cold tier is freed exactly once, for ever. */
@JCStressTest
@State
@Outcome(
        id = "freed, stale, drained",
        expect = Expect.ACCEPTABLE,
        desc = "The free came before the slab turned cold, and the live slots were recorded after it; or it "
                + "came afterwards, and cleared the recorded bit.")
@Outcome(
        id = "stale, .*, .*",
        expect = Expect.FORBIDDEN,
        desc = "The free looked for the object in DRAM after it had left, and on the tier before it had arrived.")
@Outcome(
        id = "freed, its bytes, .*",
        expect = Expect.FORBIDDEN,
        desc = "The free changed the header after the slab had been copied and its live slots recorded: the "
                + "object is live again on the tier.")
@Outcome(
        id = ".*, .*, undrained",
        expect = Expect.FORBIDDEN,
        desc = "The slab lost its last object between the tiers, and neither thread ended it.")
public class FreeAgainstDemote {
    private final long epoch = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);

    @Actor
    public void free(LLL_Result r) {
        r.r1 = Stressed.free(handle);
    }

    @Actor
    public void demote() {
        Stressed.close(epoch, Disposition.DEMOTE);
    }

    @Arbiter
    public void after(LLL_Result r) {
        r.r2 = Stressed.read(handle);
        r.r3 = Stressed.drained(epoch);
        Stressed.close(epoch, Disposition.DISCARD);
    }
}
