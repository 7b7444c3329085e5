package io.znsslab.tier.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final DeviceIdentity DEVICE = new DeviceIdentity(0x0123456789ABCDEFL, 0x0FEDCBA987654321L);
    private static final DeviceIdentity OTHER_DEVICE = new DeviceIdentity(0x0123456789ABCDEFL, 0x0FEDCBA987654320L);
    private static final int SLAB = 4096;
    private static final long LOCATION = 0xFFFF_FFF0L;
    private static final long INCARNATION = 5L << 32 | 9;
    private static final int AT = 8192;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(16384).order(ByteOrder.LITTLE_ENDIAN);
    private final SlabImageLayout images = new SlabImageLayout(DEVICE, TestShape.USUAL);
    private final ExtentSummaryLayout summaries = new ExtentSummaryLayout(DEVICE, TestShape.USUAL);
    private final ZoneHeaderLayout headers = new ZoneHeaderLayout(DEVICE, SLAB);
    private final SuperblockLayout superblocks = new SuperblockLayout();
    private final long[] live = {0x8000_0000_0000_0001L, 0, 0, 0};

    private void sealImage() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < SLAB; i += 8) {
            buffer.putLong(AT + i, random.nextLong());
        }
        images.seal(buffer, AT, LOCATION, INCARNATION, 0xFFFF_FFFEL, 255, -3, -1, 0x00FF_FFFF);
    }

    private void sealSummary() {
        summaries.begin(buffer, AT);
        for (int i = 0; i < summaries.capacity(); i++) {
            summaries.entry(buffer, AT, 1000L + i, i % 8, 77, 3, 4 + i, ~i, 2, live);
        }
        summaries.seal(buffer, AT, LOCATION, INCARNATION, 12345, LOCATION - 101);
    }

    @Test
    void anImageSaysWhatWasWrittenIntoIt() {
        sealImage();

        assertThat(images.check(buffer, AT, LOCATION, INCARNATION, 0xFFFF_FFFEL, 255))
                .isNull();
        assertThat(SlabImageLayout.slabId(buffer, AT)).isEqualTo(0xFFFF_FFFEL);
        assertThat(SlabImageLayout.sizeClass(buffer, AT)).isEqualTo(255);
        assertThat(SlabImageLayout.epoch(buffer, AT)).isEqualTo(-3);
        assertThat(SlabImageLayout.baseGeneration(buffer, AT)).isEqualTo(-1);
        assertThat(SlabImageLayout.lastGeneration(buffer, AT)).isEqualTo(0x00FF_FFFF);
    }

    @Test
    void anImageIsOnlyAcceptedAsWhatItIsWhereItBelongs() {
        sealImage();

        assertThat(images.check(buffer, AT, LOCATION - 1, INCARNATION, 0xFFFF_FFFEL, 255))
                .isEqualTo(Mismatch.LOCATION);
        assertThat(images.check(buffer, AT, LOCATION, INCARNATION + 1, 0xFFFF_FFFEL, 255))
                .isEqualTo(Mismatch.INCARNATION);
        assertThat(images.check(buffer, AT, LOCATION, INCARNATION, 0xFFFF_FFFDL, 255))
                .isEqualTo(Mismatch.SLAB);
        assertThat(images.check(buffer, AT, LOCATION, INCARNATION, 0xFFFF_FFFEL, 254))
                .isEqualTo(Mismatch.SIZE_CLASS);
        assertThat(new SlabImageLayout(OTHER_DEVICE, TestShape.USUAL)
                        .check(buffer, AT, LOCATION, INCARNATION, 0xFFFF_FFFEL, 255))
                .isEqualTo(Mismatch.DEVICE);
        assertThat(new SlabImageLayout(DEVICE, new TestShape(8192, 64))
                        .check(buffer, AT, LOCATION, INCARNATION, 0xFFFF_FFFEL, 255))
                .isEqualTo(Mismatch.LENGTH);
    }

    @Test
    void everyFlippedBitOfAnImageIsNoticed() {
        sealImage();

        everyFlippedBitIsNoticed(SLAB, () -> images.check(buffer, AT, LOCATION, INCARNATION, 0xFFFF_FFFEL, 255));
    }

    @Test
    void aSummarySaysWhatWasWrittenIntoIt() {
        sealSummary();

        assertThat(summaries.check(buffer, AT, LOCATION, INCARNATION)).isNull();
        assertThat(ExtentSummaryLayout.count(buffer, AT))
                .isEqualTo(summaries.capacity())
                .isEqualTo(100);
        assertThat(ExtentSummaryLayout.sequence(buffer, AT)).isEqualTo(12345);
        assertThat(ExtentSummaryLayout.previous(buffer, AT)).isEqualTo(LOCATION - 101);
        long[] found = new long[4];
        for (int i = 0; i < summaries.capacity(); i++) {
            assertThat(summaries.slabId(buffer, AT, i)).isEqualTo(1000L + i);
            assertThat(summaries.sizeClass(buffer, AT, i)).isEqualTo(i % 8);
            assertThat(summaries.epoch(buffer, AT, i)).isEqualTo(77);
            assertThat(summaries.baseGeneration(buffer, AT, i)).isEqualTo(3);
            assertThat(summaries.lastGeneration(buffer, AT, i)).isEqualTo(4 + i);
            assertThat(summaries.crc(buffer, AT, i)).isEqualTo(~i);
            assertThat(summaries.liveSlots(buffer, AT, i, found)).isEqualTo(2);
            assertThat(found).isEqualTo(live);
        }
    }

    @Test
    void aSummaryHoldsBitmapsOfTheLargestSlabs() {
        ExtentSummaryLayout wide = new ExtentSummaryLayout(DEVICE, new TestShape(65536, 64));
        long[] bits = {1, 2, 3, 4};
        wide.begin(buffer, AT);
        wide.entry(buffer, AT, 1, 0, 1, 1, 1, 1, 5, bits);
        wide.seal(buffer, AT, LOCATION, INCARNATION, 1, 0);
        long[] found = new long[4];

        assertThat(wide.check(buffer, AT, LOCATION, INCARNATION)).isNull();
        assertThat(wide.liveSlots(buffer, AT, 0, found)).isEqualTo(5);
        assertThat(found).isEqualTo(bits);
        assertThat(summaries.check(buffer, AT, LOCATION, INCARNATION)).isEqualTo(Mismatch.FIELDS);
    }

    @Test
    void everyFlippedBitOfASummaryIsNoticed() {
        sealSummary();

        everyFlippedBitIsNoticed(64 + 100 * 40, () -> summaries.check(buffer, AT, LOCATION, INCARNATION));
    }

    @Test
    void everyFlippedBitOfAZoneHeaderIsNoticed() {
        headers.seal(buffer, AT, LOCATION, INCARNATION, 4711);

        assertThat(headers.check(buffer, AT, LOCATION, 4711)).isNull();
        assertThat(headers.check(buffer, AT, LOCATION, 4712)).isEqualTo(Mismatch.LOCATION);
        assertThat(ZoneHeaderLayout.incarnation(buffer, AT)).isEqualTo(INCARNATION);
        everyFlippedBitIsNoticed(56, () -> headers.check(buffer, AT, LOCATION, 4711));
    }

    @Test
    void everyFlippedBitOfASuperblockIsNoticed() {
        Superblock superblock = new Superblock(DEVICE, 3, 17, 2, 12, 1L << 31, 904, 4096, SLAB, 1_700_000_000L, 3);
        superblocks.seal(buffer, AT, LOCATION, superblock);

        assertThat(superblocks.check(buffer, AT, LOCATION)).isNull();
        assertThat(superblocks.check(buffer, AT, LOCATION + 1)).isEqualTo(Mismatch.LOCATION);
        assertThat(superblocks.read(buffer, AT)).isEqualTo(superblock);
        everyFlippedBitIsNoticed(96, () -> superblocks.check(buffer, AT, LOCATION));
    }

    @Test
    void oneStructureIsNotTakenForAnother() {
        sealImage();
        assertThat(summaries.check(buffer, AT, LOCATION, INCARNATION)).isEqualTo(Mismatch.MAGIC);
        assertThat(headers.check(buffer, AT, LOCATION, 0)).isEqualTo(Mismatch.MAGIC);
        assertThat(superblocks.check(buffer, AT, LOCATION)).isEqualTo(Mismatch.MAGIC);
        sealSummary();
        assertThat(images.check(buffer, AT, LOCATION, INCARNATION, 1, 1)).isEqualTo(Mismatch.MAGIC);
    }

    @Test
    void anUnwrittenBufferIsTakenForNoStructure() {
        assertThat(images.check(buffer, AT, 0, 0, 0, 0)).isEqualTo(Mismatch.MAGIC);
        assertThat(summaries.check(buffer, AT, 0, 0)).isEqualTo(Mismatch.MAGIC);
        assertThat(headers.check(buffer, AT, 0, 0)).isEqualTo(Mismatch.MAGIC);
        assertThat(superblocks.check(buffer, AT, 0)).isEqualTo(Mismatch.MAGIC);
    }

    private void everyFlippedBitIsNoticed(int bytes, Supplier<Mismatch> check) {
        for (int bit = 0; bit < bytes * 8; bit++) {
            int at = AT + bit / 8;
            byte mask = (byte) (1 << bit % 8);
            buffer.put(at, (byte) (buffer.get(at) ^ mask));
            assertThat(check.get()).as("bit " + bit).isNotNull();
            buffer.put(at, (byte) (buffer.get(at) ^ mask));
        }
        assertThat(check.get()).isNull();
    }
}
