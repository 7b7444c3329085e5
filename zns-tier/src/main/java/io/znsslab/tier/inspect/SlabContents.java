package io.znsslab.tier.inspect;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A slab as it is on a device.
 *
 * @param image its bytes, header and all; the receiver's own
 * @param objects its live objects, by their slots
 */
public record SlabContents(MemorySegment image, List<ObjectPlace> objects) {}
