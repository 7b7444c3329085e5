package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * A zoned namespace of QEMU's NVMe device: a second ZNS implementation, independent of null_blk. All its zones take
 * sequential writes only.
 *
 * <p>The bytes written to it stay in the image file after the guest is gone. The zones' states and write pointers do
 * not: QEMU keeps them in its own memory, and every guest finds all zones empty at its start (QEMU's
 * {@code hw/nvme/ns.c}, {@code nvme_ns_zoned_init_state}).
 *
 * @param image the file that holds the bytes, made by {@link #createImage}; empty for a file that each guest makes and
 *     that goes with it
 * @param zones number of zones, at least 1
 * @param zoneBytes distance between the starts of two zones; a power of two, because the kernel accepts no other
 * @param zoneCapacityBytes bytes that can be written to a zone; at most {@code zoneBytes}
 * @param maxOpenZones largest number of zones open at a time; 0 for no limit
 * @param maxActiveZones largest number of zones open or closed at a time; 0 for no limit, else at least
 *     {@code maxOpenZones}
 * @param blockBytes logical block size; 512 or 4096
 * @param badBlocks offsets in bytes of blocks whose reads and writes fail with an I/O error; at most
 *     {@value #MOST_BAD_BLOCKS}
 */
public record NvmeNamespace(
        Optional<Path> image,
        int zones,
        long zoneBytes,
        long zoneCapacityBytes,
        int maxOpenZones,
        int maxActiveZones,
        int blockBytes,
        List<Long> badBlocks) {
    /** Each takes a part of QEMU's command line, which has a limit. */
    public static final int MOST_BAD_BLOCKS = 256;

    public NvmeNamespace {
        require(zones >= 1, "zones is " + zones + ", must be at least 1");
        require(blockBytes == 512 || blockBytes == 4096, "blockBytes is " + blockBytes + ", must be 512 or 4096");
        require(
                zoneBytes >= blockBytes && Long.bitCount(zoneBytes) == 1,
                "zoneBytes is " + zoneBytes + ", must be a power of two of at least one block");
        require(
                zoneCapacityBytes >= blockBytes
                        && zoneCapacityBytes <= zoneBytes
                        && zoneCapacityBytes % blockBytes == 0,
                "zoneCapacityBytes is " + zoneCapacityBytes + ", must be whole blocks and at most zoneBytes, "
                        + zoneBytes);
        require(maxOpenZones >= 0, "maxOpenZones is " + maxOpenZones + ", must not be negative");
        require(
                maxActiveZones == 0 || maxActiveZones >= maxOpenZones,
                "maxActiveZones is " + maxActiveZones + ", must be 0 or at least maxOpenZones, " + maxOpenZones);
        require(
                maxActiveZones >= 0 && maxOpenZones <= zones && maxActiveZones <= zones,
                "maxOpenZones " + maxOpenZones + " and maxActiveZones " + maxActiveZones
                        + " must lie between 0 and zones, " + zones);
        badBlocks = List.copyOf(badBlocks);
        require(badBlocks.size() <= MOST_BAD_BLOCKS, badBlocks.size() + " bad blocks are more than " + MOST_BAD_BLOCKS);
        for (long offset : badBlocks) {
            require(
                    offset >= 0 && offset % blockBytes == 0 && offset < zones * zoneBytes,
                    "the bad block at " + offset + " is no block of " + blockBytes + " bytes of the namespace");
        }
        image = image.map(Path::toAbsolutePath);
    }

    /** The same with blocks whose reads and writes fail. */
    public NvmeNamespace withBadBlocks(List<Long> offsets) {
        return new NvmeNamespace(
                image, zones, zoneBytes, zoneCapacityBytes, maxOpenZones, maxActiveZones, blockBytes, offsets);
    }

    /** A namespace that is empty at the start of each guest. */
    public NvmeNamespace(
            int zones, long zoneBytes, long zoneCapacityBytes, int maxOpenZones, int maxActiveZones, int blockBytes) {
        this(
                Optional.empty(),
                zones,
                zoneBytes,
                zoneCapacityBytes,
                maxOpenZones,
                maxActiveZones,
                blockBytes,
                List.of());
    }

    /** The same with its bytes in this file, where they outlive the guest. */
    public NvmeNamespace storedIn(Path file) {
        return new NvmeNamespace(
                Optional.of(file),
                zones,
                zoneBytes,
                zoneCapacityBytes,
                maxOpenZones,
                maxActiveZones,
                blockBytes,
                badBlocks);
    }

    /** Size of the device in bytes, unwritable ends of zones included. */
    public long sizeBytes() {
        return zones * zoneBytes;
    }

    /**
     * Makes the image file, sparse and readable by its owner alone; an existing file is kept.
     *
     * @throws EmulationException when the file can't be made, or exists with another size
     * @throws IllegalStateException when the namespace has no file of its own
     */
    public void createImage() {
        createImage(image.orElseThrow(
                () -> new IllegalStateException("This NVMe namespace has no image to be made beforehand")));
    }

    void createImage(Path file) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                    bytes.setLength(sizeBytes());
                }
            }
            if (Files.size(file) != sizeBytes()) {
                throw new EmulationException(
                        "The image " + file + " has " + Files.size(file) + " bytes, and " + zones + " zones of "
                                + zoneBytes + " bytes take " + sizeBytes() + "; delete it or use its own geometry");
            }
        } catch (IOException e) {
            throw new EmulationException("Cannot make the image " + file + " of " + sizeBytes() + " bytes: " + e, e);
        }
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("NVMe namespace: " + rule);
        }
    }
}
