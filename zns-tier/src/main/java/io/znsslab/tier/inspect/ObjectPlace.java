package io.znsslab.tier.inspect;

/**
 * A live object and its place on a device.
 *
 * @param handle its handle
 * @param slot its slot; of a packed object, its first granule
 * @param offsetBytes device offset of its slot
 * @param payloadOffsetBytes device offset of its payload
 * @param payloadBytes bytes of the payload: of the slot, where the slab is not packed
 */
public record ObjectPlace(long handle, int slot, long offsetBytes, long payloadOffsetBytes, int payloadBytes) {}
