package io.znsslab.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CompletionsTest {
    private final Completions completions = new Completions();

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tasksThatBlockKeepNoOtherWaitingHoweverManyTheyAre() throws InterruptedException {
        int blocked = 3 * Completions.MOST_PLATFORM_THREADS;
        CountDownLatch all = new CountDownLatch(blocked);
        for (int i = 0; i < blocked; i++) {
            completions.execute(() -> {
                all.countDown();
                awaitQuietly(all);
            });
        }
        all.await();
        CompletableFuture<Boolean> daemon = new CompletableFuture<>();
        completions.execute(() -> daemon.complete(Thread.currentThread().isDaemon()));
        assertThat(daemon.join()).isTrue();
    }

    @Test
    void aFailingTaskEndsNoOther() {
        completions.execute(() -> {
            throw new StackOverflowError("deliberate: logged, and survived");
        });
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        completions.execute(() -> done.complete(true));
        assertThat(done.join()).isTrue();
    }

    @Test
    void tasksThatDoNotBlockRunInTheirOrder() throws InterruptedException {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 100; i++) {
            int number = i;
            CountDownLatch done = new CountDownLatch(1);
            completions.execute(() -> {
                order.add(number);
                done.countDown();
            });
            done.await();
        }
        assertThat(order).isSorted().hasSize(100);
    }

    @Test
    void aFutureHandedOutIsCompletedOnAThreadThatMayBlock() {
        CompletableFuture<Integer> inner = new CompletableFuture<>();
        CompletableFuture<Integer> handedOut = completions.handOut(inner);
        CompletableFuture<String> where =
                handedOut.thenApply(_ -> Thread.currentThread().getName());
        inner.complete(5);
        assertThat(where.join()).isEqualTo("zns-slab-completion");
        assertThat(handedOut.join()).isEqualTo(5);
    }

    @Test
    void aFailureIsHandedOutAsItWas() {
        IllegalStateException failure = new IllegalStateException("no");
        CompletableFuture<Integer> inner = new CompletableFuture<>();
        CompletableFuture<Integer> handedOut = completions.handOut(inner.thenApply(x -> x + 1));
        inner.completeExceptionally(failure);
        assertThat(handedOut.handle((_, e) -> e).join()).isSameAs(failure);
        assertThat(handedOut).failsWithin(Duration.ZERO).withThrowableThat().withCause(failure);
    }

    @Test
    void aCompletedFutureIsHandedOutAsItIs() {
        CompletableFuture<Integer> inner = CompletableFuture.completedFuture(1);
        assertThat(completions.handOut(inner)).isSameAs(inner);
        CompletableFuture<Integer> wrapped = new CompletableFuture<>();
        Completions.complete(wrapped, null, new CompletionException(new IllegalStateException("inside")));
        assertThat(wrapped.handle((_, e) -> e).join()).hasMessage("inside").isInstanceOf(IllegalStateException.class);
    }
}
