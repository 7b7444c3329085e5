package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A live object is found, with its bytes, before, during and after its slab moves to the cold tier. */
@JCStressTest
@State
@Outcome(
        id = "RESIDENT, its bytes, found",
        expect = Expect.ACCEPTABLE,
        desc = "The tier was asked before the slab turned cold, or after it had been promoted.")
@Outcome(
        id = "COLD, its bytes, found",
        expect = Expect.ACCEPTABLE,
        desc = "The slab had turned cold, and the read used its image.")
@Outcome(
        id = "null, .*, .*",
        expect = Expect.FORBIDDEN,
        desc = "A live object is in no tier: the slab was looked for in DRAM after it had left, and on the tier "
                + "before it had arrived.")
@Outcome(
        id = ".*, other bytes, .*",
        expect = Expect.FORBIDDEN,
        desc = "The frame was released while a reader looked at its object.")
@Outcome(
        id = ".*, stale, .*",
        expect = Expect.FORBIDDEN,
        desc = "A live object was not found in the frame that its word named before the slab moved.")
@Outcome(id = ".*, .*, stale", expect = Expect.FORBIDDEN, desc = "The promoted slab lacks the object.")
public class ResolveAgainstDemote {
    private final long epoch = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);

    @Actor
    public void look(LLL_Result r) {
        r.r1 = String.valueOf(Stressed.ALLOCATOR.tierOf(handle));
        r.r2 = Stressed.read(handle);
        r.r3 = Stressed.resolve(handle);
    }

    @Actor
    public void demote() {
        Stressed.close(epoch, Disposition.DEMOTE);
    }

    @Arbiter
    public void after() {
        Stressed.close(epoch, Disposition.DISCARD);
    }
}
