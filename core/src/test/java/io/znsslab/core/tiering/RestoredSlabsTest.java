package io.znsslab.core.tiering;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.Handle;
import io.znsslab.core.HandleFormat;
import io.znsslab.core.Lifetime;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.core.WrappedTier;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdImages;
import io.znsslab.core.cold.ColdRestoration;
import io.znsslab.core.cold.ColdSlabs;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The slabs of earlier runs that a cold tier gives an allocator. */
class RestoredSlabsTest {
    private static final int MAX_GENERATION = (1 << 24) - 1;

    /** The state that one run leaves to the next: the allocator's report when it came to rest, and the images. */
    private static final class Remembered extends WrappedTier {
        private final List<Consumer<ColdRestoration>> facts = new ArrayList<>();
        private long nextSlabId;
        private long nextEpoch;

        @Override
        public void close() {
            nextSlabId = slabs.nextSlabId();
            nextEpoch = slabs.nextEpoch();
            for (long id = 1; id < nextSlabId; id++) {
                rememberReusable(id, slabs.nextGeneration(id));
            }
            slabs.images().show(new Rememberer(), Integer.MAX_VALUE);
            super.close();
        }

        private void rememberReusable(long id, int generation) {
            if (generation > 0) {
                facts.add(restoration -> restoration.reusable(id, generation));
            }
        }

        private final class Rememberer implements ColdImages {
            private List<Long> ids = new ArrayList<>();

            @Override
            public void epoch(ColdEpoch epoch) {
                List<Long> own = new ArrayList<>();
                ids = own;
                facts.add(restoration -> {
                    long[] array = own.stream().mapToLong(id -> id).toArray();
                    restoration.epoch(epoch, array, array.length);
                });
            }

            @Override
            public void image(ColdImage image) {
                ids.add(image.slabId);
                ColdImage copy = image(image.slabId, image.epoch, image.location);
                copy.baseGeneration = image.baseGeneration;
                copy.hasOneGeneration = image.hasOneGeneration;
                System.arraycopy(image.live, 0, copy.live, 0, 4);
                facts.add(restoration -> restoration.slab(copy));
            }

            private ColdImage image(long slabId, long epoch, long location) {
                ColdImage image = RestoredSlabsTest.image(slabId, epoch, location);
                image.sizeClass = 2;
                return image;
            }
        }

        WrappedTier next() {
            return new WrappedTier() {
                @Override
                public void attach(ColdSlabs shape) {
                    super.attach(shape);
                    Remembered.this.memory.attach(shape);
                    ColdRestoration restoration = shape.restoration();
                    restoration.goOn(nextSlabId, nextEpoch);
                    facts.forEach(fact -> fact.accept(restoration));
                }

                @Override
                public CompletableFuture<Void> read(long id, int sizeClass, long location, MemorySegment into) {
                    return Remembered.this.memory.read(id, sizeClass, location, into);
                }

                @Override
                public void release(long slabId, long location) {
                    Remembered.this.memory.release(slabId, location);
                }
            };
        }
    }

    private static ColdImage image(long slabId, long epoch, long location) {
        ColdImage image = new ColdImage();
        image.slabId = slabId;
        image.epoch = epoch;
        image.location = location;
        image.baseGeneration = 1;
        image.hasOneGeneration = true;
        image.live[0] = 1;
        return image;
    }

    private static ColdEpoch epoch(long number, int maxGeneration) {
        return new ColdEpoch(number, "", 0, Lifetime.UNSTATED, maxGeneration);
    }

    private static SlabAllocator open(WrappedTier tier) {
        return SlabAllocator.builder().limitBytes(4 << 20).coldTier(tier).build();
    }

    private static SlabAllocator given(Consumer<ColdRestoration> script) {
        return open(new WrappedTier() {
            @Override
            public void attach(ColdSlabs shape) {
                super.attach(shape);
                script.accept(shape.restoration());
            }

            @Override
            public void release(long slabId, long location) {
                // The script's slabs have no images.
            }
        });
    }

    private static void openWith(Consumer<ColdRestoration> script) {
        SlabAllocator allocator = given(script);
        allocator.checkInvariants();
        allocator.close();
    }

