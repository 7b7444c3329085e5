package io.znsslab.core.stress;

import io.znsslab.core.worker.EventCount;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A waiter of an event count that misses a change sleeps only if a notification will wake it. The change is a plain
 * write, which the event count alone makes visible.
 */
@JCStressTest
@State
@Outcome(id = "seen, awake, 0", expect = Expect.ACCEPTABLE, desc = "The waiter looked after the change.")
@Outcome(id = "missed, awake, 0", expect = Expect.ACCEPTABLE, desc = "A notification came before the waiter slept.")
@Outcome(id = "missed, woken, 1", expect = Expect.ACCEPTABLE, desc = "A notification found the waiter asleep.")
@Outcome(id = ".*, asleep, .*", expect = Expect.FORBIDDEN, desc = "The waiter sleeps, and nothing wakes it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A waiter was woken that was awake, or twice in one sleep.")
public class WaitAgainstSignal {
    private final AtomicInteger timesWoken = new AtomicInteger();
    private final EventCount events = new EventCount(timesWoken::incrementAndGet);
    private int change;
    private boolean slept;

    @Actor
    public void waiter(LLL_Result r) {
        events.prepareWait();
        boolean seen = change != 0;
        r.r1 = seen ? "seen" : "missed";
        slept = !seen && events.beginWait();
    }

    @Actor
    public void notifier() {
        change = 1;
        events.signal();
        events.signal();
    }

    @Arbiter
    public void after(LLL_Result r) {
        int woken = timesWoken.get();
        r.r2 = !slept ? "awake" : woken > 0 ? "woken" : "asleep";
        r.r3 = woken;
    }
}
