package io.znsslab.tier.report;

import java.util.Optional;
import java.util.UUID;

/**
 * What a zone holds, as its first blocks say. That a zone holds a store's log or data does not mean that the store
 * needs it still: a dead zone is reset only when its place is wanted.
 *
 * @param zone its number
 * @param kind of what it holds
 * @param store the store whose log or data it holds
 */
public record ZoneContents(int zone, Kind kind, Optional<UUID> store) {
    /** What a zone can hold. */
    public enum Kind {
        /** Nothing was written to the zone, or it is a conventional zone, of which no store makes use. */
        NOTHING,
        /** A part of a store's log, or a superblock alone. */
        LOG,
        /** Slabs of a store. */
        DATA,
        /** Bytes that do not begin as a zone of a store does. */
        OTHER,
        /** The zone is offline, or reading its first blocks failed. */
        UNREADABLE
    }
}
