/**
 * Races of two or three operations on one object, slab or epoch, each tried millions of times by jcstress. Every
 * possible answer of a race is listed with its interleaving; any other answer fails the build.
 *
 * <p>Each state of a race has an epoch of its own, and so slabs of its own. All states of a JVM share one allocator,
 * whose slabs hold two objects, so that two frees empty a slab and two allocations fill it.
 */
package io.znsslab.core.stress;
