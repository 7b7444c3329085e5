package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A cold object that is freed while its slab moves to another location of the tier is freed exactly once, for ever, and
 * no image of it stays there.
 */
@JCStressTest
@State
@Outcome(
        id = "freed, drained, released",
        expect = Expect.ACCEPTABLE,
        desc = "In either order the slab ended, at its old location or at the new one.")
@Outcome(
        id = "stale, .*, .*",
        expect = Expect.FORBIDDEN,
        desc = "The free mistook the word that the relocation had changed for the end of the slab.")
@Outcome(
        id = ".*, undrained, .*",
        expect = Expect.FORBIDDEN,
        desc = "The free could not end the slab, whose word had changed, and the relocation looked for live "
                + "objects before the bit was cleared.")
@Outcome(id = ".*, .*, kept", expect = Expect.FORBIDDEN, desc = "The tier keeps an image that no slab refers to.")
public class ColdFreeAgainstRelocation {
    private final long epoch = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);
    private final long slabId = Handle.decode(handle).slabId();
    private final long place;
    private long newPlace;

    /** Demotes the object. */
    public ColdFreeAgainstRelocation() {
        Stressed.close(epoch, Disposition.DEMOTE);
        place = Stressed.TIER.locationOf(slabId);
    }

    @Actor
    public void free(LLL_Result r) {
        r.r1 = Stressed.free(handle);
    }

    @Actor
    public void relocate() {
        newPlace = Stressed.TIER.relocate(slabId, place);
    }

    @Arbiter
    public void after(LLL_Result r) {
        r.r2 = Stressed.drained(epoch);
        r.r3 = Stressed.TIER.state(place, newPlace);
        Stressed.close(epoch, Disposition.DISCARD);
    }
}
