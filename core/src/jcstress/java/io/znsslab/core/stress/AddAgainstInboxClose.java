package io.znsslab.core.stress;

import io.znsslab.core.worker.Inbox;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A message that is added while the receiver takes messages and then closes is either taken or refused. */
@JCStressTest
@State
@Outcome(id = "added, added, 2", expect = Expect.ACCEPTABLE, desc = "Both additions came before the closing.")
@Outcome(id = "added, refused, 1", expect = Expect.ACCEPTABLE, desc = "The closing came between the two additions.")
@Outcome(id = "refused, refused, 0", expect = Expect.ACCEPTABLE, desc = "The closing came first.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A message was lost, or both taken and refused.")
public class AddAgainstInboxClose {
    private final Inbox<Letter> inbox = new Inbox<>();
    private int received;

    /** A message. */
    private static final class Letter implements Inbox.Message<Letter> {
        private Letter next;

        @Override
        public Letter next() {
            return next;
        }

        @Override
        public void next(Letter message) {
            next = message;
        }
    }

    private String add() {
        return inbox.add(new Letter()) ? "added" : "refused";
    }

    private void receive(Letter first) {
        for (Letter letter = first; letter != null; letter = Inbox.unlink(letter)) {
            received++;
        }
    }

    @Actor
    public void sender(LLL_Result r) {
        r.r1 = add();
        r.r2 = add();
    }

    @Actor
    public void receiver() {
        receive(inbox.take());
        receive(inbox.close());
    }

    @Arbiter
    public void after(LLL_Result r) {
        r.r3 = received;
    }
}
