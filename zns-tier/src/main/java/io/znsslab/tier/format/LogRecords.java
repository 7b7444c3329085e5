package io.znsslab.tier.format;

import java.nio.ByteBuffer;

/**
 * Receives the records of a log block in their order. Each record says how something is now, so that a reader may meet
 * a record twice, and the last one counts.
 */
public interface LogRecords {
    /** The shape of slabs and the version of handles that all records are about. */
    void shape(int handleVersion, int slabBytes, int[] slotBytes);

    /** No slab id and no epoch from these on was ever issued. */
    void reserved(long slabIds, long epochs);

    /**
     * A zone of data is in that incarnation; the last extent with a slab of this store has its summary at that
     * location.
     */
    void zone(int zone, long incarnation, long lastSummary, int writtenSlabs);

    /** Slabs of that epoch, {@code count} items from {@code at} on, to be read with {@link LogRecordLayout}. */
    void slabs(long epoch, int words, int count, ByteBuffer buffer, int at);

    /**
     * {@code count} slabs of that epoch that follow the slab of the item at {@code item}, {@code followers} others in
     * between: their ids and locations go on, a slab apart; the item's facts hold for them, too. At {@code live} there
     * are {@code words} words of live slots of the first, and {@code stride} bytes further on those of the next: 0 if
     * all have the same.
     */
    void following(long epoch, int words, int count, int followers, ByteBuffer buffer, int item, int live, int stride);

    /** The slab of that id, if there was one, has no image any more. */
    void dead(long slabId);

    /** The epoch's demotion is acknowledged. */
    void epoch(long number, int lifetime, int maxGeneration, long openedMillis, String label);

    /**
     * The epoch is discarded at that time, in milliseconds since 1970, or at none if that is {@link Long#MAX_VALUE}.
     * Comes before the epoch's own record, or after. For many readers nothing.
     */
    default void expires(long epoch, long expiresMillis) {}

    /** The region's checkpoint ends here, and has described so many slabs. */
    void checkpointEnds(long slabs);

    /** An id can be used again from that generation on. */
    void reusable(long slabId, int generation);

    /** The store was closed in good order, having issued ids and epochs below these. */
    void closed(long slabIds, long epochs);

    /** The region goes on in that opening, whether the store was closed before or not. */
    void reopened(long opening);

    /**
     * Bounds of the slab ids and epochs that were issued, also by a later region that is lost. Ids from {@code knownId}
     * on that no other record names have issued no generation from {@code bound} on, and none from
     * {@code knownGeneration} on if the store is closed in good order and did not use them since it was opened.
     */
    void issued(long slabIds, long epochs, long knownId, int knownGeneration, int bound);

    /** No generation from {@code bound} on was issued under that id. */
    void raised(long slabId, int bound);

    /**
     * A part of the root of that number and size in bytes: the bytes from {@code from} on. For many readers nothing.
     */
    default void root(long number, int size, int from, byte[] part) {}
}
