package io.znsslab.tier.transfer;

/**
 * What was exported or imported.
 *
 * @param epochs epochs that had slabs
 * @param slabs slabs
 * @param objects live objects in them
 * @param bytes bytes of the stream
 * @param damagedSlabs slabs that could not be read, and were left out
 * @param damagedObjects live objects in them, which are missing
 */
public record TransferReport(
        long epochs, long slabs, long objects, long bytes, long damagedSlabs, long damagedObjects) {}
