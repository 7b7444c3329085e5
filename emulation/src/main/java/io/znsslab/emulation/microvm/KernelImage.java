package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads a bzImage ({@code /boot/vmlinuz-*}).
 *
 * <p>QEMU can start the uncompressed kernel inside it directly (PVH entry), which saves the guest two and a half
 * seconds of decompressing on an emulated processor. Source of the layout: the kernel's
 * {@code Documentation/arch/x86/boot.rst}.
 *
 * <pre>
 *   0x1f1  u8   setup_sects     number of 512-byte sectors of the real-mode part after the first one (0 means 4)
 *   0x202  u32  "HdrS"
 *   0x248  u32  payload_offset  from the start of the protected-mode part
 *   0x24c  u32  payload_length  its last 4 bytes are the uncompressed size
 * </pre>
 */
final class KernelImage {
    private static final int SETUP_SECTORS = 0x1f1;
    private static final int MAGIC = 0x202;
    private static final int HDRS = 0x53726448;
    private static final int PAYLOAD_OFFSET = 0x248;
    private static final int PAYLOAD_LENGTH = 0x24c;
    private static final int SECTOR_BYTES = 512;
    private static final int SIZE_TRAILER_BYTES = 4;
    private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
    private static final byte[] ZSTANDARD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    private KernelImage() {}

    /**
     * The compressed kernel inside a bzImage, without the size that follows it.
     *
     * @throws EmulationException when the bytes are no bzImage of boot protocol 2.08 or newer
     */
    static byte[] payload(byte[] image) {
        if (image.length < PAYLOAD_LENGTH + 4) {
            throw new EmulationException("The kernel image of " + image.length + " bytes is too short to be a bzImage");
        }
        ByteBuffer header = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        if (header.getInt(MAGIC) != HDRS) {
            throw new EmulationException("The kernel image is no bzImage: no \"HdrS\" at offset 0x202");
        }
        int setupSectors = image[SETUP_SECTORS] == 0 ? 4 : image[SETUP_SECTORS] & 0xff;
        long start = (setupSectors + 1L) * SECTOR_BYTES + Integer.toUnsignedLong(header.getInt(PAYLOAD_OFFSET));
        long end = start + Integer.toUnsignedLong(header.getInt(PAYLOAD_LENGTH)) - SIZE_TRAILER_BYTES;
        if (end <= start || end > image.length) {
            throw new EmulationException("The kernel image's payload lies at bytes " + start + " to " + end
                    + ", outside its " + image.length + " bytes");
        }
        return Arrays.copyOfRange(image, (int) start, (int) end);
    }

    /** Whether a payload or a module is compressed by xz. */
    static boolean isXz(byte[] content) {
        return startsWith(content, XZ);
    }

    /** Whether a payload or a module is compressed by zstd. */
    static boolean isZstandard(byte[] content) {
        return startsWith(content, ZSTANDARD);
    }

    private static boolean startsWith(byte[] content, byte[] start) {
        return content.length >= start.length && Arrays.equals(content, 0, start.length, start, 0, start.length);
    }
}
