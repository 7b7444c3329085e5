package io.znsslab.core.tiering;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.worker.Completions;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The futures of one method of a tier that are not complete yet. Those that the tier does not complete before its end
 * fail, so that nothing waits for ever. Thread-safe.
 */
final class OpenFutures {
    private final String method;
    private final String tier;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    /** Fails futures, from the tier's end on; null before. */
    private volatile @Nullable Executor failing;

    private static final class Open {
        private final CompletableFuture<Void> future = new CompletableFuture<>();
    }

    OpenFutures(String method, String tier) {
        this.method = method;
        this.tier = tier;
    }

    /** A future that completes as the tier's does; null is no future, and fails. */
    CompletableFuture<Void> follow(@Nullable CompletableFuture<Void> future) {
        if (future == null) {
            return CompletableFuture.failedFuture(
                    new ZnsSlabException("the cold tier %s answered %s() without a future".formatted(tier, method)));
        }
        if (future.isDone()) {
            return future;
        }
        Open followed = new Open();
        open.add(followed);
        var _ = future.whenComplete((_, failure) -> {
            open.remove(followed);
            Completions.complete(followed.future, null, failure);
        });
        // Either this sees the end of the tier, or the end sees the future.
        Executor ended = failing;
        if (ended != null) {
            ended.execute(() -> fail(followed));
        }
        return followed.future;
    }

    /** Has the executor fail the futures that are open when it comes to that, and those that follow. */
    void failBy(Executor executor) {
        failing = executor;
        for (Open followed : open) {
            executor.execute(() -> fail(followed));
        }
    }

    private void fail(Open followed) {
        if (open.remove(followed)) {
            followed.future.completeExceptionally(new ZnsSlabException(
                    "the cold tier %s ended without completing the future of %s()".formatted(tier, method)));
        }
    }
}
