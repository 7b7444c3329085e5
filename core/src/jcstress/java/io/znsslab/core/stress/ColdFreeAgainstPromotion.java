package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/** A cold object that is freed while its slab is promoted is freed exactly once, for ever. */
@JCStressTest
@State
@Outcome(
        id = "freed, found, stale, drained",
        expect = Expect.ACCEPTABLE,
        desc = "The promotion came first and the free took place in DRAM; or the resolve looked before the free.")
@Outcome(
        id = "freed, stale, stale, drained",
        expect = Expect.ACCEPTABLE,
        desc = "The free came first, or cleared the bit before the promotion read it: the slab ended on the "
                + "tier, or as soon as it was resident.")
@Outcome(
        id = "stale, .*, .*, .*",
        expect = Expect.FORBIDDEN,
        desc = "The free looked for the object on the tier after it had left, and in DRAM before it had arrived.")
@Outcome(
        id = ".*, .*, its bytes, .*",
        expect = Expect.FORBIDDEN,
        desc = "The promotion read the bit before the free cleared it: the object is live again in DRAM.")
@Outcome(
        id = ".*, .*, .*, undrained",
        expect = Expect.FORBIDDEN,
        desc = "Promotion and free each left it to the other to end the slab.")
public class ColdFreeAgainstPromotion {
    private final long epoch = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);

    /** Demotes the object. */
    public ColdFreeAgainstPromotion() {
        Stressed.close(epoch, Disposition.DEMOTE);
    }

    @Actor
    public void free(LLLL_Result r) {
        r.r1 = Stressed.free(handle);
    }

    @Actor
    public void promote(LLLL_Result r) {
        r.r2 = Stressed.resolve(handle);
    }

    @Arbiter
    public void after(LLLL_Result r) {
        r.r3 = Stressed.read(handle);
        r.r4 = Stressed.drained(epoch);
        Stressed.close(epoch, Disposition.DISCARD);
    }
}
