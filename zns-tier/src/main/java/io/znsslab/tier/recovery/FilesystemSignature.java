package io.znsslab.tier.recovery;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Signatures by which other users of a device can be known: their magic numbers, as bytes on the medium, at an offset
 * from the device's or the zone's start.
 *
 * <p>Sources: util-linux's {@code libblkid/src/superblocks}, the kernel's {@code include/uapi/linux/magic.h} and
 * {@code fs/zonefs/zonefs.h}, ZenFS's {@code fs_zenfs.h} (its records begin with a checksum and a length). Where a
 * signature has several places, or one contains another, the more specific one comes first.
 */
enum FilesystemSignature {
    LUKS("a LUKS volume", 0, "LUKS\u00BA\u00BE"),
    XFS("an XFS file system", 0, "XFSB"),
    ZONEFS("a zonefs file system", 0, "SFOZ"),
    ZENFS("a ZenFS file system", 8, "FNEZ"),
    DM_ZONED("a dm-zoned volume", 0, "DBZD"),
    F2FS("an f2fs file system", 1024, "\u0010 \u00F5\u00F2"),
    EXT("an ext2, ext3 or ext4 file system", 1024 + 0x38, "S\u00EF"),
    /** On a zoned device its superblocks are a log from the start of zones 0 and 1. */
    BTRFS_LOG("a btrfs file system", 0x40, "_BHRfS_M"),
    BTRFS("a btrfs file system", (64 << 10) + 0x40, "_BHRfS_M"),
    SWAP("swap space", 4096 - 10, "SWAPSPACE2"),
    LVM_FIRST_SECTOR("an LVM physical volume", 0, "LABELONE"),
    LVM("an LVM physical volume", 512, "LABELONE"),
    MD_START("a member of an md array", 0, "\u00FCN+\u00A9"),
    MD("a member of an md array", 4096, "\u00FCN+\u00A9"),
    GPT("a GPT partition table", 512, "EFI PART"),
    GPT_OF_LARGE_BLOCKS("a GPT partition table", 4096, "EFI PART"),
    MBR("a partition table or boot sector", 510, "U\u00AA");

    /** All signatures lie within so many bytes from the start. */
    static final int REACH_BYTES = 128 << 10;

    private final String what;
    private final int offset;
    /** The magic number, one character for each byte. */
    private final String magic;

    FilesystemSignature(String what, int offset, String magic) {
        this.what = what;
        this.offset = offset;
        this.magic = magic;
    }

    /** What keeps the signature on the device, for messages, such as "an XFS file system". */
    String what() {
        return what;
    }

    /** Writes the signature as it lies on a device or zone that starts at {@code start}, for tests. */
    void writeTo(MemorySegment start) {
        byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
        MemorySegment.copy(bytes, 0, start, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    private boolean isIn(MemorySegment start) {
        if (offset + magic.length() > start.byteSize()) {
            return false;
        }
        byte[] there = start.asSlice(offset, magic.length()).toArray(ValueLayout.JAVA_BYTE);
        return magic.equals(new String(there, StandardCharsets.ISO_8859_1));
    }

    /** Returns the signature in the first bytes of a device or zone; null when they hold none that is known here. */
    static FilesystemSignature in(MemorySegment start) {
        for (FilesystemSignature candidate : values()) {
            if (candidate.isIn(start)) {
                return candidate;
            }
        }
        return null;
    }
}
