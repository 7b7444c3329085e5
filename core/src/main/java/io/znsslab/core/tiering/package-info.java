/**
 * Slabs on their way between DRAM and the cold tier, and objects of slabs that are cold.
 *
 * <p>The states that a slab goes through, and the order in which its two words are written, are drawn in
 * {@link io.znsslab.core.slab.SlabTransitions}. Here are the sequences: what each side does, and why no thread that
 * reads or frees an object meanwhile loses it.
 *
 * <h2>The rule that all share: "moving"</h2>
 *
 * <p>The obvious way, a lock on each slab that readers take, would cost every read in DRAM an atomic operation. Instead
 * the registry word itself is the lock, and readers only announce themselves in sections that their thread owns:
 *
 * <pre>
 *   the thread that moves a slab                     a thread that reads or frees an object of it
 *
 *   word := moving       (compare-and-set)           enter a section, read the word:
 *   wait for the sections that began before            resident: use the frame, leave the section
 *   do what needs the slab to itself                   cold: use the image or the live bits
 *   word := resident or cold                           moving: leave the section, wait for the word, begin again
 * </pre>
 *
 * <p>A section that saw "resident" or "cold" is waited for, and what it did is there when the wait ends; one that began
 * later sees "moving". So between the wait and the last line the slab is the mover's alone. That takes microseconds: no
 * I/O, and nothing that can fail for want of memory, happens in between; where something fails all the same, the word
 * goes back to what it was.
 *
 * <p>The tier is not called while a slab is moving. It may hold a lock of its own while it waits for that slab to
 * settle ({@code ColdSlabs}), so images that are not needed any more are collected and released afterwards
 * ({@code UnneededImages}).
 *
 * <h2>Demotion: DRAM to the tier ({@link io.znsslab.core.tiering.EpochDemotion})</h2>
 *
 * <pre>
 *   the epoch is sealed and held: no allocation, and its list of ids names its slabs
 *   claim       frame: sealed -> demoting      the frame is the demotion's: a last free, a discard or another demotion
 *                                              leaves it alone
 *   write       the tier copies the page, writes it and makes it durable; objects are read and freed in the frame
 *   hand over   word: resident -> moving, wait for the sections
 *               the slots that are live now are noted in the registry
 *               word: moving -> cold
 *   return      the frames go back to the operating system
 *   acknowledge the future completes when all slabs of the epoch are cold and durable
 * </pre>
 *
 * <ul>
 *   <li><em>A reader</em> finds the object in the frame before "moving" and in the image after "cold". Both hold the
 *       same payload: no object is allocated in a sealed slab, and a free changes the header only.
 *   <li><em>A free during the write</em> changes the header and adds a bit in the frame. The image may have been taken
 *       before that, with the object live in it; the live bits are read after "moving", so they miss the object, and
 *       they decide. A free that saw "resident" has ended when they are read.
 *   <li><em>A last free during the write</em> sees "demoting" and leaves the slab to the demotion, which ends it at the
 *       hand-over, since nothing is live, or looks for it when it puts the slab back.
 *   <li><em>A discard during the write</em> refuses the handles and leaves the frame, which the tier may be reading.
 *       The demotion finds the word changed, releases the image and returns the frame.
 *   <li><em>A power cut</em> before the acknowledgement leaves no slab of the epoch behind; DRAM is gone anyway.
 *   <li><em>A demotion that fails</em> puts its slabs back before its future fails. One that overlapped may have found
 *       them claimed: {@link io.znsslab.core.epoch.ClosedEpoch#demotionsThatKept} tells it, and it fails as well
 *       instead of acknowledging an epoch of which a part is still in DRAM.
 * </ul>
 *
 * <h2>Clean slabs: demotion without a write ({@code CleanSlabs})</h2>
 *
 * <p>A slab that was promoted and not changed since has a good image. The demotion claims it as any other; under
 * "moving", when no section is left that could write, it compares the sum of the frame's bytes with the one that was
 * noted when the slab arrived. Equal: the slab turns cold at the place of its image. Different: it stays claimed, and
 * is written. Objects freed since are no change, since a free leaves payloads alone, and the live bits are taken anew.
 * A store through a segment that {@code resolve} returned counts if it was made before the demotion began: the segment
 * is not good any longer.
 *
 * <h2>Changed slabs: a write without demotion ({@code WriteBack})</h2>
 *
 * <p>A sync writes slabs that were promoted and have changed, which stay in DRAM:
 *
 * <pre>
 *   the epoch is held, each of its slabs has an image: no part of an epoch is acknowledged alone
 *   claim       frame: sealed -> demoting, as for a demotion, if the sum of the bytes is another than noted
 *   write       the tier copies the page, writes it and makes it durable
 *   hand over   word: resident -> moving; the image's location: old -> new, by one exchange; the sum that was taken at
 *               the claim is noted; frame: sealed;  word: moving -> resident; the old image is released
 * </pre>
 *
 * <p>No reader is waited for, since no byte moves. The sum is older than the copy, so a store in between makes the slab
 * count as changed once more, and is not lost. A demotion of the epoch waits until the writing is over
 * ({@code Demotions}), so that the slabs claimed here are not missing in it.
 *
 * <h2>Promotion: the tier to DRAM ({@code Promotions})</h2>
 *
 * <pre>
 *   all threads that want the slab share one promotion, found by the slab's id
 *   read        a new frame is filled from the image; the slab is cold meanwhile, read and freed as such
 *   arrive      word: cold -> moving, wait for the sections
 *               slots that are dead by the live bits are made free in the frame
 *               frame: sealed, with an image;  word: moving -> resident
 * </pre>
 *
 * <ul>
 *   <li><em>A free during the read</em> clears a live bit. The bits are read under "moving", so the object is free in
 *       the frame, too.
 *   <li><em>A last free in between</em> finds the slab neither cold nor in the frame: the promotion looks for it at its
 *       end.
 *   <li><em>Whether the handle is stale</em> may be known only from the image, where the slab has used a slot twice.
 *       The image in the frame tells, so the device is read once; if the handle is stale the frame goes back, and the
 *       slab stays cold. Those who wait for the same slab by other handles look again.
 *   <li><em>The slab was relocated, discarded or promoted meanwhile:</em> the word is not the one that was read, the
 *       frame goes back, and the caller looks again. An error of the read does not count then.
 *   <li>The image is kept. Up to the next demotion, what was acknowledged as durable is so still.
 * </ul>
 *
 * <h2>Reads of cold objects ({@link io.znsslab.core.tiering.ColdObjects})</h2>
 *
 * <p>The registry says whether the slot is live; where all live handles of the slab have one generation it says whether
 * the handle is the live one, too, and no read is needed for that. The image is read outside of any section, since a
 * read takes as long as the device does. So its location may be given to another slab meanwhile: after the read the
 * word is read again, and where it has changed the answer does not count, be it bytes or an error. That the object was
 * freed during the read is not looked for: the read began while it was live.
 *
 * <p>The image lies in room of its own ({@code ScratchRooms}), which is used again: for each read that was ever under
 * way at a time there is one. Under a memory limit there is room for some reads whatever slabs use; what more reads
 * need is taken where slabs leave it, and given up afterwards, and a read that finds none fails.
 *
 * <h2>Walks ({@code SlabWalk})</h2>
 *
 * <p>A walk lists the ids of an epoch's slabs once, and visits each slab once, wherever it is then. An object keeps its
 * slab and slot for life, so it is met once. An id on the list may name another epoch's slab by the time of the visit,
 * for a walk holds no epoch: the visit looks in a section whether the slab is of the epoch still. Of cold slabs images
 * are read ahead ({@code ImageWindow}), into room that a call of the walk has to its end, with the words that the slabs
 * had; an object is shown from an image as long as the slab has that word and the object its bit, and else the slab is
 * looked at again from that slot on.
 *
 * <h2>Discard of a closed epoch ({@link io.znsslab.core.tiering.ClosedEpochDiscard}), eviction</h2>
 *
 * <p>The epoch is held, so each id names its slab or none. What ends a slab depends on where it is:
 *
 * <pre>
 *   sealed in DRAM     frame: sealed -> free, by compare-and-set; the last free or a demotion may be first
 *   being demoted      word: resident -> moving, so that the demotion waits; then the word refuses the handles
 *   cold               word: cold -> unused, by compare-and-set; the image is released
 *   moving             wait until it has settled, and look again
 * </pre>
 *
 * <p>Each way ends in a word that refuses every handle of the slab. Then the reader sections are waited for, and the
 * frames go back: a reader that had found an object keeps its bytes until its section ends; one that begins later finds
 * nothing. Eviction is the discard of the oldest epoch with cold slabs, at the request of a tier that is full.
 *
 * <h2>What an earlier run has left ({@code RestoredSlabs})</h2>
 *
 * <p>The tier gives it back while it is attached, before any other thread knows the allocator. It was read from a
 * device: each value is checked before it becomes an index.
 *
 * <p>Every call of the user's tier goes through {@link io.znsslab.core.tiering.GuardedTier}: whatever it throws is the
 * outcome of what was asked for, and leaves no slab "moving". What the tier never ends fails at the closing: futures by
 * {@code OpenFutures}, reads with a listener by {@link io.znsslab.core.tiering.ColdReads}, whose objects are used again
 * and again and so take an end only with the ticket of the present use.
 */
@NullMarked
package io.znsslab.core.tiering;

import org.jspecify.annotations.NullMarked;
