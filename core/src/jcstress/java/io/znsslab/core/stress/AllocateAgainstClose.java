package io.znsslab.core.stress;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
 * An allocation that races with the closing of its epoch either succeeds, and the closing then takes the object over,
 * or is refused; after the closing no allocation succeeds.
 */
@JCStressTest
@State
@Outcome(
        id = "its bytes, refused, drained",
        expect = Expect.ACCEPTABLE,
        desc = "The allocation was before the gate was shut; the closing waited for it and sealed its slab, "
                + "which ended when the object was freed.")
@Outcome(id = "refused, refused, drained", expect = Expect.ACCEPTABLE, desc = "The gate was shut first.")
@Outcome(id = ".*, its bytes, .*", expect = Expect.FORBIDDEN, desc = "An allocation succeeded in a closed epoch.")
@Outcome(
        id = "stale, .*, .*",
        expect = Expect.FORBIDDEN,
        desc = "The closing overlooked the allocation, and took its slab for empty.")
@Outcome(
        id = ".*, .*, undrained",
        expect = Expect.FORBIDDEN,
        desc = "The closing counted a slab that no free ends: the object's bit was lost.")
public class AllocateAgainstClose {
    private final long epoch = Stressed.openEpoch();
    private long handle;

    @Actor
    public void allocate(LLL_Result r) {
        handle = Stressed.ALLOCATOR.allocate(Long.BYTES, epoch);
        if (Handle.isHandle(handle)) {
            Stressed.ALLOCATOR.resolve(handle).set(JAVA_LONG, 0, handle);
        }
    }

    @Actor
    public void close(LLL_Result r) {
        Stressed.close(epoch, Disposition.RECLAIM);
        long late = Stressed.ALLOCATOR.allocate(Long.BYTES, epoch);
        r.r2 = late == Handle.EPOCH_CLOSED ? Stressed.REFUSED : Stressed.ITS_BYTES;
    }

    @Arbiter
    public void after(LLL_Result r) {
        r.r1 = handle == Handle.EPOCH_CLOSED ? Stressed.REFUSED : Stressed.read(handle);
        Stressed.free(handle);
        r.r3 = Stressed.drained(epoch);
        Stressed.close(epoch, Disposition.DISCARD);
    }
}
