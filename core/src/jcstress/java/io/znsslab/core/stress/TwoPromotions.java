package io.znsslab.core.stress;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads that resolve a cold object get the same payload: its slab is promoted once. */
@JCStressTest
@State
@Outcome(
        id = "true, its bytes, released",
        expect = Expect.ACCEPTABLE,
        desc = "One thread promoted the slab; the other shared that promotion or found the slab resident.")
@Outcome(
        id = "false, .*, .*",
        expect = Expect.FORBIDDEN,
        desc = "Each thread promoted the slab to a frame of its own, or one got the answer stale.")
@Outcome(id = ".*, (stale|other bytes), .*", expect = Expect.FORBIDDEN, desc = "One promotion undid the other.")
@Outcome(id = ".*, .*, kept", expect = Expect.FORBIDDEN, desc = "Each thread left the image for the other to release.")
public class TwoPromotions {
    private final long epoch = Stressed.openEpoch();
    private final long handle = Stressed.allocate(epoch);
    private final long place;
    private MemorySegment one;
    private MemorySegment other;

    /** Demotes the object. */
    public TwoPromotions() {
        Stressed.close(epoch, Disposition.DEMOTE);
        place = Stressed.TIER.locationOf(Handle.decode(handle).slabId());
    }

    @Actor
    public void first() {
        one = Stressed.ALLOCATOR.resolve(handle);
    }

    @Actor
    public void second() {
        other = Stressed.ALLOCATOR.resolve(handle);
    }

    @Arbiter
    public void after(LLL_Result r) {
        r.r1 = one != null && other != null && one.address() == other.address();
        r.r2 = Stressed.read(handle);
        Stressed.close(epoch, Disposition.DISCARD);
        r.r3 = Stressed.TIER.state(place);
    }
}
