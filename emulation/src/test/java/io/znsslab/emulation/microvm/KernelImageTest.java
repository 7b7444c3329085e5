package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.znsslab.emulation.EmulationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KernelImageTest {
    private static final int PROTECTED_MODE = 3 * 512;

    @Test
    void thePayloadLiesBehindTheRealModePartAndEndsBeforeItsSize() {
        byte[] image = image(2, 64, 9);
        put(image, PROTECTED_MODE + 64, "hello");

        assertThat(new String(KernelImage.payload(image), StandardCharsets.US_ASCII))
                .isEqualTo("hello");
    }

    @Test
    void noSetupSectorsMeansFour() {
        byte[] image = image(0, 0, 9);
        put(image, 5 * 512, "hello");

        assertThat(new String(KernelImage.payload(image), StandardCharsets.US_ASCII))
                .isEqualTo("hello");
    }

    @Test
    void whatIsNoKernelIsRefused() {
        refused(new byte[100], "100 bytes is too short");
        refused(new byte[4096], "no \"HdrS\" at offset 0x202");
    }

    @Test
    void aPayloadOutsideTheImageIsRefused() {
        refused(image(2, 4096, 9), "outside its 4096 bytes");
        refused(image(2, 64, -1), "outside its 4096 bytes");
        refused(image(2, 64, 3), "outside its 4096 bytes");
    }

    @Test
    void xzIsKnownByItsFirstBytes() {
        assertThat(KernelImage.isXz(new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 1}))
                .isTrue();
        assertThat(KernelImage.isXz(new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z'}))
                .isFalse();
        assertThat(KernelImage.isXz(new byte[10])).isFalse();
    }

    @Test
    void zstandardIsKnownByItsFirstBytes() {
        assertThat(KernelImage.isZstandard(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0}))
                .isTrue();
        assertThat(KernelImage.isZstandard(new byte[10])).isFalse();
    }

    private static byte[] image(int setupSectors, int payloadOffset, int payloadLength) {
        ByteBuffer image = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) setupSectors);
        image.put(0x202, "HdrS".getBytes(StandardCharsets.US_ASCII));
        image.putInt(0x248, payloadOffset);
        image.putInt(0x24c, payloadLength);
        return image.array();
    }

    private static void put(byte[] image, int offset, String text) {
        ByteBuffer.wrap(image).put(offset, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void refused(byte[] image, String reason) {
        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() -> KernelImage.payload(image))
                .withMessageContaining(reason);
    }
}
