package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads free the same handle of a cold object: exactly one free succeeds. */
@JCStressTest
@State
@Outcome(
        id = "freed, stale, drained",
        expect = Expect.ACCEPTABLE,
        desc = "The first thread was first to clear the slot's bit.")
@Outcome(
        id = "stale, freed, drained",
        expect = Expect.ACCEPTABLE,
        desc = "The second thread was first to clear the slot's bit.")
@Outcome(id = "freed, freed, .*", expect = Expect.FORBIDDEN, desc = "Both saw the bit before either cleared it.")
@Outcome(id = "stale, stale, .*", expect = Expect.FORBIDDEN, desc = "Each thread took the other for the first.")
@Outcome(
        id = ".*, .*, undrained",
        expect = Expect.FORBIDDEN,
        desc = "The slab lost its last object and neither thread ended it.")
public class TwoFreesOfAColdObject {
    private final long epoch = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);

    /** Demotes the object. */
    public TwoFreesOfAColdObject() {
        Stressed.close(epoch, Disposition.DEMOTE);
    }

    @Actor
    public void first(LLL_Result r) {
        r.r1 = Stressed.free(handle);
    }

    @Actor
    public void second(LLL_Result r) {
        r.r2 = Stressed.free(handle);
    }

    @Arbiter
    public void after(LLL_Result r) {
        r.r3 = Stressed.drained(epoch);
        Stressed.close(epoch, Disposition.DISCARD);
    }
}
