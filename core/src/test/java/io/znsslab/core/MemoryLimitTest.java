package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.cold.SlabShape;
import io.znsslab.core.cold.TierMemory;
import io.znsslab.core.statistics.MemoryUsage;
import io.znsslab.core.walk.EpochWalk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One limit over slabs and all that is beside them. */
class MemoryLimitTest {
    private static final int LIMIT = 8 << 20;
    private static final int SLAB = 4096;
    private static final int PAYLOAD = 504;

    private final List<SlabAllocator> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(SlabAllocator::closeNow);
    }

    private SlabAllocator build(SlabAllocatorBuilder builder) {
        SlabAllocator allocator = builder.build();
        open.add(allocator);
        return allocator;
    }

    private SlabAllocator limited() {
        return build(SlabAllocator.builder().memoryLimit(LIMIT).epochCount(16));
    }

    private SlabAllocator limited(WrappedTier tier) {
        return build(SlabAllocator.builder().memoryLimit(LIMIT).epochCount(16).coldTier(tier));
    }

    /** Fills the epoch until there is no memory; the bytes that took. */
    private static long fill(SlabAllocator allocator, long epoch) {
        long bytes = 0;
        long handle = allocator.allocate(PAYLOAD, epoch);
        while (handle != Handle.ARENA_FULL) {
            assertThat(Handle.isHandle(handle)).isTrue();
            bytes += PAYLOAD;
            handle = allocator.allocate(PAYLOAD, epoch);
        }
        return bytes;
    }

    /** Demotes an epoch of so many objects, which has a slab for each seven; their handles. */
    private static List<Long> demoted(SlabAllocator allocator, int objects) {
        long epoch = allocator.advanceEpoch();
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            handles.add(allocator.allocate(PAYLOAD, epoch));
        }
        allocator.advanceEpoch();
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        return handles;
    }

    private static void assertWithinTheLimit(SlabAllocator allocator) {
        MemoryUsage usage = allocator.memoryUsage();
        assertThat(usage.usedBytes())
                .as(usage::toString)
                .isEqualTo(usage.slabBytes()
                        + usage.tableBytes()
                        + usage.segmentBytes()
                        + usage.scratchBytes()
                        + usage.tierBufferBytes()
                        + usage.tierCacheBytes())
                .isLessThanOrEqualTo(usage.limitBytes());
    }

    @Test
    void slabsMayUseAllThatTheLimitLeavesAndTheSumOfAllUsesStaysBelowIt() {
        SlabAllocator allocator = limited();

        assertThat(fill(allocator, allocator.currentEpoch())).isGreaterThan(LIMIT * 3 / 4);

        assertWithinTheLimit(allocator);
        MemoryUsage usage = allocator.memoryUsage();
        assertThat(usage.limitBytes()).isEqualTo(LIMIT).isEqualTo(allocator.memoryLimitBytes());
        assertThat(usage.slabBytes()).isEqualTo(allocator.arenaUsage().grantedBytes());
        assertThat(usage.usedBytes()).isGreaterThan(LIMIT * 9 / 10);
        allocator.checkInvariants();
    }

    @Test
    void aDomainsSegmentFromTheHeapIsCountedUntilItEndsAndRefusedBeyondTheLimit() {
        SlabAllocator allocator = limited();
        try (EpochDomain domain = allocator.openDomain()) {
            domain.allocate(3 << 20);
            MemoryUsage before = allocator.memoryUsage();
            assertThat(before.segmentBytes()).isEqualTo(3 << 20);

            assertThatExceptionOfType(ArenaFullException.class)
                    .isThrownBy(() -> domain.allocate(6 << 20))
                    .withMessageContaining("no memory for a segment of 6291456 bytes")
                    .withMessageContaining("the memory limit of 8388608 bytes is reached");

            assertThat(allocator.memoryUsage().segmentBytes()).isEqualTo(3 << 20);
            domain.allocate(3 << 20);
            assertThat(allocator.memoryUsage().segmentBytes()).isEqualTo(6 << 20);
            assertWithinTheLimit(allocator);
        }
        assertThat(allocator.memoryUsage().segmentBytes()).isZero();
    }

    @Test
    void whatSegmentsHaveSlabsDoNotGet() {
        SlabAllocator allocator = limited();
        long epoch = allocator.advanceEpoch();
        long alone = fill(allocator, epoch);
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();

        long beside;
        try (EpochDomain domain = allocator.openDomain()) {
            domain.allocate(4 << 20);
            epoch = allocator.advanceEpoch();
            beside = fill(allocator, epoch);
            assertWithinTheLimit(allocator);
        }
        assertThat(beside).isBetween(alone - (5 << 20), alone - (3 << 20));
        assertThat(beside + fill(allocator, epoch)).isGreaterThan(alone - (1 << 20));
    }

    @Test
    void aSegmentGetsTheMemoryOfSlabsThatHoldNothing() {
        SlabAllocator allocator =
                build(SlabAllocator.builder().memoryLimit(LIMIT).epochCount(16).reclamation(Reclamation.KEEP_HOT));
        long epoch = allocator.advanceEpoch();
        fill(allocator, epoch);
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();

        try (EpochDomain domain = allocator.openDomain()) {
            assertThat(domain.allocate(5 << 20).byteSize()).isEqualTo(5 << 20);
        }
    }

    @Test
    void segmentsOfManyThreadsStayBelowTheLimitAndAreAllGivenBack() throws Exception {
        SlabAllocator allocator = limited();
        int threads = 4;
        CountDownLatch all = new CountDownLatch(threads);
        List<Future<Integer>> refused = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int thread = 0; thread < threads; thread++) {
                refused.add(pool.submit(() -> {
                    try (EpochDomain domain = allocator.openDomain()) {
                        int got = 0;
                        try {
                            while (true) {
                                domain.allocate(100_000, 64);
                                got++;
                                assertThat(allocator.memoryUsage().usedBytes()).isLessThanOrEqualTo(LIMIT);
                            }
                        } catch (ArenaFullException e) {
                            // Each holds what it has until the last one has found none.
                            all.countDown();
                            all.await();
                            return got;
                        }
                    }
                }));
            }
            int got = 0;
            for (Future<Integer> one : refused) {
                got += one.get();
            }
            assertThat(got).isBetween(60, LIMIT / 100_000);
        }
        assertThat(allocator.memoryUsage().segmentBytes()).isZero();
    }

    @Test
    void anAllocationThatFailsOnTheHeapOfCLeavesNothingCounted() {
        SlabAllocator allocator = build(SlabAllocator.builder());
        try (EpochDomain domain = allocator.openDomain()) {
            assertThatThrownBy(() -> domain.allocate(1L << 60)).isInstanceOf(OutOfMemoryError.class);
            assertThat(allocator.memoryUsage().segmentBytes()).isZero();
        }
    }

    @Test
    void withoutALimitSegmentsAreCountedAndNotBounded() {
        SlabAllocator allocator = build(SlabAllocator.builder().limitBytes(1 << 20));
        try (EpochDomain domain = allocator.openDomain()) {
            domain.allocate(4 << 20);

            assertThat(allocator.memoryUsage().segmentBytes()).isEqualTo(4 << 20);
            assertThat(allocator.memoryUsage().limitBytes()).isZero();
        }
    }

    @Test
    void theLimitOfSlabsHoldsBesideIt() {
        SlabAllocator allocator =
                build(SlabAllocator.builder().memoryLimit(LIMIT).limitBytes(1 << 20));

        assertThat(allocator.limitBytes()).isEqualTo(1 << 20);
        fill(allocator, allocator.currentEpoch());
        try (EpochDomain domain = allocator.openDomain()) {
            assertThat(domain.allocate(5 << 20).byteSize()).isEqualTo(5 << 20);
        }
    }

    @Test
    void theLeastLimitThatIsNamedWorksAndASlabLessDoesNot() {
        SlabAllocatorBuilder builder = SlabAllocator.builder().coldTier(new TierOfTwoMebibytes());
        long least = 0;
        try {
            build(builder.memoryLimit(SLAB));
        } catch (IllegalArgumentException e) {
            Matcher named = Pattern.compile(
                            "the least that works is (\\d+), of which the cold tier takes 1048576 for buffers"
                                    + " and 1048576 for its read cache")
                    .matcher(e.getMessage());
            assertThat(named.find()).as(e.getMessage()).isTrue();
            least = Long.parseLong(named.group(1));
        }
        long tooLittle = least - SLAB;

        assertThatThrownBy(
                        () -> build(builder.coldTier(new TierOfTwoMebibytes()).memoryLimit(tooLittle)))
                .hasMessageContaining("the least that works is " + least);
        SlabAllocator smallest =
                build(builder.coldTier(new TierOfTwoMebibytes()).memoryLimit(least));
        assertThat(Handle.isHandle(smallest.allocate(PAYLOAD, smallest.currentEpoch())))
                .isTrue();
        assertWithinTheLimit(smallest);
    }

    private static class TierOfTwoMebibytes extends WrappedTier {
        @Override
        public TierMemory memory(SlabShape shape) {
            return new TierMemory(1 << 20, 1 << 20);
        }
    }

    @Test
    void theTiersMemoryIsSetApart() {
        SlabAllocator allocator = limited(new TierOfTwoMebibytes());

        assertThat(fill(allocator, allocator.currentEpoch())).isLessThan(LIMIT - (2 << 20));
        assertThat(allocator.memoryUsage().tierBufferBytes()).isEqualTo(1 << 20);
        assertThat(allocator.memoryUsage().tierCacheBytes()).isEqualTo(1 << 20);
        assertWithinTheLimit(allocator);
    }

    @Test
    void aWalkIsCountedWhileItShowsAndReadsWhereSlabsHaveAllOtherMemory() {
        SlabAllocator allocator = limited(new WrappedTier());
        int objects = 700;
        demoted(allocator, objects);
        long epoch = allocator.undrainedEpochs().getFirst().epoch();
        fill(allocator, allocator.currentEpoch());
        List<Long> scratch = new ArrayList<>();

        EpochWalk walk = allocator.walk(epoch);
        int shown = walk.next(objects, (_, _) -> {
            scratch.add(allocator.memoryUsage().scratchBytes());
            assertWithinTheLimit(allocator);
        });

        assertThat(shown).isEqualTo(objects);
        assertThat(scratch).allMatch(bytes -> bytes >= SLAB);
        assertThat(allocator.memoryUsage().scratchBytes()).isLessThanOrEqualTo(LIMIT / 64 + 32 * SLAB);
    }

    @Test
    void walksThatFindNoRoomForManyImagesReadOneAtATime() {
        SlabAllocator allocator = limited(new WrappedTier());
        demoted(allocator, 70);
        long epoch = allocator.undrainedEpochs().getFirst().epoch();
        fill(allocator, allocator.currentEpoch());

        assertThat(nested(allocator, epoch, 6)).isEqualTo(6);
        assertWithinTheLimit(allocator);
    }

    /** Walks within each other's visitors: how many of them showed an object. */
    private static int nested(SlabAllocator allocator, long epoch, int depth) {
        if (depth == 0) {
            return 0;
        }
        int[] inner = new int[1];
        int shown = allocator.walk(epoch).next(1, (_, _) -> {
            assertWithinTheLimit(allocator);
            inner[0] = nested(allocator, epoch, depth - 1);
        });
        return shown + inner[0];
    }

    /** A tier that ends no read before it is told to. */
    private static final class HoldingTier extends WrappedTier {
        private final CompletableFuture<Void> released = new CompletableFuture<>();

        @Override
        public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
            return released.thenCompose(_ -> memory.read(slabId, sizeClass, location, destination));
        }
    }

    @Test
    void readsBeyondWhatThereIsRoomForFailAndTheRestGoesThrough() {
        HoldingTier tier = new HoldingTier();
        SlabAllocator allocator = limited(tier);
        List<Long> handles = demoted(allocator, 70);
        fill(allocator, allocator.currentEpoch());

        List<CompletableFuture<Integer>> reads = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            for (int i = 0; i < 100; i++) {
                reads.add(allocator.readAsync(handles.get(i % handles.size()), arena.allocate(PAYLOAD)));
                assertWithinTheLimit(allocator);
            }
            tier.released.complete(null);

            List<CompletableFuture<Integer>> done = reads.stream()
                    .filter(read -> read.handle((_, failure) -> failure == null).join())
                    .toList();
            assertThat(done.size()).isBetween(32, 99);
            assertThat(done).allMatch(read -> read.join() == PAYLOAD);
            assertThatThrownBy(reads.getLast()::join)
                    .hasRootCauseInstanceOf(ZnsSlabException.class)
                    .hasMessageContaining("no memory to read a cold slab");
        }
        assertThat(allocator.memoryUsage().scratchBytes()).isLessThanOrEqualTo(LIMIT / 64 + 32 * SLAB);
    }

    @Test
    void tablesOfColdSlabsAreCountedUntilTheyLeaveNoMemoryForSlabs() {
        int limit = 768 << 10;
        SlabAllocator allocator = build(SlabAllocator.builder()
                .memoryLimit(limit)
                .epochCount(2)
                .sizeClasses(512)
                .reclamation(Reclamation.KEEP_HOT)
                .coldTier(new WrappedTier()));
        long before = allocator.memoryUsage().tableBytes();
        long slabs = 0;
        long answer = 0;
        while (answer != Handle.ARENA_FULL) {
            long epoch = allocator.currentEpoch();
            for (int i = 0; i < 140 && answer != Handle.ARENA_FULL; i++) {
                answer = allocator.allocate(PAYLOAD, epoch);
                assertThat(answer).isNotEqualTo(Handle.IDS_EXHAUSTED);
            }
            allocator.advanceEpoch();
            slabs += allocator.closeEpoch(epoch, Disposition.DEMOTE).join().slabsDemoted();
            assertThat(allocator.memoryUsage().usedBytes()).isLessThanOrEqualTo(limit);
        }

        assertThat(allocator.memoryUsage().tableBytes() - before).isGreaterThan(20 * slabs);
        assertThat(slabs).isGreaterThan(3000);
        allocator.checkInvariants();
    }

    @Test
    void aTierThatHoldsMoreThanTheTablesHaveRoomForIsRefused() {
        WrappedTier full = new WrappedTier() {
            @Override
            public void attach(ColdSlabs slabs) {
                super.attach(slabs);
                slabs.restoration().goOn(1_000_000, 0, 1, 1);
            }
        };

        assertThatExceptionOfType(ZnsSlabException.class)
                .isThrownBy(() -> limited(full))
                .withMessageContaining("the tables of its 999999 slab ids take")
                .withMessageContaining("raise memoryLimit");
    }

    @Test
    void memoryBesideSlabsBringsPressureToo() throws Exception {
        CountDownLatch demoted = new CountDownLatch(1);
        SlabAllocator allocator = build(SlabAllocator.builder()
                .memoryLimit(LIMIT)
                .epochCount(16)
                .demoteUnderPressure(new DemotionPressure(80, 10))
                .coldTier(new WrappedTier() {
                    @Override
                    public CompletableFuture<Void> demote(SlabBatch batch) {
                        demoted.countDown();
                        return super.demote(batch);
                    }
                }));
        long epoch = allocator.advanceEpoch();
        for (int i = 0; i < 2000; i++) {
            assertThat(Handle.isHandle(allocator.allocate(PAYLOAD, epoch))).isTrue();
        }
        allocator.advanceEpoch();
        allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
        assertThat(allocator.arenaUsage().grantedBytes()).isLessThan(LIMIT / 2);

        try (EpochDomain domain = allocator.openDomain()) {
            domain.allocate(6 << 20);

            assertThat(demoted.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
