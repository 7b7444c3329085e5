package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.statistics.ArenaUsage;
import io.znsslab.core.statistics.SlabStatistics;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures that an allocator reports, and its settings at their limits. */
class AllocatorFiguresTest {
    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator allocator = SlabAllocator.builder()
            .limitBytes(8 << 20)
            .sizeClasses(64, 128, 4032)
            .coldTier(tier)
            .build();

    @AfterEach
    void close() {
        allocator.close();
    }

    @Test
    void theAllocatorReportsItsSettings() {
        assertThat(allocator.limitBytes()).isEqualTo(8 << 20);
        assertThat(allocator.largestPayloadBytes()).isEqualTo(4024);
        assertThat(allocator.sizeClasses()).containsExactly(64, 128, 4032);
        assertThat(allocator.arenaUsage()).isEqualTo(new ArenaUsage(8 << 20, 0, 0, 0));
    }

    @Test
    void theIndexTakesMemoryForColdSlabsToo() {
        long before = allocator.indexBytes();
        for (int i = 0; i < 1500; i++) {
            allocator.allocate(4000, 0);
        }
        allocator.closeEpoch(0, Disposition.DEMOTE).join();
        // 20 bytes for a slab in the registry, and four in the epoch's list.
        assertThat(allocator.indexBytes() - before).isBetween(1500 * 20L, 1500 * 24L + 6 * 4096);
    }

    @Test
    void theProcessHasResidentMemory() {
        assertThat(SlabAllocator.processRssBytes()).isGreaterThan(8 << 20);
    }

    @Test
    void countersAreThoseOfTheClassAndAddUp() {
        for (int i = 0; i < 2 * 31; i++) {
            allocator.allocate(100, 0);
        }
        for (int i = 0; i < 3; i++) {
            allocator.allocate(4000, 0);
        }
        SlabStatistics middle = allocator.counters(1);
        assertThat(middle.slotsClaimed()).isEqualTo(62);
        assertThat(middle.refills()).isEqualTo(2);
        assertThat(middle.newSlabs()).isEqualTo(2);
        assertThat(middle.slowPathHits()).isEqualTo(2);
        assertThat(middle.currentNull()).isEqualTo(1);
        assertThat(middle.currentFull()).isEqualTo(1);
        assertThat(middle.partialToFull()).isEqualTo(1);
        assertThat(middle.fastPathShare()).isEqualTo(1 - 2.0 / 62);
        SlabStatistics large = allocator.counters(2);
        assertThat(large.newSlabs()).isEqualTo(3);
        assertThat(large.slotsClaimed()).isEqualTo(3);
        assertThat(large.fastPathShare()).isZero();
        assertThat(allocator.counters(0)).isEqualTo(new SlabStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(allocator.counters(0).fastPathShare()).isEqualTo(1);
        SlabStatistics all = allocator.counters();
        assertThat(all.slotsClaimed()).isEqualTo(65);
        assertThat(all.newSlabs()).isEqualTo(5);
        assertThat(all.refills()).isEqualTo(middle.refills() + large.refills());
    }

    @Test
    void countersTellOfWhatAnotherThreadDid() throws InterruptedException {
        // This thread allocates first: otherwise it might take over the other thread's slabs.
        allocator.allocate(100, 0);
        Thread other = Thread.ofPlatform().start(() -> allocator.allocate(100, 0));
        other.join();
        assertThat(allocator.counters(1).newSlabs()).isEqualTo(2);
        assertThat(allocator.counters().newSlabs()).isEqualTo(2);
    }

    @Test
    void aReadCopiesAsMuchAsThereIsRoomForInDramToo() {
        long handle = allocator.allocate(100, 0);
        allocator.resolve(handle).set(JAVA_LONG, 112, 9);
        MemorySegment destination = MemorySegment.ofArray(new long[20]);
        destination.fill((byte) 1);
        assertThat(allocator.read(handle, destination)).isEqualTo(120);
        assertThat(destination.get(JAVA_LONG, 112)).isEqualTo(9);
        assertThat(destination.get(JAVA_LONG, 120)).isEqualTo(0x0101_0101_0101_0101L);
        assertThat(allocator.read(handle, MemorySegment.ofArray(new byte[3]))).isEqualTo(3);
        allocator.free(handle);
        assertThat(allocator.read(handle, destination)).isEqualTo(-1);
        assertThat(allocator.read(0, destination)).isEqualTo(-1);
        assertThat(allocator.read(-1, destination)).isEqualTo(-1);
    }

    @Test
    void whatIsInDramIsResidentAndAStaleHandleIsNowhere() {
        long handle = allocator.allocate(100, 0);
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.RESIDENT);
        allocator.free(handle);
        assertThat(allocator.tierOf(handle)).isNull();
        assertThat(allocator.tierOf(handle & ~3L)).isNull();
    }

    @Test
    void closingAgainDoesNothing() {
        allocator.close();
        assertThatCode(allocator::close).doesNotThrowAnyException();
        assertThatIllegalStateException()
                .isThrownBy(() -> allocator.closeEpoch(0, Disposition.RECLAIM))
                .withMessage("the allocator is closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> allocator.read(1, _ -> {}))
                .withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(allocator::advanceEpoch).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(allocator::openDomain).withMessageContaining("closed");
    }

    @Test
    void closingIsRefusedWhileDomainsAreEntered() {
        EpochDomain first = allocator.openDomain();
        EpochDomain second = allocator.wrapDomain(0).enter();
        assertThatIllegalStateException()
                .isThrownBy(allocator::close)
                .withMessageStartingWith(
                        "the allocator can't be closed: domains are entered 2 times; leave them first; epoch ")
                .withMessageContaining(
                        "last by thread \"" + Thread.currentThread().getName() + "\"");
        first.close();
        second.close();
        assertThat(tier.isClosed()).isFalse();
        allocator.close();
        assertThat(tier.isClosed()).isTrue();
    }

    @Test
    void aTierThatRefusesTheSlabsHasTheAllocatorNotBuilt() {
        ZnsSlabException refusal = new ZnsSlabException("slabs of another shape", new IllegalStateException("why"));
        SlabAllocatorBuilder settings = SlabAllocator.builder().coldTier(new WrappedTier() {
            @Override
            public void attach(ColdSlabs shape) {
                throw refusal;
            }
        });
        settings.slabBytes(65_536).limitBytes(1L << 42);
        // The address space would not suffice for so many.
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(settings::build).isSameAs(refusal).hasRootCauseMessage("why");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -2, 0, 1, 3, 96, 32_769, 65_536})
    void aWrongEpochCountIsRefused(int count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlabAllocator.builder().epochCount(count).build())
                .withMessage("epoch count %d: must be a power of two from 2 to 32768", count);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 4097})
    void aWrongNumberOfCachedSlabsIsRefused(int slabs) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlabAllocator.builder().cachedSlabs(slabs).build())
                .withMessage("cached slabs %d: must be 1 to 4096", slabs);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 32_768})
    void theExtremeEpochCountsWork(int count) {
        try (SlabAllocator other = SlabAllocator.builder()
                .epochCount(count)
                .cachedSlabs(4096)
                .limitBytes(1 << 20)
                .build()) {
            long last = 0;
            for (int i = 1; i < count; i++) {
                last = other.advanceEpoch();
            }
            assertThat(last).isEqualTo(count - 1);
            assertThatThrownBy(other::advanceEpoch).isInstanceOf(EpochOpenException.class);
            assertThat(Handle.isHandle(other.allocate(100, last))).isTrue();
        }
    }
}
