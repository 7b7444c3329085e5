/**
 * Races of two or three operations on one object, slab or epoch, each tried millions of times by jcstress: all answers
 * that a race may give are listed with the interleaving that they stand for, and any other fails the build.
 *
 * <p>A state of a race has an epoch, and so slabs, of its own. The allocator under all of them is one a JVM, with slabs
 * of two objects, so that it takes two frees to empty one and two allocations to fill it.
 */
package io.znsslab.core.stress;