    private static long[] fill(SlabAllocator allocator, int count, long value) {
        long[] handles = new long[count];
        for (int i = 0; i < count; i++) {
            handles[i] = allocator.allocate(100, allocator.currentEpoch());
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, value + i);
        }
        return handles;
    }

    @Test
    void handlesOfAnEarlierRunResolveAndStaleOnesStayStale() {
        Remembered tier = new Remembered();
        long[] handles;
        try (SlabAllocator first = open(tier)) {
            handles = fill(first, 62, 100);
            first.advanceEpoch();
            first.closeEpoch(0, Disposition.DEMOTE).join();
            first.free(handles[3]);
            first.resolve(handles[40]);
            first.free(handles[41]);
        }
        SlabAllocator second = open(tier.next());
        second.checkInvariants();
        assertThat(second.tierOf(handles[3])).isNull();
        assertThat(second.free(handles[3])).isFalse();
        assertThat(second.resolve(handles[41])).isNull();
        for (int i = 0; i < handles.length; i++) {
            if (i != 3 && i != 41) {
                assertThat(second.resolve(handles[i]).get(JAVA_LONG, 0)).isEqualTo(100 + i);
                assertThat(second.free(handles[i])).isTrue();
            }
        }
        assertThat(second.undrainedEpochs()).isEmpty();
        assertThat(tier.memory.imageCount()).isZero();
        second.checkInvariants();
        second.close();
    }

    @Test
    void anEpochOfAnEarlierRunIsKnownAndCanBeDiscarded() {
        Remembered tier = new Remembered();
        long[] handles;
        long epoch;
        Instant opened;
        try (SlabAllocator first = open(tier)) {
            epoch = first.advanceEpoch("orders", Lifetime.SHORT);
            handles = fill(first, 40, 0);
            first.advanceEpoch();
            first.closeEpoch(epoch, Disposition.DEMOTE).join();
            opened = first.epochInfo(epoch).opened();
        }
        WrappedTier next = tier.next();
        SlabAllocator second = open(next);
        assertThat(second.currentEpoch()).isEqualTo(3);
        assertThat(second.undrainedEpochs()).singleElement().satisfies(info -> {
            assertThat(info.epoch()).isEqualTo(epoch);
            assertThat(info.label()).isEqualTo("orders");
            assertThat(info.opened()).isEqualTo(opened);
            assertThat(info.coldSlabs()).isEqualTo(2);
            assertThat(info.liveObjects()).isEqualTo(40);
        });
        assertThat(next.slabs.epoch(epoch).lifetime()).isEqualTo(Lifetime.SHORT);
        assertThat(second.epochInfo(0).state()).isEqualTo(EpochInfo.State.DRAINED);
        assertThat(second.closeEpoch(0, Disposition.RECLAIM).join().slabs()).isZero();
        assertThat(second.closeEpoch(epoch, Disposition.DISCARD).join().slabs()).isEqualTo(2);
        assertThat(second.resolve(handles[0])).isNull();
        assertThat(tier.memory.imageCount()).isZero();
        second.close();
    }

    @Test
    void anEpochOfAnEarlierRunKeepsTheTimeAtWhichItExpires() {
        Remembered tier = new Remembered();
        long epoch;
        Instant expires;
        try (SlabAllocator first = open(tier)) {
            epoch = first.advanceEpoch(EpochOptions.DEFAULT.timeToLive(Duration.ofDays(1)));
            fill(first, 40, 0);
            first.advanceEpoch();
            first.closeEpoch(epoch, Disposition.DEMOTE).join();
            expires = first.epochInfo(epoch).expires().orElseThrow();
            assertThat(tier.slabs.epoch(epoch).expiresMillis()).isEqualTo(expires.toEpochMilli());
        }
        try (SlabAllocator second = open(tier.next())) {
            assertThat(second.epochInfo(epoch).liveObjects()).isEqualTo(40);
            assertThat(second.epochInfo(epoch).expires()).contains(expires.truncatedTo(ChronoUnit.MILLIS));
        }
    }

    @Test
    void anEpochWhoseTimeWasOverWhileNoProgramRanIsDiscardedAndNoOther() {
        long now = System.currentTimeMillis();
        try (SlabAllocator allocator = given(restoration -> {
            restoration.goOn(10, 7);
            long[] expiries = {now - 1, Long.MIN_VALUE, now + Duration.ofDays(1).toMillis(), ColdEpoch.NO_EXPIRY};
            for (int number = 0; number < expiries.length; number++) {
                restoration.epoch(epoch(number, 5).expiringAt(expiries[number]), new long[] {3 + number}, 1);
                restoration.slab(image(3 + number, number, 1 + number));
            }
        })) {
            long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (allocator.epochs().size() > 3) {
                assertThat(System.nanoTime()).as("in twenty seconds").isLessThan(limit);
                Thread.yield();
            }
            assertThat(allocator.epochs()).extracting(EpochInfo::epoch).containsExactly(2L, 3L, 7L);
            assertThat(allocator.epochInfo(2).expires()).isPresent();
            assertThat(allocator.epochInfo(3).expires()).isEmpty();
        }
    }

    @Test
    void newHandlesAreOnesThatNoEarlierRunHasIssued() {
        Remembered tier = new Remembered();
        Set<Long> issued = new HashSet<>();
        try (SlabAllocator first = open(tier)) {
            for (Disposition disposition : Disposition.values()) {
                long epoch = first.currentEpoch();
                for (long handle : fill(first, 31, 0)) {
                    issued.add(handle);
                }
                first.advanceEpoch();
                first.closeEpoch(epoch, disposition).join();
            }
        }
        SlabAllocator second = open(tier.next());
        for (int i = 0; i < 31 * 40; i++) {
            long handle = second.allocate(100, second.currentEpoch());
            assertThat(Handle.isHandle(handle)).isTrue();
            assertThat(issued.add(handle)).isTrue();
        }
        second.checkInvariants();
        second.close();
    }

    @Test
    void aReusableIdIsUsedAgainFromItsGenerationAndAnUnmentionedIdNever() {
        SlabAllocator allocator = open(new WrappedTier() {
            @Override
            public void attach(ColdSlabs shape) {
                super.attach(shape);
                ColdRestoration restoration = shape.restoration();
                restoration.goOn(10, 7);
                restoration.reusable(4, 500);
                assertThat(shape.nextGeneration(4)).isEqualTo(500);
                assertThat(shape.nextGeneration(5)).isZero();
                assertThat(shape.nextSlabId()).isEqualTo(10);
            }
        });
        assertThat(allocator.currentEpoch()).isEqualTo(7);
        List<Long> ids = new ArrayList<>();
        for (int slab = 0; slab < 40; slab++) {
            Handle handle = Handle.decode(fill(allocator, 31, 0)[0]);
            ids.add(handle.slabId());
            assertThat(handle.generation()).isEqualTo(handle.slabId() == 4 ? 500 : 1);
        }
        assertThat(ids).contains(4L).doesNotContain(1L, 2L, 3L, 5L, 6L, 7L, 8L, 9L);
        allocator.checkInvariants();
        allocator.close();
    }

    @Test
    void idsThatMayHaveBeenIssuedAreUsedAgainFromAGenerationThatNoneHasReached() {
        SlabAllocator allocator = given(restoration -> {
            restoration.goOn(10, 7, 3, 2000);
            restoration.reusable(4, 500);
            restoration.reusable(6, MAX_GENERATION + 1);
            restoration.epoch(epoch(1, 5), new long[] {8}, 1);
            restoration.slab(image(8, 1, 1));
        });
        List<Long> ids = new ArrayList<>();
        for (int slab = 0; slab < 40; slab++) {
            Handle handle = Handle.decode(fill(allocator, 31, 0)[0]);
            ids.add(handle.slabId());
            int expected = handle.slabId() == 4 ? 500 : handle.slabId() < 10 ? 2000 : 1;
            assertThat(handle.generation()).as("of slab %d", handle.slabId()).isEqualTo(expected);
        }
        assertThat(ids).contains(3L, 4L, 5L, 7L, 9L, 10L).doesNotContain(1L, 2L, 6L, 8L);
        allocator.checkInvariants();
        allocator.close();
    }

    @Test
    void theLargestOfEachFactIsTaken() {
        openWith(restoration -> restoration.goOn(1, 0));
        // The invariants are not checked as a whole: that would look at every id below.
        try (SlabAllocator allocator = given(restoration -> restoration.goOn(1L << 30, 1L << 62))) {
            assertThat(allocator.currentEpoch()).isEqualTo(1L << 62);
            assertThat(allocator.allocate(100, 1L << 62)).isEqualTo(Handle.IDS_EXHAUSTED);
        }
        openWith(restoration -> {
            restoration.goOn(4, 3);
            restoration.reusable(3, 1);
            restoration.epoch(epoch(0, 0), new long[] {1}, 1);
            ColdImage lowest = image(1, 0, 1);
            lowest.baseGeneration = 0;
            restoration.slab(lowest);
            restoration.epoch(epoch(2, ColdEpoch.NO_GENERATION_LEFT), new long[] {2}, 1);
            ColdImage highest = image(2, 2, 0xffff_ffffL);
            highest.baseGeneration = MAX_GENERATION;
            highest.sizeClass = 7;
            restoration.slab(highest);
        });
        openWith(restoration -> {
            restoration.goOn(2, 1);
            restoration.reusable(1, MAX_GENERATION);
        });
    }

    private static Arguments wrong(String message, Consumer<ColdRestoration> script) {
        return argumentSet(message, message, script);
    }

    private static Arguments wrongSlab(String message, Consumer<ColdImage> change) {
        return wrong(message, restoration -> {
            restoration.epoch(epoch(1, 5), new long[] {3}, 1);
            ColdImage image = image(3, 1, 1);
            change.accept(image);
            restoration.slab(image);
        });
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                wrong("slab ids go on from 0", r -> r.goOn(0, 0)),
                wrong("slab ids go on from 1073741825", r -> r.goOn((1L << 30) + 1, 0)),
                wrong("epochs go on from -1", r -> r.goOn(1, -1)),
                wrong("epochs go on from 4611686018427387905", r -> r.goOn(1, (1L << 62) + 1)),
                wrong("no run has issued slab id 0", r -> r.reusable(0, 1)),
                wrong("no run has issued slab id 10", r -> r.reusable(10, 1)),
                wrong("there is no generation 0", r -> r.reusable(3, 0)),
                wrong("there is no generation 16777217", r -> r.reusable(3, (1 << 24) + 1)),
                wrong("there are two slabs of the id 3", r -> {
                    r.reusable(3, 1);
                    r.reusable(3, 1);
                }),
                wrong("there is no generation -1", r -> r.epoch(epoch(1, -1), new long[0], 0)),
                wrong("there is no generation 16777216", r -> r.epoch(epoch(1, 1 << 24), new long[0], 0)),
                wrong("no run has opened epoch -1", r -> r.epoch(epoch(-1, 1), new long[0], 0)),
                wrong("no run has opened epoch 7", r -> r.epoch(epoch(7, 1), new long[0], 0)),
                wrong("there are two epochs 1", r -> {
                    r.epoch(epoch(1, 1), new long[] {1}, 1);
                    r.epoch(epoch(1, 1), new long[] {2}, 1);
                }),
                wrong("no run has issued slab id 0", r -> r.epoch(epoch(1, 1), new long[] {3, 0}, 2)),
                wrong("no run has issued slab id 10", r -> r.epoch(epoch(1, 1), new long[] {3, 10}, 2)),
                wrongSlab("no run has issued slab id 0", image -> image.slabId = 0),
                wrongSlab("no run has issued slab id 10", image -> image.slabId = 10),
                wrongSlab("there is no size class -1", image -> image.sizeClass = -1),
                wrongSlab("there is no size class 9", image -> image.sizeClass = 9),
                wrongSlab("there is no generation -1", image -> image.baseGeneration = -1),
                wrongSlab("there is no generation 16777216", image -> image.baseGeneration = 1 << 24),
                wrongSlab("there is no location 0", image -> image.location = 0),
                wrongSlab("there is no location 4294967296", image -> image.location = 1L << 32),
                wrong("there are two slabs of the id 3", r -> {
                    r.epoch(epoch(1, 5), new long[] {3}, 1);
                    r.slab(image(3, 1, 1));
                    r.slab(image(3, 1, 2));
                }));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void aContradictionIsNamed(String message, Consumer<ColdRestoration> script) {
        assertThatThrownBy(() -> openWith(restoration -> {
                    restoration.goOn(10, 7);
                    script.accept(restoration);
                }))
                .isInstanceOf(ZnsSlabException.class)
                .hasMessage("what the cold tier gives back of earlier runs contradicts itself: " + message);
    }

    @Test
    void aSlabThatIsGivenWithAnotherEpochIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> openWith(restoration -> {
                    restoration.goOn(10, 7);
                    restoration.epoch(epoch(1, 5), new long[] {3}, 1);
                    restoration.slab(image(3, 2, 1));
                }))
                .withMessage("slab 3 is of epoch 2, and was given with epoch 1");
    }

    @Test
    void slabsMayComeInAnyOrder() {
        try (SlabAllocator allocator = given(restoration -> {
            restoration.goOn(10, 7);
            restoration.epoch(epoch(1, 5), new long[] {3, 4}, 2);
            restoration.slab(image(4, 1, 1));
            restoration.slab(image(3, 1, 2));
        })) {
            assertThat(allocator.epochInfo(1).liveObjects()).isEqualTo(2);
            for (long id = 3; id <= 4; id++) {
                long handle = new Handle(HandleFormat.WIDE, id, 1, 0, -1).encode();
                assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
            }
        }
    }

    @Test
    void onlyAsManySlabsAsCountBelongToAnEpoch() {
        openWith(restoration -> {
            restoration.goOn(10, 7);
            restoration.epoch(epoch(1, 5), new long[] {3, 0, 99}, 1);
            restoration.slab(image(3, 1, 1));
        });
    }
}
