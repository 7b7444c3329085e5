/** Slab id to registry word, and the bits of handles. Knows nothing of who owns a slab. */
package io.znsslab.core.registry;
