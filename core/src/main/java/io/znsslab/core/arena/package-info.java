/**
 * The address ranges that slabs and tables live in, the frames that the slabs' range is cut into, and the way of memory
 * from the operating system and back.
 *
 * <h2>Glossary</h2>
 *
 * <pre>
 *   frame     room for one slab, by number: frame &lt;&lt; slabShift is its offset in the range. 0 is no frame
 *   region    the frames of one size class: the high bits of a frame's number are its class
 *   run       adjacent frames without memory, by their first one and their count
 *   hot       said of a frame that still has its memory
 *   granted   frames that stripes hold, that slabs live in, or that are hot in a pool: at most the limit
 *   lent      frames that can't be granted, since memory beside slabs has their share of the limit
 *   pool      a class's frames that no stripe holds: runs and hot frames
 * </pre>
 *
 * <pre>
 *   | region of class 0                 | region of class 1                 | ...      addresses, of which pieces are
 *   | - | 1 | 2 | 3 | 4 | ... never yet | f | ...              never yet   |          mapped as frames are handed out
 *         |   |   +---+-- a run in the pool: no memory
 *         |   +---------- a hot frame: memory, no slab
 *         +-------------- a slab lives here
 * </pre>
 *
 * <h2>Frames keep their class</h2>
 *
 * <p><em>Problem.</em> A thread that follows a handle late reads a slot's header in a frame that another slab has by
 * now.
 *
 * <p><em>The obvious way</em>, frames that serve any class, would have that thread read the middle of an object, whose
 * bytes a user chose: they might equal the handle.
 *
 * <p><em>Idea.</em> Each class has a region of its own, which could hold the whole limit, and a frame serves its class
 * for ever. So the headers' addresses never move, and only headers are ever read as headers. Addresses are cheap;
 * memory is what the limit counts.
 *
 * <p><em>ABA.</em> That the header found is another slab's shows in the header itself: a handle is issued once.
 *
 * <h2>Ranges that are mapped in pieces and never unmapped</h2>
 *
 * <p><em>Problem.</em> Accesses to slabs and tables must not fault the JVM, whatever a handle says and whichever
 * allocator is closed meanwhile.
 *
 * <p><em>The obvious way</em>, a {@code MemorySegment} with bounds and a lifetime at each access, cost as much as the
 * work of a pair of allocation and free, which makes six of them. Reserving everything at once is charged by the kernel
 * where overcommitting is off: 37 GiB of address space for a limit of 1 GiB, of which 36 MiB remain.
 *
 * <p><em>Idea.</em> {@link io.znsslab.bindings.LastingRanges}: ranges take addresses alone, pieces of them are mapped
 * as frames are handed out for the first time, 4 MiB at a time, the frame tables' pieces with them; and what is mapped
 * stays mapped. At the end of an arena the pages go back, and the addresses stay readable until an allocator of the
 * same shape gets all of them, each in its place. A late read meets zeroes or the next allocator's words, which it
 * refuses; late writes are excluded by the closing, which waits for all that could write.
 *
 * <p>What is handed to users are checked segments. They have a life of their own, which ends before the mapping's.
 *
 * <h2>Grants and pools</h2>
 *
 * <p><em>Problem.</em> The limit counts memory, which frames have only while they are granted; and a stripe takes and
 * gives frames from any thread.
 *
 * <p><em>The obvious way</em>, a lock over all frames that is held while memory goes back, has every thread wait for
 * system calls: one page takes 1.2 to 2.2 µs, a run of 32 pages 0.4 µs a page, a run of 512 0.3.
 *
 * <p><em>Idea.</em> One counter for the limit, raised by a compare-and-set before a run is taken and lowered when
 * memory has gone back. A pool's lock guards its two stacks and is never held over a system call, except where the
 * region grows. Frames that go back are sorted, so that adjacent ones need one call.
 *
 * <pre>
 *   FramePool   lock | first frame never handed out | stack of runs: first 32, count 32 | stack of hot frames
 * </pre>
 *
 * <p>Where the kernel refuses to take memory back, since the process has locked it for example, the frames are zeroed
 * and stay granted and hot. A frame is never lost; {@link io.znsslab.core.arena.FrameCensus} checks that each is in
 * exactly one place.
 *
 * <p><em>ABA.</em> A frame's number says nothing about the slab in it. Its state word, in
 * {@link io.znsslab.core.slab.FrameTable}, counts the slabs that it has held.
 *
 * <h2>One limit over all memory</h2>
 *
 * <p><em>Problem.</em> Slabs are most of the memory that a store takes, and not all: there are tables, segments of
 * domains that no slab can hold, room for cold slabs that are being read. A program in a container wants one bound.
 *
 * <p><em>The obvious way</em>, a share of the limit for each use, leaves memory idle in one share while another is
 * full.
 *
 * <p><em>Idea.</em> The counter of frames bounds all of it. What is beside slabs borrows frames
 * ({@link io.znsslab.core.arena.MemoryBesideSlabs}): each use is counted in bytes, and as many frames as the sum needs
 * are lent, and so can't be granted. An allocation pays nothing for that, since it asks the counter for a run of frames
 * at most.
 *
 * <pre>
 *   limit of both |           granted            |   free   |       lent        |   and 16 frames of overdraft
 *                  slabs -->                                &lt;-- beside: tables, segments, scratch
 * </pre>
 *
 * <p>What can be refused is: segments, reads beyond the room that is set apart for some, a thread's own stripe (it
 * shares one then), ids without entries in the registry. What can't be refused any more overdraws the limit for the
 * moment, by the entries of the frames that were granted before: no frame is granted until that is made up for. Where
 * free frames and ids without entries would be of no use to each other, a frame's memory goes to the entries.
 *
 * <p>Tables are counted as they are handed out, entry by entry; so are segments and scratch, by their sizes. What is
 * resident is less, but for pages that are partly in use.
 *
 * <p>Knows nothing of handles, ids or epochs. Used by all rooms of core.
 */
@NullMarked
package io.znsslab.core.arena;

import org.jspecify.annotations.NullMarked;
