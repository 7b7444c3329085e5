package io.znsslab.core.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.WrappedTier;
import io.znsslab.core.ZnsSlabException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The behaviour of a tier that implements only the abstract methods of {@link ColdTier}. */
class ColdTierDefaultsTest {
    private final List<String> reads = new ArrayList<>();
    private final List<RuntimeException> ends = new ArrayList<>();
    private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);

    private final ColdTier tier = new WrappedTier() {
        @Override
        public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
            reads.add("%d %d %d %d".formatted(slabId, sizeClass, location, destination.byteSize()));
            return answer;
        }
    };

    private void readAndTell() {
        tier.read(1, 2, 3, MemorySegment.NULL, ends::add);
    }

    @Test
    void aListenerIsCalledAtTheEndAndNotBefore() {
        answer = new CompletableFuture<>();
        readAndTell();
        assertThat(reads).containsExactly("1 2 3 0");
        assertThat(ends).isEmpty();
        answer.complete(null);
        assertThat(ends).hasSize(1).containsOnlyNulls();
    }

    @Test
    void aListenerGetsTheReasonItself() {
        ZnsSlabException reason = new ZnsSlabException("damaged");
        answer = CompletableFuture.failedFuture(reason);
        readAndTell();
        answer = CompletableFuture.failedFuture(new CompletionException(reason));
        readAndTell();
        assertThat(ends).containsExactly(reason, reason);
    }

    @Test
    void aListenerGetsACheckedReasonInAWrapper() {
        IOException reason = new IOException("gone");
        answer = CompletableFuture.failedFuture(reason);
        readAndTell();
        assertThat(ends)
                .singleElement()
                .satisfies(end -> assertThat(end)
                        .isExactlyInstanceOf(CompletionException.class)
                        .hasCause(reason));
    }

    @Test
    void aWaiterForAReadGetsTheReasonItself() {
        assertThatCode(() -> tier.readNow(4, 5, 6, MemorySegment.NULL)).doesNotThrowAnyException();
        assertThatCode(() -> tier.readThrough(7, 8, 9, MemorySegment.NULL)).doesNotThrowAnyException();
        assertThat(reads).containsExactly("4 5 6 0", "7 8 9 0");
        ZnsSlabException reason = new ZnsSlabException("damaged");
        answer = CompletableFuture.failedFuture(reason);
        assertThatThrownBy(() -> tier.readNow(4, 5, 6, MemorySegment.NULL)).isSameAs(reason);
        assertThatThrownBy(() -> tier.readThrough(4, 5, 6, MemorySegment.NULL)).isSameAs(reason);
        answer = CompletableFuture.failedFuture(new IOException("gone"));
        assertThatThrownBy(() -> tier.readNow(4, 5, 6, MemorySegment.NULL))
                .isExactlyInstanceOf(CompletionException.class)
                .hasRootCauseMessage("gone");
    }

    @Test
    void whatNeedsNoPromiseIsDone() {
        assertThat(tier.sync()).isCompletedWithValue(null);
        assertThat(tier.reserveSlabIds(5)).isEqualTo(Long.MAX_VALUE);
        assertThat(tier.reserveEpochs(5)).isEqualTo(Long.MAX_VALUE);
    }
}
