package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Lifetime;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdImageCursor;
import io.znsslab.core.cold.ColdImages;
import io.znsslab.core.cold.ColdRestoration;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.cold.SlabShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes the place of the allocator above a tier: makes batches of slabs of all classes, packed ones among them, with
 * random contents, and records the location of each slab that was handed over. Thread-safe.
 */
final class TestSlabs implements ColdSlabs, SlabShape, AutoCloseable {
    private static final int[] SLOT_BYTES = {64, 128, 256, 768};
    private static final int PACKED = SLOT_BYTES.length;

    private final Arena arena = Arena.ofShared();
    private final int slabBytes;
    private final AtomicLong nextSlabId = new AtomicLong(1);
    private final AtomicLong nextEpoch = new AtomicLong(1);
    /** Slabs by id, from their hand-over on. */
    final ConcurrentHashMap<Long, Slab> cold = new ConcurrentHashMap<>();

    TestSlabs(int slabBytes) {
        this.slabBytes = slabBytes;
    }

    /** One slab: its content, and the location that it was handed over to. */
    record Slab(long slabId, int sizeClass, long epoch, MemorySegment page, long location) {
        Slab at(long newLocation) {
            return new Slab(slabId, sizeClass, epoch, page, newLocation);
        }
    }

    @Override
    public SlabShape shape() {
        return this;
    }

    @Override
    public int slabBytes() {
        return slabBytes;
    }

    @Override
    public int headerBytes() {
        return 64;
    }

    @Override
    public int sizeClasses() {
        return SLOT_BYTES.length;
    }

    @Override
    public int slotBytes(int sizeClass) {
        return sizeClass == PACKED ? slabBytes / 256 : SLOT_BYTES[sizeClass];
    }

    @Override
    public int slots(int sizeClass) {
        return Math.min(256, (slabBytes - 64) / slotBytes(sizeClass));
    }

    @Override
    public boolean hasImageAt(long slabId, long location) {
        Slab slab = cold.get(slabId);
        return slab != null && slab.location == location;
    }

    @Override
    public int liveSlots(long slabId, long[] into) {
        into[0] = 0b100;
        return 1;
    }

    @Override
    public boolean relocated(long slabId, long from, long to) {
        Slab slab = cold.get(slabId);
        return slab != null && slab.location == from && cold.replace(slabId, slab, slab.at(to));
    }

    @Override
    public int handleVersion() {
        return 2;
    }

    @Override
    public int bitmapWords() {
        return (slots(0) + Long.SIZE - 1) / Long.SIZE;
    }

    /** A word of the live slots of each slab of that class. */
    private static long live(int sizeClass, int word) {
        return switch (word) {
            case 0 -> 0b101;
            case 2 -> sizeClass == PACKED ? 0b111 : 0;
            default -> 0;
        };
    }

    /** Records the slabs that a tier found on its device, without their contents. */
    @Override
    public ColdRestoration restoration() {
        return new ColdRestoration() {
            @Override
            public void goOn(long firstSlabId, long firstEpoch, long firstUnknown, int generation) {
                assertThat(firstUnknown).isBetween(1L, firstSlabId);
                nextSlabId.accumulateAndGet(firstSlabId, Math::max);
                nextEpoch.accumulateAndGet(firstEpoch, Math::max);
            }

            @Override
            public void reusable(long slabId, int generation) {
                assertThat(generation).isPositive();
            }

            @Override
            public void epoch(ColdEpoch epoch, long[] slabIds, int count) {
                assertThat(count).isPositive();
            }

            @Override
            public void slab(ColdImage image) {
                for (int word = 0; word < image.live.length; word++) {
                    assertThat(image.live[word]).isEqualTo(live(image.sizeClass, word));
                }
                cold.putIfAbsent(
                        image.slabId, new Slab(image.slabId, image.sizeClass, image.epoch, null, image.location));
            }
        };
    }

