package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.changed.Beside;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OperationGateTest {
    private final OperationGate gate = new OperationGate();

    @Test
    void operationsPassUntilItIsShut() {
        assertThat(gate.tryEnter()).isTrue();
        assertThat(gate.isIdle()).isFalse();
        gate.exit();
        assertThat(gate.isIdle()).isTrue();
        assertThat(gate.isShut()).isFalse();
        gate.shutAndAwait();
        assertThat(gate.isShut()).isTrue();
        assertThat(gate.tryEnter()).isFalse();
        assertThatIllegalStateException().isThrownBy(gate::enter).withMessage("the allocator is closed");
        assertThat(gate.isIdle()).isTrue();
    }

    @Test
    void anOperationThatEndsInAnotherThreadIsWaitedFor() {
        gate.enter();
        Thread[] waiter = new Thread[1];
        Beside<Boolean> waiting = Beside.start(() -> {
            waiter[0] = Thread.currentThread();
            gate.shutAndAwait();
            return gate.isIdle();
        });
        Beside.awaitParked(() -> waiter[0]);
        assertThat(gate.isIdle()).isFalse();
        Beside.run(() -> {
            gate.exit();
            return null;
        });
        assertThat(waiting.join()).isTrue();
    }

    @Test
    void whenItIsIdleNothingThatPassedIsUnderWay() {
        for (int round = 0; round < 200; round++) {
            OperationGate raced = new OperationGate();
            AtomicInteger inside = new AtomicInteger();
            Beside<Integer> working = Beside.start(() -> {
                int passed = 0;
                while (raced.tryEnter()) {
                    inside.incrementAndGet();
                    passed++;
                    inside.decrementAndGet();
                    raced.exit();
                }
                return passed;
            });
            raced.shutAndAwait();
            assertThat(inside.get()).isZero();
            working.join();
            assertThat(inside.get()).isZero();
        }
    }
}
