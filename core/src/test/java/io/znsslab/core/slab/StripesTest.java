package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.patched.Concurrently;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StripesTest {
    private static final int OWNED = 128;
    private static final int SHARED = 4;

    private final SlabArena arena = new SlabArena(new SlabGeometry(4096, 64), 1 << 20);
    private final Stripes stripes = new Stripes(new ClaimLines(arena, OWNED + SHARED, 16), OWNED, SHARED, 8, 2, 4);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void stripesAreNumberedOwnedOnesFirst() {
        assertThat(stripes.count()).isEqualTo(OWNED + SHARED);
        assertThat(stripes.ownedCount()).isEqualTo(OWNED);
        for (int index = 0; index < stripes.count(); index++) {
            assertThat(stripes.get(index).index()).isEqualTo(index);
            assertThat(stripes.get(index).isShared()).isEqualTo(index >= OWNED);
        }
        assertThat(stripes.owned()).hasSize(OWNED);
        assertThat(stripes.owned()[7]).isSameAs(stripes.get(7)).isSameAs(stripes.at(OWNED + 7));
    }

    @Test
    void aPlatformThreadOwnsTheStripeAtItsPlace() {
        Thread thread = Thread.currentThread();
        Stripe own = stripes.own(thread);
        assertThat(own).isSameAs(stripes.at(thread.threadId()));
        assertThat(own.ownerId()).isEqualTo(thread.threadId());
        assertThat(stripes.own(thread)).isSameAs(own);
        assertThat(stripes.claimed()).containsExactly(own);
        assertThat(stripes.areShared()).isFalse();
    }

    @Test
    void aVirtualThreadSharesOne() throws InterruptedException {
        Thread thread = Thread.ofVirtual().start(() -> {});
        assertThat(stripes.own(thread)).isNull();
        Stripe shared = stripes.sharedBy(thread);
        assertThat(shared.isShared()).isTrue();
        assertThat(stripes.sharedBy(thread)).isSameAs(shared);
        assertThat(stripes.areShared()).isTrue();
        assertThat(stripes.claimed()).isEmpty();
        thread.join();
    }

    @Test
    void sharedStripesAreSpreadOverThreads() {
        List<Stripe> used = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            used.add(stripes.sharedBy(Thread.ofVirtual().unstarted(() -> {})));
        }
        assertThat(used)
                .contains(stripes.get(OWNED), stripes.get(OWNED + 1), stripes.get(OWNED + 2), stripes.get(OWNED + 3));
    }

    @Test
    void aStripeGoesFromADeadThreadToALivingOneAndNeverFromALivingOne() {
        Stripes one = new Stripes(new ClaimLines(arena, 2, 2), 1, 1, 2, 1, 1);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch owns = new CountDownLatch(1);
        Thread[] first = new Thread[1];
        Concurrently<Stripe> owner = Concurrently.start(() -> {
            first[0] = Thread.currentThread();
            Stripe own = one.own(first[0]);
            owns.countDown();
            end.await();
            return own;
        });
        await(owns);
        assertThat(one.own(Thread.currentThread())).isNull();
        end.countDown();
        assertThat(owner.join()).isSameAs(one.get(0));
        await(first[0]);
        assertThat(one.own(Thread.currentThread())).isSameAs(one.get(0));
        assertThat(one.get(0).ownerId()).isEqualTo(Thread.currentThread().threadId());
        assertThat(one.claimed()).containsExactly(one.get(0));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void usersOfAnEpochAreListedByPlaceOfTheRing() {
        for (int index : new int[] {0, 5, 63, 64, 127, 128, 131}) {
            stripes.get(index).open();
            stripes.enlist(stripes.get(index), 3, 11);
            assertThat(stripes.get(index).enlistedEpoch[3]).isEqualTo(11);
        }
        stripes.get(6).open();
        stripes.enlist(stripes.get(6), 4, 12);
        List<Integer> users = new ArrayList<>();
        for (int index = stripes.nextUser(3, 0); index >= 0; index = stripes.nextUser(3, index + 1)) {
            users.add(index);
        }
        assertThat(users).containsExactly(0, 5, 63, 64, 127, 128, 131);
        stripes.delist(stripes.get(64), 3);
        stripes.delist(stripes.get(5), 3);
        assertThat(stripes.nextUser(3, 1)).isEqualTo(63);
        assertThat(stripes.nextUser(3, 64)).isEqualTo(127);
        assertThat(stripes.nextUser(3, 132)).isEqualTo(-1);
        assertThat(stripes.nextUser(2, 0)).isEqualTo(-1);
        assertThat(stripes.nextUser(4, 0)).isEqualTo(6);
    }

    @Test
    void theOnlyUserIsReported() {
        Stripe low = stripes.get(2);
        Stripe high = stripes.get(66);
        low.open();
        assertThat(stripes.isOnlyUser(low, 1)).isTrue();
        assertThat(stripes.isOnlyUser(null, 1)).isTrue();
        high.open();
        stripes.enlist(high, 1, 1);
        assertThat(stripes.isOnlyUser(high, 1)).isTrue();
        assertThat(stripes.isOnlyUser(low, 1)).isFalse();
        assertThat(stripes.isOnlyUser(null, 1)).isFalse();
        stripes.enlist(low, 1, 1);
        assertThat(stripes.isOnlyUser(high, 1)).isFalse();
        stripes.delist(high, 1);
        assertThat(stripes.isOnlyUser(low, 1)).isTrue();
    }

    @Test
    void aClosingIsSeenUntilTheLastHasEnded() {
        Stripe stripe = stripes.get(1);
        assertThat(stripe.laIsBeingClosed()).isFalse();
        stripe.beginClosing();
        stripe.beginClosing();
        stripe.endClosing();
        assertThat(stripe.laIsBeingClosed()).isTrue();
        stripe.endClosing();
        assertThat(stripe.laIsBeingClosed()).isFalse();
    }

    @Test
    void aReaderSectionNestsAndAnOwnersSectionDoesNot() {
        Stripe stripe = stripes.get(1);
        assertThat(stripe.isReading()).isFalse();
        stripe.enterReading();
        long mark = stripe.lvReading();
        assertThat(mark & 1).isEqualTo(1);
        stripe.enterReading();
        stripe.exitReading();
        assertThat(stripe.lvReading()).isEqualTo(mark);
        assertThat(stripe.isReading()).isTrue();
        stripe.exitReading();
        assertThat(stripe.lvReading()).isEqualTo(mark + 1);
        assertThat(stripe.isReading()).isFalse();
        assertThat(stripe.laIsWithinSection()).isFalse();
        stripe.enter();
        assertThat(stripe.laIsWithinSection()).isTrue();
        stripe.exit();
        assertThat(stripe.laIsWithinSection()).isFalse();
    }
}
