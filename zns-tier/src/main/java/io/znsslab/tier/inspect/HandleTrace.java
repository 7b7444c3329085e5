package io.znsslab.tier.inspect;

import io.znsslab.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A handle, followed from its bits to the block on the device.
 *
 * @param handle the 64 bits
 * @param parts what they say; null if they are those of no handle
 * @param verdict what became of the object
 * @param reason why the handle names no object that can be read, for people; empty if it does
 * @param slab the slab that the handle names; null if it is not on the device
 * @param epochLabel the application's name for the slab's epoch; empty where there is none
 * @param extentOffsetBytes device offset of the slab's extent; -1 if that is not known
 * @param summaryOffsetBytes device offset of that extent's summary; -1 if that is not known
 * @param object the object's place; null if there is none
 */
public record HandleTrace(
        long handle,
        @Nullable Handle parts,
        Verdict verdict,
        String reason,
        @Nullable SlabPlace slab,
        String epochLabel,
        long extentOffsetBytes,
        long summaryOffsetBytes,
        @Nullable ObjectPlace object) {
    /** What became of an object. */
    public enum Verdict {
        /** It is there. */
        LIVE,
        /** It was there and is not any more: it was freed, or its epoch was discarded. */
        STALE,
        /** The store on the device never issued the handle. */
        NEVER_ISSUED,
        /** Its slab is not on the device: it was never demoted, or has ended. */
        NOT_ON_DEVICE,
        /** Its slab was written, but the demotion was never acknowledged. */
        UNACKNOWLEDGED,
        /** Its slab should be on the device, and is not where the log says. */
        LOST,
        /** Its slab's image is damaged. */
        DAMAGED,
        /** The bits are those of no handle. */
        NO_HANDLE
    }

    static HandleTrace without(long handle, @Nullable Handle parts, Verdict verdict, String reason) {
        return new HandleTrace(handle, parts, verdict, reason, null, "", -1, -1, null);
    }
}
