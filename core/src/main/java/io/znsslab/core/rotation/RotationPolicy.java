package io.znsslab.core.rotation;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochOptions;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * When a new epoch begins, and what becomes of the ones before. Immutable: each method that changes something returns a
 * copy.
 *
 * @param period a new epoch begins when the last one has been open for so long; {@link #NEVER} for not by time
 * @param bytes a new epoch begins when so many bytes of payload, or a little more, were allocated in the last one
 *     through {@link EpochRotation#allocate}, whether freed since or not; {@link Long#MAX_VALUE} for not by bytes
 * @param keptOpen how many former epochs stay open, 0 or more. They hold their memory and keep addresses stable.
 *     Together with the current one they take {@code keptOpen + 1} places of
 *     {@link io.znsslab.core.SlabAllocatorBuilder#epochCount}
 * @param disposition how an epoch beyond those is closed
 * @param options with which each epoch is opened
 */
public record RotationPolicy(Duration period, long bytes, int keptOpen, Disposition disposition, EpochOptions options) {
    /** A period that never ends. */
    public static final Duration NEVER = ChronoUnit.FOREVER.getDuration();

    public RotationPolicy {
        if (!Objects.requireNonNull(period, "period must not be null").isPositive()) {
            throw new IllegalArgumentException("rotation every %s: must be positive".formatted(period));
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("rotation every %d bytes: must be 1 or more".formatted(bytes));
        }
        if (keptOpen < 0) {
            throw new IllegalArgumentException("%d epochs kept open: must be 0 or more".formatted(keptOpen));
        }
        Objects.requireNonNull(disposition, "disposition must not be null");
        Objects.requireNonNull(options, "options must not be null");
    }

    /** A new epoch each period; former ones are closed at once and their objects live until they are freed. */
    public static RotationPolicy every(Duration period) {
        return new RotationPolicy(period, Long.MAX_VALUE, 0, Disposition.RECLAIM, EpochOptions.DEFAULT);
    }

    /** A new epoch each so many bytes; former ones are closed at once and their objects live until they are freed. */
    public static RotationPolicy everyBytes(long bytes) {
        return new RotationPolicy(NEVER, bytes, 0, Disposition.RECLAIM, EpochOptions.DEFAULT);
    }

    /** The same, and a new epoch each period. */
    public RotationPolicy orEvery(Duration time) {
        return new RotationPolicy(time, bytes, keptOpen, disposition, options);
    }

    /** The same, and a new epoch each so many bytes. */
    public RotationPolicy orEveryBytes(long allocated) {
        return new RotationPolicy(period, allocated, keptOpen, disposition, options);
    }

    /** The same with so many former epochs open. */
    public RotationPolicy keepingOpen(int epochs) {
        return new RotationPolicy(period, bytes, epochs, disposition, options);
    }

    /** The same with another disposition of former epochs. */
    public RotationPolicy closing(Disposition how) {
        return new RotationPolicy(period, bytes, keptOpen, how, options);
    }

    /** The same with other options for each epoch. */
    public RotationPolicy options(EpochOptions each) {
        return new RotationPolicy(period, bytes, keptOpen, disposition, each);
    }
}
