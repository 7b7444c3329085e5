package io.znsslab.core.arena;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlabGeometryTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 2048, 4095, 4097, 12_288, 65_535, 131_072, -4096})
    void aSlabIsAPowerOfTwoFrom4To64KiB(int slabBytes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SlabGeometry(slabBytes, 64))
                .withMessageContaining("slab size " + slabBytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 65_536})
    void theSmallestAndTheLargestSlabAreAllowed(int slabBytes) {
        SlabGeometry geometry = new SlabGeometry(slabBytes, 64);
        assertThat(geometry.slabBytes()).isEqualTo(slabBytes);
        assertThat(1 << geometry.slabShift()).isEqualTo(slabBytes);
    }

    @Test
    void thereAreOneTo63SizeClasses() {
        int[] most = IntStream.rangeClosed(2, 64).map(i -> i * 8).toArray();
        assertThat(new SlabGeometry(4096, most).sizeClasses()).isEqualTo(63);
        int[] tooMany = IntStream.rangeClosed(2, 65).map(i -> i * 8).toArray();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SlabGeometry(4096, tooMany))
                .withMessageContaining("64 size classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SlabGeometry(4096))
                .withMessageContaining("0 size classes");
    }

    @Test
    void aClassHasRoomForAHeaderAndEightBytesAndFitsTheSlab() {
        assertThat(new SlabGeometry(4096, 16, 4032).largestClassedPayloadBytes())
                .isEqualTo(4024);
        for (int[] wrong : new int[][] {{8}, {0}, {-8}, {20}, {64, 64}, {64, 32}, {4040}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new SlabGeometry(4096, wrong))
                    .withMessageContaining("size class " + wrong[wrong.length - 1] + ": must be");
        }
    }

    @Test
    void theArrayOfClassesMayChangeAfterwards() {
        int[] slotBytes = {64, 128};
        SlabGeometry geometry = new SlabGeometry(4096, slotBytes);
        slotBytes[0] = 8;
        assertThat(geometry.slotBytes(0)).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({
        "4096,64,63,1",
        "4096,4032,1,1",
        "4096,2024,1,1",
        "4096,2016,2,1",
        "8192,64,127,2",
        "65536,128,256,4",
        "16384,96,170,3"
    })
    void aSlabHasAsManySlotsAsFitBehindItsHeaderAndAtMost256(int slabBytes, int slotBytes, int slots, int words) {
        SlabGeometry geometry = new SlabGeometry(slabBytes, slotBytes);
        assertThat(geometry.slots(0)).isEqualTo(slots);
        assertThat(geometry.bitmapWords()).isEqualTo(words);
        assertThat(geometry.slotOffset(0, 0)).isEqualTo(64);
        assertThat(geometry.slotOffset(0, slots - 1)).isEqualTo(64 + (slots - 1) * slotBytes);
        assertThat(geometry.slotOffset(0, slots - 1) + slotBytes).isLessThanOrEqualTo(slabBytes);
        long bits = 0;
        for (int word = 0; word < words; word++) {
            bits += Long.bitCount(geometry.slotMask(0, word));
        }
        assertThat(bits).isEqualTo(slots);
    }

    @Test
    void aMaskHasTheBitsOfItsWordsSlots() {
        SlabGeometry geometry = new SlabGeometry(16_384, 96, 512);
        assertThat(geometry.slotMask(0, 0)).isEqualTo(-1L);
        assertThat(geometry.slotMask(0, 1)).isEqualTo(-1L);
        assertThat(geometry.slotMask(0, 2)).isEqualTo((1L << (170 - 128)) - 1);
        assertThat(geometry.slotMask(1, 0)).isEqualTo((1L << 31) - 1);
        assertThat(geometry.slotMask(1, 1)).isZero();
    }

    @Test
    void aPayloadGoesToTheSmallestClassThatHoldsIt() {
        SlabGeometry geometry = new SlabGeometry(4096, 64, 96, 768);
        assertThat(geometry.sizeClassOf(0)).isZero();
        assertThat(geometry.sizeClassOf(56)).isZero();
        assertThat(geometry.sizeClassOf(57)).isEqualTo(1);
        assertThat(geometry.sizeClassOf(88)).isEqualTo(1);
        assertThat(geometry.sizeClassOf(89)).isEqualTo(2);
        assertThat(geometry.sizeClassOf(760)).isEqualTo(2);
        for (int sizeClass = 0; sizeClass < 3; sizeClass++) {
            assertThat(geometry.payloadBytes(sizeClass)).isEqualTo(geometry.slotBytes(sizeClass) - 8);
            assertThat(geometry.sizeClassOf(geometry.payloadBytes(sizeClass))).isEqualTo(sizeClass);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 761, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32})
    void aPayloadThatNoClassHoldsIsRefused(long payloadBytes) {
        SlabGeometry geometry = new SlabGeometry(4096, 64, 96, 768);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> geometry.sizeClassOf(payloadBytes))
                .withMessageContaining("an object of " + payloadBytes + " bytes: must be 0 to 760");
    }
}
