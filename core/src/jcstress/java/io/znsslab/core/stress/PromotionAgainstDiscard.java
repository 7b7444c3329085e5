package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/** A discard reaches a slab that is being promoted, whichever tier the slab is in. */
@JCStressTest
@State
@Outcome(
        id = "found, stale, drained, released",
        expect = Expect.ACCEPTABLE,
        desc = "The promotion came first, and the discard ended the slab in DRAM; or it ended the slab between "
                + "the lookup and its answer.")
@Outcome(
        id = "stale, stale, drained, released",
        expect = Expect.ACCEPTABLE,
        desc = "The discard came first: the promotion found the word changed and gave its frame back.")
@Outcome(id = ".*, found, .*, .*", expect = Expect.FORBIDDEN, desc = "The promotion brought a dead slab back to life.")
@Outcome(
        id = ".*, .*, undrained, .*",
        expect = Expect.FORBIDDEN,
        desc = "The discard mistook the moving slab for one that had ended.")
@Outcome(
        id = ".*, .*, .*, kept",
        expect = Expect.FORBIDDEN,
        desc = "Each side left the image for the other to release.")
public class PromotionAgainstDiscard {
    private final long epoch = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);
    private final long place;

    /** Demotes the object. */
    public PromotionAgainstDiscard() {
        Stressed.close(epoch, Disposition.DEMOTE);
        place = Stressed.TIER.locationOf(Handle.decode(handle).slabId());
    }

    @Actor
    public void promote(LLLL_Result r) {
        r.r1 = Stressed.resolve(handle);
    }

    @Actor
    public void discard(LLLL_Result r) {
        Stressed.close(epoch, Disposition.DISCARD);
        r.r2 = Stressed.resolve(handle);
    }

    @Arbiter
    public void after(LLLL_Result r) {
        r.r3 = Stressed.drained(epoch);
        r.r4 = Stressed.TIER.state(place);
    }
}
