package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.Handle;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.patched.Concurrently;
import io.znsslab.core.statistics.EpochStatistics;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetainedEpochsTest {
    private static final int SLAB_BYTES = 4096;

    private SlabAllocator allocator;

    private void open(int epochCount, int limitSlabs) {
        allocator = SlabAllocator.builder()
                .reclamation(Reclamation.KEEP_HOT)
                .epochCount(epochCount)
                .limitBytes((long) limitSlabs * SLAB_BYTES)
                .build();
    }

    @AfterEach
    void close() {
        allocator.checkInvariants();
        allocator.close();
    }

    /** Objects of a class of their own; their handles must be good inside the domain and stale after it. */
    private long[] request(int objects, int bytes) {
        long[] handles = new long[objects];
        try (EpochDomain domain = allocator.openDomain()) {
            for (int i = 0; i < objects; i++) {
                handles[i] = domain.allocateHandle(bytes);
                allocator.resolve(handles[i]).set(ValueLayout.JAVA_LONG, 0, handles[i]);
            }
            for (long handle : handles) {
                assertThat(allocator.resolve(handle).get(ValueLayout.JAVA_LONG, 0))
                        .isEqualTo(handle);
            }
        }
        for (long handle : handles) {
            assertThat(allocator.resolve(handle)).isNull();
            assertThat(allocator.free(handle)).isFalse();
        }
        return handles;
    }

    @Test
    void anEpochAfterOneWithoutAnObjectIsDiscardedByAnotherThread() throws InterruptedException {
        allocator = SlabAllocator.builder()
                .limitBytes(1 << 20)
                .reclamation(Reclamation.KEEP_HOT)
                .build();
        allocator.openDomain().close();
        EpochDomain domain = allocator.openDomain();
        long handle = domain.allocateHandle(8);
        allocator.checkInvariants();

        Thread closer = Thread.ofPlatform().start(() -> {
            var _ = allocator.closeEpoch(domain.epoch(), Disposition.DISCARD);
        });
        closer.join();
        domain.close();

        assertThat(allocator.free(handle)).isFalse();
    }

    @Test
    void aThreadsNextDomainOpensNoSlab() {
        open(128, 1000);
        request(100, 120);
        long opened = allocator.counters().newSlabs();
        request(100, 120);
        assertThat(allocator.counters().newSlabs()).isEqualTo(opened);
        allocator.checkInvariants();
    }

    @Test
    void aThreadsNextDomainOpensNoSlabWhereItsObjectsTakeMany() {
        open(16, 64);
        request(32, 3_900);
        long opened = allocator.packedCounters().newSlabs();
        for (int i = 0; i < 10; i++) {
            request(32, 3_900);
        }
        assertThat(allocator.packedCounters().newSlabs()).isEqualTo(opened);
    }

    @Test
    void noHandleIsIssuedTwiceByDomainsThatFollowEachOther() {
        open(128, 1000);
        Set<Long> issued = new HashSet<>();
        for (int round = 0; round < 50; round++) {
            for (long handle : request(1 + round * 7, 120)) {
                assertThat(issued.add(handle)).isTrue();
            }
        }
    }

    @Test
    void slabsOfMoreSlotsThanAWordHasBitsAreRetainedToo() {
        allocator = SlabAllocator.builder()
                .reclamation(Reclamation.KEEP_HOT)
                .slabBytes(65536)
                .limitBytes(16 << 20)
                .build();
        Set<Long> issued = new HashSet<>();
        long opened = 0;
        for (int round = 0; round < 12; round++) {
            for (long handle : request(600, 56)) {
                assertThat(issued.add(handle)).isTrue();
            }
            allocator.checkInvariants();
            opened = round == 0 ? allocator.counters().newSlabs() : opened;
            // One epoch also leaves its slabs free by itself, with the free slots in all of their words or in some.
            try (EpochDomain domain = allocator.openDomain()) {
                for (int object = 0; object < 600; object++) {
                    long handle = domain.allocateHandle(56);
                    assertThat(issued.add(handle)).isTrue();
                    boolean stays = (round & 1) == 1 && object % 100 == 0;
                    assertThat(stays || allocator.free(handle)).isTrue();
                }
            }
            allocator.checkInvariants();
        }
        assertThat(allocator.counters().newSlabs()).isEqualTo(opened);
        issued.forEach(handle -> assertThat(allocator.resolve(handle)).isNull());
    }

    @Test
    void objectsThatADomainFreedItselfAreStaleToo() {
        open(128, 1000);
        long first;
        try (EpochDomain domain = allocator.openDomain()) {
            first = domain.allocateHandle(120);
            assertThat(allocator.free(first)).isTrue();
        }
        request(31, 120);
        assertThat(allocator.resolve(first)).isNull();
        assertThat(allocator.free(first)).isFalse();
    }

    @Test
    void anotherThreadsFreesInADomainAreForgottenWithIt() {
        open(128, 1000);
        long[] handles = new long[31];
        try (EpochDomain domain = allocator.openDomain()) {
            for (int i = 0; i < handles.length; i++) {
                handles[i] = domain.allocateHandle(120);
            }
            assertThat(Concurrently.run(() -> allocator.free(handles[7]))).isTrue();
        }
        request(62, 120);
    }

    @Test
    void theEpochsOfAThreadsDomainsAscend() {
        open(4, 1000);
        long previous = allocator.currentEpoch();
        for (int round = 0; round < 20; round++) {
            try (EpochDomain domain = allocator.openDomain()) {
                assertThat(domain.epoch()).isGreaterThan(previous);
                previous = domain.epoch();
            }
        }
    }

    @Test
    void aRetainedPlaceIsGivenToTheStripeThatNeedsIt() {
        open(2, 1000);
        allocator.closeEpoch(0, Disposition.DISCARD).join();
        request(40, 120);
        long first = allocator.advanceEpoch();
        long second = allocator.advanceEpoch();
        for (long epoch : new long[] {first, second}) {
            assertThat(allocator.resolve(allocator.allocate(120, epoch))).isNotNull();
        }
        allocator.checkInvariants();
        allocator.closeEpoch(first, Disposition.DISCARD).join();
        request(40, 120);
        allocator.closeEpoch(second, Disposition.DISCARD).join();
        assertThat(allocator.advanceEpoch()).isGreaterThan(second);
    }

    @Test
    void anEpochThatAThreadsDomainsOvertookIsNotOpenedAgain() {
        open(2, 1000);
        allocator.closeEpoch(0, Disposition.DISCARD).join();
        Set<Long> numbers = new HashSet<>();
        numbers.add(0L);
        for (int round = 0; round < 5; round++) {
            for (int domains = 0; domains < 3; domains++) {
                try (EpochDomain domain = allocator.openDomain()) {
                    assertThat(numbers.add(domain.epoch())).isTrue();
                }
            }
            long epoch = allocator.advanceEpoch();
            assertThat(numbers.add(epoch)).isTrue();
            allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        }
    }

    @Test
    void aThreadFindsAPlaceWhereAllHaveRunAheadButThatOfAnOpenEpoch() {
        open(4, 1000);
        for (int thread = 0; thread < 8; thread++) {
            Concurrently.run(() -> {
                for (int round = 0; round < 20; round++) {
                    request(1, 120);
                }
                return null;
            });
        }
        long epoch = allocator.advanceEpoch();
        assertThat(allocator.resolve(allocator.allocate(120, epoch))).isNotNull();
        assertThat(allocator.resolve(allocator.allocate(120, 0))).isNotNull();
    }

    @Test
    void slabsOfRetainedPlacesServeAThreadThatReachesTheLimit() {
        open(16, 12);
        Concurrently.run(() -> request(20, 700));
        long epoch = allocator.currentEpoch();
        int held = 0;
        while (Handle.isHandle(allocator.allocate(120, epoch))) {
            held++;
        }
        assertThat(held).isEqualTo(12 * 31);
    }

    @Test
    void aDomainInsideAnotherIsRetainedOrNotWithoutHarm() {
        open(16, 1000);
        for (int round = 0; round < 4; round++) {
            try (EpochDomain outer = allocator.openDomain()) {
                MemorySegment kept = outer.allocate(64).fill((byte) 3);
                request(30, 120);
                request(30, 120);
                assertThat(kept.get(ValueLayout.JAVA_BYTE, 63)).isEqualTo((byte) 3);
            }
        }
        allocator.checkInvariants();
    }

    @Test
    void closingsAreCountedAlsoWhenRetained() {
        open(16, 1000);
        for (int round = 0; round < 3; round++) {
            request(100, 120);
        }
        EpochStatistics totals = allocator.epochStatistics();
        assertThat(totals.closed()).isEqualTo(3);
        assertThat(totals.drainedAtClose()).isEqualTo(3);
        assertThat(totals.slabsReturned()).isEqualTo(3 * 4);
    }

    @Test
    void aThreadThatDiedLeavesItsRetainedSlabsToOthers() {
        open(2, 4);
        for (int round = 0; round < 6; round++) {
            Concurrently.run(() -> request(5, 700));
        }
        request(4 * 28, 120);
    }
}
