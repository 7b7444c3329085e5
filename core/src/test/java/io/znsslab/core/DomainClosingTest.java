package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.core.patched.Concurrently;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The outcome of the closing that a domain's last exit brings. */
class DomainClosingTest {
    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();

    @AfterEach
    void close() {
        allocator.close();
    }

    @Test
    void aProgramWaitsUntilWhatADomainDemotesIsDurable() {
        CompletableFuture<EpochClosing> durable;
        long handle;
        tier.holdDemotions();
        try (EpochDomain batch = allocator.openDomain(Disposition.DEMOTE)) {
            handle = batch.allocateHandle(100);
            durable = batch.closing();
            assertThat(batch.closing()).isSameAs(durable);
        }
        assertThat(durable).isNotDone();
        tier.releaseHeld();
        assertThat(durable.join().slabsDemoted()).isEqualTo(1);
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
    }

    @Test
    void itCanBeAskedForAfterTheLastExitToo() {
        EpochDomain batch = allocator.openDomain(Disposition.DEMOTE);
        long handle = batch.allocateHandle(100);
        batch.close();
        assertThat(batch.closing().join().slabsDemoted()).isEqualTo(1);
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
        EpochDomain reclaiming = allocator.openSharedDomain(Disposition.RECLAIM);
        reclaiming.allocateHandle(100);
        reclaiming.close();
        assertThat(reclaiming.closing().join().disposition()).isEqualTo(Disposition.RECLAIM);
    }

    @Test
    void itFailsAsTheDemotionDoes() {
        tier.failAfter(0);
        EpochDomain asked = allocator.openDomain(Disposition.DEMOTE);
        long handle = asked.allocateHandle(100);
        CompletableFuture<EpochClosing> inside = asked.closing();
        asked.close();
        EpochDomain askedLater = allocator.openDomain(Disposition.DEMOTE);
        askedLater.allocateHandle(100);
        askedLater.close();
        for (CompletableFuture<EpochClosing> closing : List.of(inside, askedLater.closing())) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(closing::join)
                    .withCauseInstanceOf(ZnsSlabException.class)
                    .withMessageContaining("the tier is full");
        }
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.RESIDENT);
    }

    @Test
    void aDiscardIsToldToThoseThatAskInside() {
        EpochDomain request = allocator.openDomain();
        request.allocateHandle(100);
        CompletableFuture<EpochClosing> closing = request.closing();
        request.close();
        assertThat(closing.join()).isEqualTo(new EpochClosing(request.epoch(), Disposition.DISCARD, 1, 1, 4096, 0));
        EpochDomain next = allocator.openDomain();
        next.close();
        assertThatIllegalStateException().isThrownBy(next::closing).withMessageContaining("no thread is inside");
    }

    @Test
    void aWrappedDomainBringsNoClosing() {
        EpochDomain domain = allocator.wrapDomain(0).enter();
        assertThatIllegalStateException()
                .isThrownBy(domain::closing)
                .withMessageStartingWith("the domain wraps epoch 0, which its last exit does not close");
        domain.exit();
    }

    @Test
    void theThreadThatIsInsideDoesNotWaitForItself() {
        EpochDomain domain = allocator.openDomain(Disposition.DEMOTE);
        CompletableFuture<EpochClosing> closing = domain.closing();
        assertThatIllegalStateException().isThrownBy(closing::join).withMessageContaining("inside its domain");
        domain.close();
        assertThat(closing.join().epoch()).isEqualTo(domain.epoch());
    }

    @Test
    void anotherThreadMayMakeTheLastExitOfASharedDomain() {
        EpochDomain shared = allocator.openSharedDomain(Disposition.DEMOTE);
        long handle = shared.allocateHandle(100);
        CompletableFuture<EpochClosing> closing = shared.closing();
        Concurrently.run(() -> {
            shared.exit();
            return null;
        });
        assertThat(closing.join().slabsDemoted()).isEqualTo(1);
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
    }

    @Test
    void aClosingThatComesFirstIsTheOneToTell() {
        EpochDomain reclaimed = allocator.openDomain(Disposition.DEMOTE);
        reclaimed.allocateHandle(100);
        CompletableFuture<EpochClosing> closing = reclaimed.closing();
        var _ = allocator.closeEpoch(reclaimed.epoch(), Disposition.RECLAIM);
        assertThat(closing).isNotDone();
        reclaimed.close();
        assertThat(closing.join().disposition()).isEqualTo(Disposition.RECLAIM);
        EpochDomain forced = allocator.openDomain(Disposition.DEMOTE);
        CompletableFuture<EpochClosing> ofForced = forced.closing();
        var _ = allocator.closeEpochNow(forced.epoch(), Disposition.DISCARD);
        assertThat(ofForced.join().disposition()).isEqualTo(Disposition.DISCARD);
        forced.close();
    }

    @Test
    void aForcedEndOfTheAllocatorFailsIt() {
        EpochDomain confined = allocator.openDomain(Disposition.DEMOTE);
        EpochDomain shared = allocator.openSharedDomain(Disposition.DISCARD);
        CompletableFuture<EpochClosing> ofConfined = confined.closing();
        CompletableFuture<EpochClosing> ofShared = shared.closing();
        allocator.closeNow();
        for (CompletableFuture<EpochClosing> closing : List.of(ofConfined, ofShared)) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(closing::join)
                    .withCauseInstanceOf(IllegalStateException.class);
        }
        confined.close();
        shared.close();
    }
}
