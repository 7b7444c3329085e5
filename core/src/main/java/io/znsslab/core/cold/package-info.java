/**
 * The contract between an allocator and the cold tier below it, for authors of a tier.
 *
 * <pre>
 *   allocator ---- ColdTier: demote, read, release, changed, sync, reserve ... ----> tier
 *   allocator &lt;--- SlabBatch: the slabs of one demotion, and their hand-over ------- tier
 *   allocator &lt;--- ColdSlabs: where slabs are, what lives in them; relocate -------- tier
 * </pre>
 *
 * <p>The allocator says <em>what</em> is live; the tier says <em>where</em> it lies. For each cold slab the allocator
 * remembers one location, 1 to 2<sup>32</sup> − 1, and which slots hold live objects. The tier remembers what is needed
 * to find the images after a restart, and gives it back through {@link io.znsslab.core.cold.ColdRestoration}.
 *
 * <h2>The life of a tier</h2>
 *
 * <pre>
 *   attach          once, before anything else; within it the tier restores slabs and epochs of earlier runs
 *   demote, read,   by any thread, any number at a time
 *     release ...
 *   finish          the tier ends what is under way and refuses what comes; then it reads nothing more into the
 *                   allocator's memory
 *                   the allocator comes to rest: nothing it says of a slab changes any more
 *   close           the tier writes what it wants to keep; questions to ColdSlabs are allowed until it returns
 * </pre>
 *
 * <h2>What a tier may rely on</h2>
 *
 * <ul>
 *   <li>No object is allocated in a slab of a {@link io.znsslab.core.cold.SlabBatch}. Objects in it may be freed, which
 *       changes the first eight bytes of their slots and nothing else; so an image written meanwhile holds every object
 *       that is live at the hand-over.
 *   <li>{@link io.znsslab.core.cold.ColdTier#release} comes once for each location that the allocator gives up; a
 *       location that a slab left by {@link io.znsslab.core.cold.ColdSlabs#relocated} is the tier's own to give up. A
 *       read of such a location that is still under way may fail or bring other bytes: the allocator looks at the
 *       slab's word again afterwards, and such a read does not count.
 *   <li>No two slabs have the same id at a time, and an id gets another slab only after the whole epoch of the one
 *       before has drained.
 * </ul>
 *
 * <h2>What a tier must not do</h2>
 *
 * <p>It must not wait for the allocator where the allocator waits for it. A thread that hands slabs over or completes
 * reads asks nothing of {@link io.znsslab.core.cold.ColdSlabs}: the slab in question may be moving, and moves on only
 * when that thread returns. What a tier throws, errors included, is the outcome of the operation that called it.
 *
 * <p>It must not leave anything open at its end. What it does leave open fails: reads when {@code close} has returned,
 * demotions and syncs a few seconds after {@code finish} and {@code close}, since their futures may be completed by
 * another thread. An end that comes twice, or after that, is ignored, whatever the allocator does by then with what the
 * read was for: each read has a ticket.
 */
@NullMarked
package io.znsslab.core.cold;

import org.jspecify.annotations.NullMarked;
