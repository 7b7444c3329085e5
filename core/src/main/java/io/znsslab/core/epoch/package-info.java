/**
 * Epochs from the moment in which they close: which threads are still inside, how the slabs are taken out of the
 * stripes' hands, and what lives on of an epoch that was closed with live objects.
 *
 * <h2>The life of an epoch</h2>
 *
 * <p>An open epoch has a place in the ring, {@code number & (epochCount - 1)}. The place is a word of
 * {@link io.znsslab.core.slab.EpochGate}; each edge is a compare-and-set of it, so that of several threads one takes
 * it.
 *
 * <pre>
 *                    open                      shut                      vacate
 *   place is SHUT ---------> n: takes slots ----------> CLOSING ---------------------> SHUT ---> open n + count ...
 *                              ^   |                      |  ^
 *                              |   |                      |  | a thread is inside: the last exit closes (EpochPins)
 *                              |   |                      |  +--+
 *                              |   |  openAgain: the heap had no room for the closing
 *                              +---|----------------------+
 *                                  |
 *                                  |  the only thread inside leaves its own domain: discarded in place
 *                                  v
 *                               PARKED ---> reopen n + count, by the same thread: no slab moves, no thread waits
 *                                  |
 *                                  +------> evict, by a thread that needs the place or the memory ---> SHUT
 * </pre>
 *
 * <p><b>An epoch that closes</b> goes through these steps ({@link io.znsslab.core.epoch.EpochCloser}):
 *
 * <pre>
 *   1  shut      the place says CLOSING: an allocation that looks from now on is refused
 *   2  pins      while a thread is inside a domain of the epoch, the rest waits for the last exit
 *   3  take      every stripe that has slabs of the epoch is marked, and the owner sections that began before are
 *                waited for: the bins are the closing thread's
 *   4  list      room for all that is going to be noted is taken from the heap; until here the epoch can open again
 *   5  discard   registry: all handles of each slab are refused             seal   frame: each slab is "sealing",
 *      or seal   the reader sections that began before are waited for              its id goes on the epoch's list
 *                the frames go back                                                grace period, as on the left
 *                                                                                  free bits are put together
 *                                                                                  frame: "sealed"; empty slabs end
 *   6  vacate    the stripes are unmarked, the place is SHUT
 * </pre>
 *
 * <p>Why it holds:
 *
 * <ul>
 *   <li><em>No allocation succeeds after the closing returned.</em> An allocation looks at the gate within an owner
 *       section. It either sees the gate shut, or its section began before step 3 waited, and its slab is in a bin that
 *       step 4 lists.
 *   <li><em>No free is lost.</em> An owner frees into a plain word of its own; the closing adds that word to the shared
 *       one in step 5. An owner that comes later sees the mark of step 3 first and frees as any other thread does, into
 *       the shared word by an atomic operation. Such a free reads the frame's state after it has added its bit, and the
 *       seal reads the bits after it has set the state, both volatile: so one of them finds the slab empty.
 *   <li><em>No reader meets another slab's bytes.</em> Discard refuses the handles first and waits for the sections
 *       that could have seen them before a frame goes back. Sealing changes no byte of an object.
 *   <li><em>A closing that fails changes nothing.</em> All that steps 5 and 6 need of the heap they have when step 4 is
 *       done. Where it has not, the stripes are unmarked and the place says {@code n} again.
 *   <li><em>An epoch is closed once, and not under a thread that is inside.</em> See
 *       {@link io.znsslab.core.epoch.EpochPins}: an entry counts first and looks at the gate afterwards, a closing
 *       shuts the gate first and looks at the count afterwards.
 * </ul>
 *
 * <h2>The life of a closed epoch</h2>
 *
 * <p>An epoch that was sealed with live objects goes on as a {@link io.znsslab.core.epoch.ClosedEpoch}, while its place
 * serves other epochs. One word says when it ends:
 *
 * <pre>
 *   | holds 31 | slabs 32 |
 *
 *   begin        1 hold,  0 slabs     the closing holds it until the list of slab ids is complete
 *   sealed       0 holds, s slabs
 *   hold         + 1 hold             a demotion, a discard or an eviction works on the list as a whole
 *   slab ends    - 1 slab             by its last free in either tier, by a discard, or on its way between the tiers
 *   0 and 0      drained, once        by the thread that takes the last one off: the epoch leaves the index, and the
 *                                     ids of all its slabs can be given out again
 * </pre>
 *
 * <p><b>ABA.</b> A demotion reads an id off the list, and the id's word from the registry. Were an id given to another
 * slab as soon as its own had ended, that word could be another epoch's. So ids go back as a whole when the epoch has
 * drained, and a hold keeps it from draining: an id on a held epoch's list names that epoch's slab, or none. The price
 * is that an id of a dead slab stays unused as long as one sibling lives; an id costs no memory but its registry entry.
 *
 * <p><b>Memory.</b> A store may have a hundred thousand closed epochs and a hundred million slabs. The list of ids is
 * kept as runs ({@code SlabIdList}), counters are fields and not objects, and a cold slab notes its epoch by a small
 * index that is used again.
 *
 * <p><b>A slab that was promoted</b> keeps its image on the tier ({@link io.znsslab.core.epoch.BackingImages}): what
 * was acknowledged as durable stays so, and the slab can leave DRAM again without being written. The image ends by one
 * exchange, {@code take}; the thread that gets the location either releases it or has the slab cold there again.
 *
 * <p>Depends on slab, registry, arena and cold. Used by store, tiering and the root; all in this module.
 */
@NullMarked
package io.znsslab.core.epoch;

import org.jspecify.annotations.NullMarked;
