package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.patched.Concurrently;
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
        Concurrently<Boolean> waiting = Concurrently.start(() -> {
            waiter[0] = Thread.currentThread();
            gate.shutAndAwait();
            return gate.isIdle();
        });
        Concurrently.awaitParked(() -> waiter[0]);
        assertThat(gate.isIdle()).isFalse();
        Concurrently.run(() -> {
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
            Concurrently<Integer> working = Concurrently.start(() -> {
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