    @Override
    public boolean describe(long slabId, ColdImage into) {
        Slab slab = cold.get(slabId);
        if (slab == null) {
            return false;
        }
        into.slabId = slabId;
        into.sizeClass = slab.sizeClass;
        into.baseGeneration = 7;
        into.hasOneGeneration = false;
        into.epoch = slab.epoch;
        into.location = slab.location;
        for (int word = 0; word < into.live.length; word++) {
            into.live[word] = live(slab.sizeClass, word);
        }
        return true;
    }

    @Override
    public ColdEpoch epoch(long number) {
        boolean isThere = cold.values().stream().anyMatch(slab -> slab.epoch == number);
        return isThere ? new ColdEpoch(number, "epoch " + number, 1, Lifetime.UNSTATED, 11) : null;
    }

    @Override
    public ColdImageCursor images() {
        return (receiver, most) -> {
            show(receiver);
            return false;
        };
    }

    private void show(ColdImages receiver) {
        ColdImage image = new ColdImage();
        long last = -1;
        for (Slab slab : cold.values().stream()
                .sorted(Comparator.comparingLong(Slab::epoch))
                .toList()) {
            ColdEpoch epoch = epoch(slab.epoch);
            if (epoch != null && slab.epoch != last) {
                last = slab.epoch;
                receiver.epoch(epoch);
            }
            if (describe(slab.slabId, image)) {
                receiver.image(image);
            }
        }
    }

    @Override
    public long nextSlabId() {
        return nextSlabId.get();
    }

    @Override
    public long nextEpoch() {
        return nextEpoch.get();
    }

    @Override
    public int nextGeneration(long slabId) {
        return cold.containsKey(slabId) ? 0 : 12;
    }

    @Override
    public int evictOldestEpoch() {
        throw new UnsupportedOperationException("no epoch of these is evicted");
    }

    /** Makes an epoch of that many slabs. */
    Batch batch(int slabs) {
        return new Batch(nextEpoch.getAndIncrement(), slabs);
    }

    final class Batch implements SlabBatch {
        private final long epoch;
        private final long firstSlabId;
        private final MemorySegment[] pages;
        private final int[] handedOver;
        private Runnable beforeFirstPage = () -> {};

        Batch(long epoch, int slabs) {
            this.epoch = epoch;
            firstSlabId = nextSlabId.getAndAdd(slabs);
            pages = new MemorySegment[slabs];
            handedOver = new int[slabs];
            for (int i = 0; i < slabs; i++) {
                SplittableRandom random = new SplittableRandom(firstSlabId + i);
                pages[i] = arena.allocate(slabBytes, 4096);
                for (long at = 0; at < slabBytes; at += Long.BYTES) {
                    pages[i].set(ValueLayout.JAVA_LONG, at, random.nextLong());
                }
            }
        }

        /** Runs before the first slab is taken, in the thread that takes it. */
        void beforeFirstPage(Runnable action) {
            beforeFirstPage = action;
        }

        /** How many times a slab was handed over. */
        int timesHandedOver(int index) {
            synchronized (handedOver) {
                return handedOver[index];
            }
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public int size() {
            return pages.length;
        }

        @Override
        public long slabId(int index) {
            return firstSlabId + index;
        }

        @Override
        public int sizeClass(int index) {
            return index % (SLOT_BYTES.length + 1);
        }

        @Override
        public int baseGeneration(int index) {
            return 7;
        }

        @Override
        public int lastGeneration(int index) {
            return 11;
        }

        @Override
        public MemorySegment page(int index) {
            if (index == 0) {
                beforeFirstPage.run();
            }
            return pages[index].asReadOnly();
        }

        @Override
        public int liveSlots(int index, long[] into) {
            int count = 0;
            for (int word = 0; word < into.length; word++) {
                into[word] = live(sizeClass(index), word);
                count += Long.bitCount(into[word]);
            }
            return count;
        }

        @Override
        public void demoted(int from, int to, long[] locations) {
            synchronized (handedOver) {
                for (int i = from; i < to; i++) {
                    handedOver[i]++;
                    Slab slab = new Slab(slabId(i), sizeClass(i), epoch, pages[i], locations[i - from]);
                    cold.put(slab.slabId, slab);
                }
            }
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
