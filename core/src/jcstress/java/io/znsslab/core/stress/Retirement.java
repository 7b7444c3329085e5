package io.znsslab.core.stress;

import io.znsslab.core.LastGenerations;
import io.znsslab.core.SlabAllocator;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The two objects of a slab that has issued its last generation are freed while a third is allocated: neither their
 * slots nor the slab's id are used again.
 */
@JCStressTest
@State
@Outcome(
        id = "freed, freed, true",
        expect = Expect.ACCEPTABLE,
        desc = "Whichever free was the last gave the frame, and not the id, up for later; the allocation took "
                + "another slab.")
@Outcome(
        id = "(stale, .*|.*, stale), .*",
        expect = Expect.FORBIDDEN,
        desc = "The slab was retired while it had a live object.")
@Outcome(
        id = ".*, .*, false",
        expect = Expect.FORBIDDEN,
        desc = "A slot was handed out again under an old generation: an old handle is valid again.")
public class Retirement {
    private static final LastGenerations LAST = new LastGenerations(2008);
    private static final SlabAllocator ALLOCATOR = LAST.allocator();

    private final long one;
    private final long other;
    private long third;

    /** Fills a slab that has one generation, unless the thread has half a slab left. */
    public Retirement() {
        this.one = LAST.allocate();
        this.other = LAST.allocate();
    }

    @Actor
    public void freeOne(LLL_Result r) {
        r.r1 = Stressed.outcome(ALLOCATOR.free(one));
    }

    @Actor
    public void freeOther(LLL_Result r) {
        r.r2 = Stressed.outcome(ALLOCATOR.free(other));
        third = LAST.allocate();
    }

    @Arbiter
    public void after(LLL_Result r) {
        long fourth = LAST.allocate();
        r.r3 = ALLOCATOR.tierOf(one) == null
                && ALLOCATOR.tierOf(other) == null
                && third != one
                && third != other
                && fourth != one
                && fourth != other
                && third != fourth;
        ALLOCATOR.free(third);
        ALLOCATOR.free(fourth);
    }
}
