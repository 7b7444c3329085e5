package io.znsslab.core.tiering;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.WrappedTier;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.worker.Completions;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Futures of a tier that does not complete them. */
class GuardedTierTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final CompletableFuture<Void> open = new CompletableFuture<>();
    private final WrappedTier leaving = new WrappedTier() {
        @Override
        public CompletableFuture<Void> demote(SlabBatch batch) {
            return open;
        }

        @Override
        public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
            return open;
        }

        @Override
        public CompletableFuture<Void> sync() {
            return open;
        }
    };
    private final GuardedTier tier = new GuardedTier(leaving, new Completions(), 1);

    private static void assertFails(CompletableFuture<Void> future, String method) {
        assertThat(future)
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withCauseInstanceOf(ZnsSlabException.class)
                .withMessageEndingWith(" ended without completing the future of %s()".formatted(method));
    }

    @Test
    void demotionsThatFinishLeavesOpenFail() {
        CompletableFuture<Void> before = tier.demote(null);
        CompletableFuture<Void> sync = tier.sync();
        tier.finish();
        assertFails(before, "demote");
        assertFails(tier.demote(null), "demote");
        // The closing may make durable what a sync waits for.
        assertThat(sync).isNotDone();
        tier.close();
    }

    @Test
    void whatCloseLeavesOpenFails() {
        CompletableFuture<Void> read = tier.read(1, 0, 1, MemorySegment.NULL);
        CompletableFuture<Void> sync = tier.sync();
        tier.finish();
        assertThat(read).isNotDone();
        tier.close();
        assertFails(read, "read");
        assertFails(sync, "sync");
        assertFails(tier.read(1, 0, 1, MemorySegment.NULL), "read");
        assertFails(tier.sync(), "sync");
    }

    @Test
    void aFutureThatIsCompletedInTheGraceHasItsOwnOutcome() {
        GuardedTier patient = new GuardedTier(leaving, new Completions(), LIMIT.toMillis());
        CompletableFuture<Void> demotion = patient.demote(null);
        CompletableFuture<Void> sync = patient.sync();
        patient.finish();
        patient.close();
        open.complete(null);
        assertThat(demotion).isCompleted();
        assertThat(sync).isCompleted();
    }
}
