package io.znsslab.emulation.nullblk;

import java.util.Objects;
import java.util.stream.Stream;

/**
 * The shape of a zoned null_blk device. All sizes are bytes; {@link #builder} has the defaults.
 *
 * <p>The rules are the driver's own ({@code drivers/block/null_blk/zoned.c}, {@code null_init_zoned_dev}, and
 * {@code main.c}, {@code null_validate_conf}), except that values which the driver would silently change are refused
 * here.
 *
 * @param sizeBytes size of the device; whole zones
 * @param zoneBytes distance between the starts of two zones; a power of two of at least 1 MiB
 * @param zoneCapacityBytes bytes that can be written to a zone; whole MiB, at most {@code zoneBytes}
 * @param conventionalZones zones at the start of the device that accept writes anywhere; at least one sequential zone
 *     must be left
 * @param maxOpenZones largest number of zones open at a time; 0 for no limit, else less than the number of sequential
 *     zones
 * @param maxActiveZones largest number of zones open or closed at a time; 0 for no limit, else at least
 *     {@code maxOpenZones} and less than the number of sequential zones
 * @param blockBytes logical block size; a power of two from 512 to 4096
 * @param maxTransferBytes largest single request; whole blocks. The kernel splits a larger write to a zone, and its
 *     second half may reach the zone first and fail: keep this at or above the largest write
 * @param memoryBacked whether written data can be read back; otherwise the device takes no memory, and a read leaves
 *     the reader's buffer unchanged
 * @param completion when a request is reported as done
 * @param completionDelayNanos how long a request takes under {@link Completion#TIMER}; 0 otherwise
 */
public record NullBlockSettings(
        long sizeBytes,
        long zoneBytes,
        long zoneCapacityBytes,
        int conventionalZones,
        int maxOpenZones,
        int maxActiveZones,
        int blockBytes,
        int maxTransferBytes,
        boolean memoryBacked,
        Completion completion,
        long completionDelayNanos) {
    static final long MEBIBYTE = 1L << 20;
    static final int SECTOR_BYTES = 512;

    /** When the driver reports a request as done; its attribute {@code irqmode}. */
    public enum Completion {
        /** In the submitter's own call. */
        INLINE(0),
        /** In a soft interrupt; the driver's default. */
        SOFT_INTERRUPT(1),
        /** When a timer has run out: a device of a known latency. */
        TIMER(2);

        final long irqMode;

        Completion(long irqMode) {
            this.irqMode = irqMode;
        }

        static Completion ofIrqMode(long irqMode) {
            return Stream.of(values())
                    .filter(completion -> completion.irqMode == irqMode)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("null_blk has no irqmode " + irqMode));
        }
    }

    public NullBlockSettings {
        Objects.requireNonNull(completion, "completion");
        require(
                zoneBytes >= MEBIBYTE && Long.bitCount(zoneBytes) == 1,
                "zoneBytes is " + zoneBytes + ", must be a power of two of at least 1 MiB");
        require(
                sizeBytes >= zoneBytes && sizeBytes % zoneBytes == 0,
                "sizeBytes is " + sizeBytes + ", must be whole zones of " + zoneBytes);
        require(
                zoneCapacityBytes >= MEBIBYTE && zoneCapacityBytes <= zoneBytes && zoneCapacityBytes % MEBIBYTE == 0,
                "zoneCapacityBytes is " + zoneCapacityBytes + ", must be whole MiB and at most zoneBytes, "
                        + zoneBytes);
        long zones = sizeBytes / zoneBytes;
        require(
                conventionalZones >= 0 && conventionalZones < zones,
                "conventionalZones is " + conventionalZones + ", must be 0 to " + (zones - 1) + " of " + zones
                        + " zones");
        long sequentialZones = zones - conventionalZones;
        require(
                maxOpenZones >= 0 && maxOpenZones < sequentialZones,
                "maxOpenZones is " + maxOpenZones + ", must be 0 or less than the " + sequentialZones
                        + " sequential zones");
        require(
                maxActiveZones == 0 || (maxActiveZones >= maxOpenZones && maxActiveZones < sequentialZones),
                "maxActiveZones is " + maxActiveZones + ", must be 0, or at least maxOpenZones, " + maxOpenZones
                        + ", and less than the " + sequentialZones + " sequential zones");
        require(
                blockBytes >= 512 && blockBytes <= 4096 && Integer.bitCount(blockBytes) == 1,
                "blockBytes is " + blockBytes + ", must be 512, 1024, 2048 or 4096");
        require(
                maxTransferBytes >= 4096 && maxTransferBytes % blockBytes == 0,
                "maxTransferBytes is " + maxTransferBytes + ", must be at least 4096 and whole blocks of "
                        + blockBytes);
        require(
                completionDelayNanos >= 0 && (completion == Completion.TIMER) == (completionDelayNanos > 0),
                "completionDelayNanos is " + completionDelayNanos + " with completion " + completion
                        + ", must be positive with TIMER and 0 otherwise");
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Number of zones, conventional ones included. */
    public int zones() {
        return Math.toIntExact(sizeBytes / zoneBytes);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("null_blk device: " + rule);
        }
    }

    /**
     * Starts from a memory-backed device of 1 GiB with 16 zones of 64 MiB, each with 48 MiB writable; 8 zones may be
     * open and 12 active. Not thread-safe.
     */
    public static final class Builder {
        private long sizeBytes = 1024 * MEBIBYTE;
        private long zoneBytes = 64 * MEBIBYTE;
        private long zoneCapacityBytes = 48 * MEBIBYTE;
        private int conventionalZones;
        private int maxOpenZones = 8;
        private int maxActiveZones = 12;
        private int blockBytes = 4096;
        private int maxTransferBytes = 512 * 1024;
        private boolean memoryBacked = true;
        private Completion completion = Completion.SOFT_INTERRUPT;
        private long completionDelayNanos;

        private Builder() {}

        public Builder sizeBytes(long value) {
            sizeBytes = value;
            return this;
        }

        public Builder zoneBytes(long value) {
            zoneBytes = value;
            return this;
        }

        public Builder zoneCapacityBytes(long value) {
            zoneCapacityBytes = value;
            return this;
        }

        public Builder conventionalZones(int value) {
            conventionalZones = value;
            return this;
        }

        public Builder maxOpenZones(int value) {
            maxOpenZones = value;
            return this;
        }

        public Builder maxActiveZones(int value) {
            maxActiveZones = value;
            return this;
        }

        public Builder blockBytes(int value) {
            blockBytes = value;
            return this;
        }

        public Builder maxTransferBytes(int value) {
            maxTransferBytes = value;
            return this;
        }

        public Builder memoryBacked(boolean value) {
            memoryBacked = value;
            return this;
        }

        public Builder completion(Completion value) {
            completion = value;
            return this;
        }

        /** How long a request takes; sets the completion to {@link Completion#TIMER}. */
        public Builder completionDelayNanos(long value) {
            completion = Completion.TIMER;
            completionDelayNanos = value;
            return this;
        }

        public NullBlockSettings build() {
            return new NullBlockSettings(
                    sizeBytes,
                    zoneBytes,
                    zoneCapacityBytes,
                    conventionalZones,
                    maxOpenZones,
                    maxActiveZones,
                    blockBytes,
                    maxTransferBytes,
                    memoryBacked,
                    completion,
                    completionDelayNanos);
        }
    }
}
