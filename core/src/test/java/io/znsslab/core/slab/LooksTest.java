package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.RecordedWarnings;
import io.znsslab.core.patched.Concurrently;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LooksTest {
    private final Looks looks = new Looks();
    private final AtomicInteger over = new AtomicInteger();

    @Test
    void aThreadKnowsTheLooksThatItIsIn() {
        Looks others = new Looks();
        assertThat(looks.isWithin()).isFalse();
        looks.run(() -> {
            assertThat(looks.isWithin()).isTrue();
            assertThat(others.isWithin()).isFalse();
            others.run(() -> {
                assertThat(looks.isWithin()).isTrue();
                assertThat(others.isWithin()).isTrue();
                assertThat(Concurrently.run(looks::isWithin)).isFalse();
            });
            assertThat(others.isWithin()).isFalse();
        });
        assertThat(looks.isWithin()).isFalse();
    }

    @Test
    void theActionRunsAtOnceWhereNoLookIsUnderWay() {
        looks.begin();
        looks.end();
        looks.shut(over::incrementAndGet);
        assertThat(over.get()).isOne();
        assertThatIllegalStateException().isThrownBy(looks::begin).withMessage("the allocator is closed");
        assertThat(over.get()).isOne();
    }

    @Test
    void theLastLookRunsTheAction() {
        looks.begin();
        looks.begin();
        looks.shut(over::incrementAndGet);
        assertThatIllegalStateException().isThrownBy(looks::begin);
        looks.end();
        assertThat(over.get()).isZero();
        Concurrently.run(() -> {
            looks.end();
            return null;
        });
        assertThat(over.get()).isOne();
    }

    @Test
    void anActionThatFailsInAReaderIsLogged() {
        looks.begin();
        looks.shut(() -> {
            throw new IllegalStateException("no");
        });
        try (RecordedWarnings warnings = new RecordedWarnings(Looks.class)) {
            looks.end();
            assertThat(warnings.messages()).containsExactly("the memory of a closed allocator was not given back");
        }
    }
}
