package io.znsslab.tier.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Images and summaries of packed slabs, and that those of size classes are what they were before there were any. */
class PackedLayoutTest {
    private static final DeviceIdentity DEVICE = new DeviceIdentity(0x0123456789ABCDEFL, 0x0FEDCBA987654321L);
    private static final int SLAB = 4096;
    private static final int PACKED = TestShape.USUAL.packedClass();
    private static final long LOCATION = 0xFFFF_FFF0L;
    private static final long INCARNATION = 5L << 32 | 9;
    private static final int AT = 8192;
    private static final int CLASS_OFFSET = 5;
    private static final int KIND_OFFSET = 6;
    private static final int FIRST_ENTRY = 64;
    private static final long[] NARROW = {0x8000_0000_0000_0001L, 0, 0, 0};
    private static final long[] WIDE = {1, 2, 0x8000_0000_0000_0000L, 4};

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(16384).order(ByteOrder.LITTLE_ENDIAN);
    private final SlabImageLayout images = new SlabImageLayout(DEVICE, TestShape.USUAL);
    private final ExtentSummaryLayout summaries = new ExtentSummaryLayout(DEVICE, TestShape.USUAL);

    private void sealImage(int sizeClass) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < SLAB; i += 8) {
            buffer.putLong(AT + i, random.nextLong());
        }
        images.seal(buffer, AT, LOCATION, INCARNATION, 0xFFFF_FFFEL, sizeClass, -3, -1, 0x00FF_FFFF);
    }

    private Mismatch checkImage(int sizeClass) {
        return images.check(buffer, AT, LOCATION, INCARNATION, 0xFFFF_FFFEL, sizeClass);
    }

    private Mismatch checkSummary() {
        return summaries.check(buffer, AT, LOCATION, INCARNATION);
    }

    private void addEntry(int index, int sizeClass) {
        summaries.entry(buffer, AT, 1000L + index, sizeClass, 77, 3, 4, ~index, 4, sizeClass == PACKED ? WIDE : NARROW);
    }

    private void sealMixedSummary(int entries) {
        summaries.begin(buffer, AT);
        for (int i = 0; i < entries; i++) {
            addEntry(i, classOf(i));
        }
        summaries.seal(buffer, AT, LOCATION, INCARNATION, 12345, LOCATION - 101);
    }

    private static int classOf(int index) {
        return index % 3 == 1 ? PACKED : index % 8;
    }

    private int checksum() {
        CRC32C crc = new CRC32C();
        crc.update(buffer.limit(AT + SLAB).position(AT));
        buffer.clear();
        return (int) crc.getValue();
    }

    @Test
    void anImageOfASizeClassIsByteForByteWhatItWasBefore() {
        sealImage(7);

        assertThat(checksum()).isEqualTo(0xe3da6e92);
    }

    @Test
    void aSummaryOfSizeClassesIsByteForByteWhatItWasBefore() {
        summaries.begin(buffer, AT);
        for (int i = 0; i < summaries.capacity(); i++) {
            summaries.entry(buffer, AT, 1000L + i, i % 8, 77, 3, 4 + i, ~i, 2, NARROW);
        }
        summaries.seal(buffer, AT, LOCATION, INCARNATION, 12345, LOCATION - 101);

        assertThat(summaries.capacity()).isEqualTo(100);
        assertThat(checksum()).isEqualTo(0x21756d71);
    }

    @Test
    void theImageOfAPackedSlabIsOfKindOne() {
        sealImage(PACKED);

        assertThat(buffer.get(AT + KIND_OFFSET)).isEqualTo((byte) 1);
        assertThat(checkImage(PACKED)).isNull();
        assertThat(checkImage(PACKED - 1)).isEqualTo(Mismatch.SIZE_CLASS);
    }

    @Test
    void anImageIsRefusedWhoseKindContradictsItsClass() {
        for (int kind : new int[] {0, 2, 255}) {
            sealImage(PACKED);
            buffer.put(AT + KIND_OFFSET, (byte) kind);
            new SealedBlock().seal(buffer, AT);
            assertThat(checkImage(PACKED)).as("kind %d", kind).isEqualTo(Mismatch.KIND);
        }
        sealImage(3);
        buffer.put(AT + KIND_OFFSET, (byte) 1);
        new SealedBlock().seal(buffer, AT);
        assertThat(checkImage(3)).isEqualTo(Mismatch.KIND);
        buffer.put(AT + CLASS_OFFSET, (byte) PACKED);
        new SealedBlock().seal(buffer, AT);
        assertThat(checkImage(3)).isEqualTo(Mismatch.SIZE_CLASS);
    }

    @Test
    void aSummaryDescribesPackedSlabsAmongOthers() {
        sealMixedSummary(30);

        assertThat(checkSummary()).isNull();
        assertThat(ExtentSummaryLayout.count(buffer, AT)).isEqualTo(30);
        long[] found = new long[4];
        for (int i = 0; i < 30; i++) {
            assertThat(summaries.slabId(buffer, AT, i)).isEqualTo(1000L + i);
            assertThat(summaries.sizeClass(buffer, AT, i)).isEqualTo(classOf(i));
            assertThat(summaries.crc(buffer, AT, i)).isEqualTo(~i);
            assertThat(summaries.liveSlots(buffer, AT, i, found)).isEqualTo(4);
            assertThat(found).isEqualTo(classOf(i) == PACKED ? WIDE : NARROW);
        }
    }

    @Test
    void aSummaryHasRoomForFewerPackedSlabs() {
        summaries.begin(buffer, AT);
        int packed = 0;
        while (summaries.hasRoomFor(PACKED)) {
            addEntry(packed++, PACKED);
        }
        assertThat(packed).isEqualTo((4096 - 64) / 64);
        assertThat(summaries.hasRoomFor(0)).isFalse();
        summaries.seal(buffer, AT, LOCATION, INCARNATION, 12345, 0);
        assertThat(checkSummary()).isNull();
    }

    @Test
    void aSummaryIsRefusedWithAnEntryWhoseKindContradictsItsClass() {
        sealMixedSummary(6);
        buffer.put(AT + FIRST_ENTRY + KIND_OFFSET - 1, (byte) 1);
        new SealedBlock().seal(buffer, AT);

        assertThat(checkSummary()).isEqualTo(Mismatch.FIELDS);
    }

    @Test
    void aSummaryIsRefusedWhoseEntriesDoNotEndWhereItDoes() {
        for (int change : new int[] {-64, -8, 8, 64}) {
            sealMixedSummary(6);
            buffer.putInt(AT + SealedBlock.LENGTH_OFFSET, buffer.getInt(AT + SealedBlock.LENGTH_OFFSET) + change);
            new SealedBlock().seal(buffer, AT);
            assertThat(checkSummary()).as("%d bytes more", change).isEqualTo(Mismatch.FIELDS);
        }
    }
}
