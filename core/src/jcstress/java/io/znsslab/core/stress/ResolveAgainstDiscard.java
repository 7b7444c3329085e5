package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A handle resolves until its epoch is discarded, and never again. */
@JCStressTest
@State
@Outcome(id = "found, found, stale", expect = Expect.ACCEPTABLE, desc = "Both lookups came before the discard.")
@Outcome(id = "found, stale, stale", expect = Expect.ACCEPTABLE, desc = "The discard came between the lookups.")
@Outcome(id = "stale, stale, stale", expect = Expect.ACCEPTABLE, desc = "The discard came first.")
@Outcome(
        id = "stale, found, .*",
        expect = Expect.FORBIDDEN,
        desc = "A stale handle became valid again: the second lookup read an older registry word than the first.")
@Outcome(id = ".*, .*, found", expect = Expect.FORBIDDEN, desc = "The handle resolves after its epoch was discarded.")
public class ResolveAgainstDiscard {
    private final long epoch = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);

    @Actor
    public void resolve(LLL_Result r) {
        r.r1 = Stressed.resolve(handle);
        r.r2 = Stressed.resolve(handle);
    }

    @Actor
    public void discard(LLL_Result r) {
        Stressed.close(epoch, Disposition.DISCARD);
        r.r3 = Stressed.resolve(handle);
    }
}
