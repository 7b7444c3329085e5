package io.znsslab.tier.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged structures, half of them with a new checksum, so that the checks behind the checksum are reached. Each
 * decoder reports what is wrong, or returns values within their bounds; it never throws. {@code -Dfuzz.inputs=} and
 * {@code -Dseed=} change the number of inputs and their seed.
 */
class DecoderFuzzIT {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 40_000);
    private static final long SEED = Long.getLong("seed", 1);
    private static final int BLOCK = SealedBlock.LOCATION_BYTES;
    private static final DeviceIdentity DEVICE = new DeviceIdentity(0x0123456789ABCDEFL, 0x0FEDCBA987654321L);
    private static final long LOCATION = 4711;
    private static final long INCARNATION = 5L << 32 | 3;
    private static final int PACKED = 8;

    private final ByteBuffer sound = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer spoiled = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);

    private interface Decoder {
        /** Decodes the structure. Returns null when it passed its checks. */
        Mismatch decode(ByteBuffer buffer);
    }

    /** Feeds the decoder. Returns the number of inputs that it accepted. */
    private int fuzz(int covered, Decoder decoder) {
        assertThat(decoder.decode(sound)).isNull();
        Mutations mutations = new Mutations(SEED);
        int accepted = 0;
        for (int i = 0; i < INPUTS; i++) {
            spoiled.clear().put(sound.clear()).clear();
            mutations.spoil(spoiled, 0, covered);
            boolean resealed = mutations.coin() && Mutations.reseal(spoiled, 0);
            boolean changed = spoiled.slice(0, covered).mismatch(sound.slice(0, covered)) != -1;
            Mismatch mismatch;
            try {
                mismatch = decoder.decode(spoiled);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("input " + i + " of -Dseed=" + SEED + ": " + e, e);
            }
            if (changed && !resealed) {
                assertThat(mismatch).as("input %d of -Dseed=%d", i, SEED).isNotNull();
            }
            accepted += mismatch == null ? 1 : 0;
        }
        return accepted;
    }

    @Test
    void noSuperblockMakesItsDecoderFail() {
        SuperblockLayout layout = new SuperblockLayout();
        Superblock superblock = superblock();
        layout.seal(sound, 0, LOCATION, superblock);

        int accepted = fuzz(sound.getInt(SealedBlock.LENGTH_OFFSET), buffer -> {
            Mismatch mismatch = layout.check(buffer, 0, LOCATION);
            assertThat(layout.read(buffer, 0)).isNotNull();
            return mismatch;
        });
        assertThat(accepted).isPositive();
    }

    private static Superblock superblock() {
        return new Superblock(DEVICE, 5, 3, 0, 1, 1 << 20, 16, 4096, 4096, 1_700_000_000L, 3);
    }

    @Test
    void noZoneHeaderMakesItsDecoderFail() {
        ZoneHeaderLayout layout = new ZoneHeaderLayout(DEVICE, 4096);
        layout.seal(sound, 0, LOCATION, INCARNATION, 18);

        fuzz(sound.getInt(SealedBlock.LENGTH_OFFSET), buffer -> {
            Mismatch mismatch = layout.check(buffer, 0, LOCATION, 18);
            assertThat(ZoneHeaderLayout.incarnation(buffer, 0))
                    .isEqualTo(buffer.getLong(SealedBlock.INCARNATION_OFFSET));
            return mismatch;
        });
    }

    @Test
    void noSummaryMakesItsDecoderFail() {
        ExtentSummaryLayout layout = new ExtentSummaryLayout(DEVICE, TestShape.USUAL);
        layout.begin(sound, 0);
        long[] live = new long[4];
        for (int entry = 0; layout.hasRoomFor(PACKED); entry++) {
            live[0] = 0b1011L << entry % 50;
            live[3] = entry % 9 == PACKED ? 0b1101L : 0;
            layout.entry(sound, 0, 100L + entry, entry % 9, 9, 1, 4, entry * 31, 3, live);
        }
        layout.seal(sound, 0, LOCATION, INCARNATION, 77, 4600);

        int accepted = fuzz(sound.getInt(SealedBlock.LENGTH_OFFSET), buffer -> {
            Mismatch mismatch = layout.check(buffer, 0, LOCATION, INCARNATION);
            if (mismatch == null) {
                readAll(layout, buffer);
            }
            return mismatch;
        });
        assertThat(accepted).isPositive();
    }

    private static void readAll(ExtentSummaryLayout layout, ByteBuffer buffer) {
        int count = ExtentSummaryLayout.count(buffer, 0);
        assertThat(count).isBetween(0, layout.capacity());
        assertThat(ExtentSummaryLayout.previous(buffer, 0)).isBetween(0L, 1L << 32);
        long[] live = new long[4];
        for (int entry = 0; entry < count; entry++) {
            assertThat(layout.slabId(buffer, 0, entry)).isBetween(0L, 1L << 32);
            assertThat(layout.sizeClass(buffer, 0, entry)).isBetween(0, 255);
            assertThat(layout.liveSlots(buffer, 0, entry, live)).isBetween(0, 65535);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, PACKED})
    void noImageMakesItsDecoderFailOrPassesForAnother(int sizeClass) {
        SlabImageLayout layout = new SlabImageLayout(DEVICE, TestShape.USUAL);
        for (int at = 0; at < BLOCK; at += Long.BYTES) {
            sound.putLong(at, at * 0x9E3779B97F4A7C15L);
        }
        layout.seal(sound, 0, LOCATION, INCARNATION, 1234, sizeClass, 17, 5, 9);

        fuzz(BLOCK, buffer -> {
            Mismatch mismatch = layout.check(buffer, 0, LOCATION, INCARNATION, 1234, sizeClass);
            if (mismatch == null) {
                assertThat(SlabImageLayout.slabId(buffer, 0)).isEqualTo(1234);
                assertThat(SlabImageLayout.sizeClass(buffer, 0)).isEqualTo(sizeClass);
                assertThat(buffer.get(6)).isEqualTo((byte) (sizeClass == PACKED ? 1 : 0));
            }
            return mismatch;
        });
    }

    @Test
    void noLogBlockMakesItsDecoderFail() {
        LogBlockLayout layout = new LogBlockLayout(DEVICE);
        layout.seal(sound, 0, logRecords(), LOCATION, INCARNATION, 3, 2);
        RecordReader reader = new RecordReader();

        int accepted = fuzz(sound.getInt(SealedBlock.LENGTH_OFFSET), buffer -> {
            Mismatch mismatch = layout.check(buffer, 0, LOCATION, INCARNATION, 3);
            if (mismatch == null) {
                assertThat(layout.replay(buffer, 0, reader)).isBetween(0, BLOCK);
                assertThat(LogBlockLayout.durable(buffer, 0)).isEqualTo(buffer.getLong(56));
            }
            return mismatch;
        });
        assertThat(accepted).isPositive();
        assertThat(reader.kindsSeen).hasSize(16);
    }

    /** Writes a record of each kind. Returns the offset of their end. */
    private int logRecords() {
        int at = LogBlockLayout.RECORDS_OFFSET;
        at = LogRecordEncoder.putShape(sound, at, 2, 4096, new int[] {64, 256, 768});
        at = LogRecordEncoder.putReserved(sound, at, 65_536, 1L << 32);
        at = LogRecordEncoder.putZone(sound, at, 5, INCARNATION, LOCATION + 9, 12);
        int record = at;
        at = LogRecordEncoder.beginSlabs(sound, at, 77, 1);
        for (int slab = 0; slab < 12; slab++) {
            int facts = LogRecordLayout.facts(3 + slab, slab % 3, slab % 2 == 0);
            at = LogRecordEncoder.addSlab(sound, record, at, 100L + slab, LOCATION + slab, facts, new long[] {0b1011});
        }
        record = at;
        at = LogRecordEncoder.beginFollowing(sound, at, 1);
        for (int slab = 0; slab < 5; slab++) {
            at = LogRecordEncoder.addFollowing(sound, record, at, new long[] {0b1101});
        }
        record = at;
        at = LogRecordEncoder.beginAlike(sound, at);
        LogRecordEncoder.addToRun(sound, record);
        at = packedSlabs(at);
        record = at;
        at = LogRecordEncoder.beginDead(sound, at, 105);
        LogRecordEncoder.addToRun(sound, record);
        at = LogRecordEncoder.putEpoch(sound, at, 77, 1, 9, 1_700_000_000_000L, new byte[] {'r', 'e', 'd'});
        at = LogRecordEncoder.putExpiry(sound, at, 77, 1_800_000_000_000L);
        record = at;
        at = LogRecordEncoder.beginReusable(sound, at, 300);
        at = LogRecordEncoder.addReusable(sound, record, at, 4);
        at = LogRecordEncoder.putIssued(sound, at, 1 << 25, 1L << 40, 300, 1024, 2048);
        record = at;
        at = LogRecordEncoder.beginRaised(sound, at);
        at = LogRecordEncoder.addRaised(sound, record, at, 301, 4096);
        at = LogRecordEncoder.putReopened(sound, at, 6);
        at = LogRecordEncoder.putRoot(sound, at, 5, new byte[] {1, 2, 3, 4, 5, 6, 7}, 2, 5);
        at = LogRecordEncoder.putClosed(sound, at, 400, 80);
        return LogRecordEncoder.putCheckpointEnd(sound, at, 24);
    }

    private int packedSlabs(int begin) {
        long[] live = {1, 0b100, 0, 1L << 50};
        int at = LogRecordEncoder.beginSlabs(sound, begin, 77, 4);
        int facts = LogRecordLayout.facts(9, PACKED, true);
        for (int slab = 0; slab < 3; slab++) {
            at = LogRecordEncoder.addSlab(sound, begin, at, 200L + slab, LOCATION + 50 + slab, facts, live);
        }
        int record = at;
        at = LogRecordEncoder.beginFollowing(sound, at, 4);
        at = LogRecordEncoder.addFollowing(sound, record, at, new long[] {0b1101, 1, 2, 3});
        record = at;
        at = LogRecordEncoder.beginAlike(sound, at);
        LogRecordEncoder.addToRun(sound, record);
        return at;
    }

    /** Reads all fields of a record. */
    private static final class RecordReader implements LogRecords {
        private final Set<String> kindsSeen = new HashSet<>();

        @Override
        public void shape(int handleVersion, int slabBytes, int[] slotBytes) {
            kindsSeen.add("shape");
            assertThat(slotBytes.length).isBetween(0, BLOCK / Integer.BYTES);
        }

        @Override
        public void reserved(long slabIds, long epochs) {
            kindsSeen.add("reserved");
        }

        @Override
        public void zone(int zone, long incarnation, long lastSummary, int writtenSlabs) {
            kindsSeen.add("zone");
            assertThat(lastSummary).isBetween(0L, 1L << 32);
        }

        @Override
        public void slabs(long epoch, int words, int count, ByteBuffer buffer, int at) {
            kindsSeen.add("slabs");
            for (int i = 0; i < count; i++) {
                int item = at + i * LogRecordLayout.itemBytes(words);
                assertThat(LogRecordLayout.slabId(buffer, item)).isBetween(0L, 1L << 32);
                assertThat(LogRecordLayout.location(buffer, item)).isBetween(0L, 1L << 32);
                assertThat(LogRecordLayout.sizeClass(LogRecordLayout.facts(buffer, item)))
                        .isBetween(0, 127);
                LogRecordLayout.live(buffer, item, words - 1);
            }
        }

        @Override
        public void following(
                long epoch, int words, int count, int followers, ByteBuffer buffer, int item, int live, int stride) {
            kindsSeen.add(stride == 0 ? "alike" : "following");
            assertThat(followers).isBetween(0, BLOCK / Integer.BYTES * 1024);
            assertThat(LogRecordLayout.slabId(buffer, item)).isBetween(0L, 1L << 32);
            for (int i = 0; i < count; i++) {
                buffer.getLong(live + i * stride + (words - 1) * Long.BYTES);
            }
        }

        @Override
        public void dead(long slabId) {
            kindsSeen.add("dead");
        }

        @Override
        public void epoch(long number, int lifetime, int maxGeneration, long openedMillis, String label) {
            kindsSeen.add("epoch");
            assertThat(lifetime).isBetween(0, 3);
            assertThat(label.length()).isBetween(0, LogRecordLayout.MOST_LABEL_BYTES);
        }

        @Override
        public void expires(long epoch, long expiresMillis) {
            kindsSeen.add("expires");
        }

        @Override
        public void checkpointEnds(long slabs) {
            kindsSeen.add("checkpointEnds");
        }

        @Override
        public void reusable(long slabId, int generation) {
            kindsSeen.add("reusable");
        }

        @Override
        public void issued(long slabIds, long epochs, long knownId, int knownGeneration, int bound) {
            kindsSeen.add("issued");
        }

        @Override
        public void reopened(long opening) {
            kindsSeen.add("reopened");
        }

        @Override
        public void raised(long slabId, int bound) {
            assertThat(slabId).isBetween(0L, 1L << 32);
            kindsSeen.add("raised");
        }

        @Override
        public void root(long number, int size, int from, byte[] part) {
            kindsSeen.add("root");
            assertThat(size).isBetween(0, LogRecordLayout.MOST_ROOT_BYTES);
            assertThat(from + part.length).isBetween(0, size);
        }

        @Override
        public void closed(long slabIds, long epochs) {
            kindsSeen.add("closed");
        }
    }

    @Test
    void aBlockThatWasNeverAStructureIsForeign() {
        SlabImageLayout images = new SlabImageLayout(DEVICE, TestShape.USUAL);
        ExtentSummaryLayout summaries = new ExtentSummaryLayout(DEVICE, TestShape.USUAL);
        ZoneHeaderLayout headers = new ZoneHeaderLayout(DEVICE, 4096);
        SuperblockLayout superblocks = new SuperblockLayout();
        LogBlockLayout logBlocks = new LogBlockLayout(DEVICE);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < INPUTS / 4; i++) {
            for (int at = 0; at < BLOCK; at += Long.BYTES) {
                spoiled.putLong(at, random.nextLong());
            }
            spoiled.clear();
            assertThat(images.check(spoiled, 0, LOCATION, INCARNATION, 1, 1)).isNotNull();
            assertThat(summaries.check(spoiled, 0, LOCATION, INCARNATION)).isNotNull();
            assertThat(headers.check(spoiled, 0, LOCATION, 1)).isNotNull();
            assertThat(superblocks.check(spoiled, 0, LOCATION)).isNotNull();
            assertThat(logBlocks.check(spoiled, 0, LOCATION, INCARNATION, 0)).isNotNull();
        }
    }
}
