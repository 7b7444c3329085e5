package io.znsslab.tier.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.tier.format.LogRecordEncoder;
import io.znsslab.tier.format.LogRecordLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records of slabs with bitmaps of one word, as the usual size classes have, and of four, as packed slabs have. */
class RecoveredSlabsTest {
    private static final int[] SLOT_BYTES = {64, 128, 768};
    private static final int PACKED = SLOT_BYTES.length;
    private static final int NO_CLASS = 127;
    private static final long[] NARROW = {0b101};
    private static final long[] WIDE = {0b11, 0, 1L << 63, 0b111};

    private final RecoveryMemory memory = new RecoveryMemory();
    private final RecoveredSlabs slabs = new RecoveredSlabs(4, memory);
    private final ByteBuffer buffer = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    @BeforeEach
    void receiveShape() {
        slabs.shape(2, 4096, SLOT_BYTES);
        slabs.epoch(7, 0, 1, 0, "");
    }

    @AfterEach
    void giveBack() {
        memory.close();
    }

    private void receive(long id, int sizeClass, long... live) {
        int end = LogRecordEncoder.beginSlabs(buffer, 0, 7, live.length);
        LogRecordEncoder.addSlab(buffer, 0, end, id, 100 + id, LogRecordLayout.facts(1, sizeClass, true), live);
        slabs.slabs(7, live.length, 1, buffer, end);
    }

    private int indexOf(long id) {
        for (int index = 0; index < slabs.bound(); index++) {
            if (slabs.slabId(index) == id && slabs.isThere(index)) {
                return index;
            }
        }
        throw new AssertionError("slab " + id + " is not there");
    }

    private void requireLive(long id, int sizeClass, long... expected) {
        int index = indexOf(id);
        assertThat(LogRecordLayout.sizeClass(slabs.factsOf(index))).isEqualTo(sizeClass);
        for (int word = 0; word < 4; word++) {
            assertThat(slabs.live(index, word)).isEqualTo(word < expected.length ? expected[word] : 0);
        }
    }

    @Test
    void anExpiryCountsWhetherItComesBeforeItsEpochOrAfter() {
        slabs.expires(8, 500);
        assertThat(slabs.epochCount()).isEqualTo(1);
        slabs.epoch(8, 0, 1, 0, "");
        slabs.epoch(9, 0, 1, 0, "");
        slabs.expires(9, 600);
        slabs.expires(9, 700);
        slabs.epoch(9, 0, 1, 0, "");

        assertThat(slabs.epochAt(0).expiresMillis()).isEqualTo(ColdEpoch.NO_EXPIRY);
        assertThat(slabs.epochAt(1).expiresMillis()).isEqualTo(500);
        assertThat(slabs.epochAt(2).expiresMillis()).isEqualTo(700);
    }

    @Test
    void slabsOfBothWidthsAreReceivedWithAllTheirBits() {
        receive(1, 2, NARROW);
        receive(2, PACKED, WIDE);
        receive(40_000, PACKED, WIDE);
        receive(3, 0, NARROW);

        requireLive(1, 2, NARROW);
        requireLive(2, PACKED, WIDE);
        requireLive(40_000, PACKED, WIDE);
        requireLive(3, 0, NARROW);
        assertThat(slabs.objects(indexOf(2))).isEqualTo(6);
        assertThat(slabs.objects(indexOf(3))).isEqualTo(2);
        assertThat(slabs.hasPackedSlabs()).isTrue();
    }

    @Test
    void anIdThatGetsASlabOfTheOtherKindKeepsNoneOfItsBits() {
        receive(5, PACKED, WIDE);
        receive(5, 1, NARROW);
        requireLive(5, 1, NARROW);

        receive(5, PACKED, 0, 0, 0, 1);
        requireLive(5, PACKED, 0, 0, 0, 1);
    }

    @Test
    void aPackedSlabMayComeFirst() {
        receive(1, PACKED, WIDE);
        receive(2, 0, NARROW);

        requireLive(1, PACKED, WIDE);
        requireLive(2, 0, NARROW);
    }

    @Test
    void slabsThatFollowAPackedOneHaveWideBitmaps() {
        receive(1, PACKED, WIDE);
        for (int word = 0; word < 4; word++) {
            buffer.putLong(2048 + word * Long.BYTES, word + 1);
        }
        slabs.following(7, 4, 1, 0, buffer, LogRecordLayout.SLABS_BYTES, 2048, 32);

        requireLive(2, PACKED, 1, 2, 3, 4);
    }

    @Test
    void aBitmapOfAnotherWidthThanItsClassHasIsOfNoSlab() {
        receive(1, PACKED, NARROW);
        receive(2, 0, WIDE);
        receive(3, 0, 1, 2);
        receive(4, PACKED + 1, WIDE);

        for (long id = 1; id <= 4; id++) {
            assertThat(LogRecordLayout.sizeClass(slabs.factsOf(indexOf(id))))
                    .as("class of slab %d", id)
                    .isIn(NO_CLASS, PACKED + 1);
        }
    }

    @Test
    void withoutPackedSlabsNoMemoryIsTakenForTheirBitmaps() {
        receive(1, 2, NARROW);
        assertThat(slabs.hasPackedSlabs()).isFalse();

        RecoveredSlabTable table = new RecoveredSlabTable(memory, 1);
        table.put(70_000, 5, 6, 7);
        table.live(70_000, 0, 3);
        table.live(70_000, 1, 0);
        assertThat(table.words()).isEqualTo(1);
        table.live(70_000, 3, 9);
        assertThat(table.words()).isEqualTo(4);
        assertThat(table.live(70_000, 3)).isEqualTo(9);
        assertThat(table.live(70_000, 2)).isZero();
        assertThat(table.live(70_001, 3)).isZero();
        assertThat(table.live(5_000_000, 3)).isZero();
    }
}
