/**
 * Slabs in DRAM: how slots are handed out and freed without a word that two threads share, how threads that follow
 * handles are kept from frames that go on, and how memory that holds no live object is found again.
 *
 * <h2>Glossary</h2>
 *
 * <pre>
 *   stripe          one thread's share of the allocator. An owned stripe belongs to one platform thread as long as that
 *                   lives; a shared one serves virtual threads, and threads beyond the number of stripes
 *   bin             a stripe's slabs of one size class in one epoch
 *   claim line      the cache line from which a bin hands out slots
 *   home            the stripe that a slab of an open epoch belongs to; the home thread is its owner
 *   holder          the thread that alone may change a bin now: the owner in an owner section, a visitor, or a closing
 *   visitor         a thread that takes slabs from another thread's bins: a thief, or a reclaim
 *   current         the slab that a bin hands out slots of
 *   full            a slab with too few free slots to be worth listing; partial: on its bin's list; mailed: in the
 *                   bin's mailbox, put there by a free of another thread; empty: partial, and without a live object
 *   sealed          a slab of a closed epoch, without a home
 *   pending         the slots of a slab that its home thread freed; remote: those that other threads freed
 *   refill          filling a claim line with the free slots of one bitmap word, or with a whole packed slab, under a
 *                   new generation
 *   packed          said of a slab whose objects take as many granules as they need; and of an epoch that has such
 *                   slabs only. The others are classed
 *   magazine        the frames of one class that a stripe has in store
 *   hot             said of a frame that still has its memory
 *   share           the number of frames that a place may keep hot
 *   section         a short stretch of code that closings wait for: owner section, reader section
 *   grace period    a wait for all sections that began before
 *   look            a read callback's use of an object. It may last; it pins the object's frame
 *   place           one of the positions of the ring of epochs, by its ring index. Parked: its epoch has ended, and a
 *                   stripe keeps slabs there for the next one
 *   user            said of an epoch: a stripe that may have slabs in it; a stripe enlists to become one
 * </pre>
 *
 * <h2>Names of accessors</h2>
 *
 * <p>Words that several threads use are reached by accessors whose names begin with the memory order, in the words of
 * JCTools where it has one:
 *
 * <pre>
 *   lp sp       plain load and store: one thread uses the word now, for a reason that the caller has
 *   lv sv       volatile load and store
 *   la sr       load-acquire, store-release
 *   lop sop     opaque load and store: whole and in the end, without order. For words that one thread writes and others
 *               read as a hint
 *   cas         compare-and-set          volatile
 *   xchg xadd   exchange, exchange-and-add; fetchOr: C's name, since JCTools has none. Volatile
 * </pre>
 *
 * <p>In JCTools {@code so} is an <em>ordered</em> store, which is a release. Here it has no meaning: a release is
 * {@code sr}, and an opaque access has three letters, so that no reader takes the one for the other. An operation that
 * is more than one access (pin, park, beginUse, enlist) is named for what it does, and its javadoc says the order.
 *
 * <h2>The life of a slab and of a frame</h2>
 *
 * <p>A slab's state is two words: its id's registry word, and its frame's state word. Their joint diagram, with the
 * thread that may take each edge and what other threads do in between, is in
 * {@link io.znsslab.core.slab.SlabTransitions}, the only class that writes these words; a test checks that. A frame
 * goes round like this:
 *
 * <pre>
 *               takeRun, within the limit                   takeFrame
 *   pool: runs ---------------------------> magazine: run ------------> slab <-------------+
 *    ^                                                                   | endUse          | takeFrame
 *    |                                                                   v                 |
 *    |                                             pinned by a look? -- no -- KEEP_HOT --> magazine: hot frames
 *    |                                                   | yes           |                 |    ^
 *    |                                                   v               |    emptyStores  |    | takeHot
 *    |                                             left to the looks     |   or it is full v    |
 *    |                                                   | last unpin    |              pool: hot frames
 *    |                                                   v               v                      |
 *    +-- giveBack: madvise, adjacent frames in one call -+-- RETURN_TO_OS -----------------------+ at the limit, trim
 * </pre>
 *
 * <p>With KEEP_HOT the last unpin puts the frame into the pool of hot frames instead. A frame in which a slab ended
 * within an open epoch keeps that slab's id, and the next slab in it goes on under the id with the generation after the
 * last.
 *
 * <h2>Which fence pairs with which</h2>
 *
 * <p>Each pair is Dekker's: both sides write, then a full fence, then read what the other has written. So at least one
 * sees the other, and the table says what it does then.
 *
 * <pre>
 *   one side                               the other side                    what follows
 *
 *   owner section: mark, no fence of its   closing, visit: shut gate or      an owner that began later finds the gate
 *   own; then gate, closers, bins          announce; membarrier; read mark   shut, or frees as any other thread;
 *                                                                            one that began before is waited for
 *   reader section: mark (sv), then        ending: registry word, fence,     a reader that began later finds no frame;
 *   registry word                          then marks                        one that began before is waited for
 *   enlist: user bit (CAS), then the gate  shut: the gate (CAS), then the    the stripe leaves, or the closing waits
 *                                          user bits                         for it and takes its bins
 *   entry to a domain: count (CAS), then   shut: the gate (CAS), then the    the entry is taken back, or the closing
 *   the gate                               count                             leaves the end to the last exit
 *   look: pin (xadd), then the header      free: header (CAS), its bit;      the look gives up, or the refill leaves
 *                                          refill: bit, then the pins        the slab alone for now
 *   remote free: bit (fetchOr), then       detach, seal: state (sv), then    the free lists or ends the slab, or the
 *   the state                              the bits                          thread that changed the state does
 *   operation: count (xadd), then gate     shut: the gate, then the counts   the operation is refused, or waited for
 *   look: count (xadd), then the gate      end of the allocator: the gate,   the look is refused, or its end gives the
 *                                          then the count                    memory back
 * </pre>
 *
 * <p>The first pair is asymmetric: {@code membarrier(2)} puts the full fence into every running thread, so that the
 * owner, which begins a section with every allocation and free, has none to execute
 * ({@link io.znsslab.core.slab.Stripe}). The entry to a domain is {@link io.znsslab.core.epoch.EpochPins}.
 *
 * <h2>Handing out slots: stripes and claim lines</h2>
 *
 * <p><em>Problem.</em> Any thread allocates in any epoch.
 *
 * <p><em>The obvious way</em> is one current slab a class and epoch, in whose bitmap each thread claims a slot by a
 * compare-and-set. A pair of allocation and free took 12 ns so with one thread and 85 to 98 ns with two: the largest
 * cost by far is the contended word, the next is a line of metadata that two threads share (five times).
 *
 * <p><em>Idea.</em> A thread owns a stripe with slabs of its own. A refill moves a word's free slots into the claim
 * line as a whole; from there the owner takes them by plain accesses. The prototype of that took 8.8 ns a pair with one
 * thread and 8.9 with two, of which one header store and one compare-and-set are 5.6.
 *
 * <pre>
 *   claim line (64 bytes; its address follows from stripe, epoch and class without a load)
 *     0 claimable   8 handle of bit 0's slot   16 address of that slot   24 bytes of a slot
 *   line of a frame: see FrameTable. The owner's words and the remote word share it, since a refill reads both
 * </pre>
 *
 * <p>Stripes share no page of claim lines, a stripe's marks have a line of their own, and slab ids come in chunks of
 * 32, so that neighbours in the registry belong to one thread: with ids taken one by one two threads were half as fast.
 *
 * <p><em>ABA.</em> A refill counts the slab's generation up, and a slot is in the claim line once a refill. So
 * (generation, slot) is issued once, and no header ever takes a value again that a late compare-and-set expects.
 *
 * <h2>Freeing: pending, remote and the mailbox</h2>
 *
 * <p><em>Problem.</em> A free must succeed once, whichever threads try, and its slot must come back to the home thread.
 *
 * <p><em>The obvious way</em> is an atomic bitmap for every free: 13.6 ns a pair, since each free has two atomic
 * operations then. A bitmap that only the owner touches (4.3 ns) has a race between a free by another thread and the
 * slab's giving up.
 *
 * <p><em>Idea.</em> The slot's header decides: a free is one compare-and-set from the handle to its free tag. Bits only
 * carry the slot back, in two words: the home thread adds to <em>pending</em> without an atomic operation, any other
 * thread to <em>remote</em> by one. A full slab is listed again once an eighth of it is free; listing it at the first
 * free made 50 ns a pair of 19 with 100,000 live objects. The home thread lists it; another thread puts it into the
 * bin's mailbox, a stack of frames linked through their lines, which the holder takes as a whole
 * ({@link io.znsslab.core.slab.PartialLists}).
 *
 * <p>Each slot of a slab of an open epoch is in exactly one of: live header, claim line, pending, remote, or on the way
 * there in a section of the freeing thread. The invariant checks count that.
 *
 * <p><em>ABA.</em> The state word of a frame counts the slabs that the frame has held, so a late "full to mailed" can't
 * meet another slab. It may meet the same one, full again: then the slab is mailed too early, and the refill that finds
 * nothing in it gives it up. The mailbox is never popped one by one: a push depends on the head alone, so that a head
 * that has come back is the right one to link to.
 *
 * <h2>Packed slabs</h2>
 *
 * <p><em>Problem.</em> A size class costs each bin that uses it a slab, a claim line and a refill, and pads its
 * objects. A request that makes 40 objects of 20 sizes and ends pays that again and again; and no class is as large as
 * a slab.
 *
 * <p><em>The obvious way</em>, a region that is bumped through and given up as a whole, knows no single free, no stale
 * handle, and nothing that could be demoted slab by slab.
 *
 * <p><em>Idea.</em> One class more, whose slots are <em>granules</em> of 1/256 of a slab, 16 to 256 bytes. An object
 * takes adjacent granules, one after the other object; its handle's slot is the first. Its header is 16 bytes: the
 * handle, and a note of its size ({@link io.znsslab.core.slab.PackedObjects}). The claim line says how many granules
 * are left, and an allocation is one subtraction there. To handles, bitmaps and images a packed slab looks like one of
 * a class of 252 to 255 slots.
 *
 * <p>Nothing is handed out twice in one use of the slab, and a use has one generation: so a slab comes back when all of
 * it is free, and ending it is one registry word, whatever it holds. Freed granules are counted, not named. While the
 * slab is current, its home thread adds to pending; after that every thread adds to remote, by an atomic addition. The
 * additions to one word have an order, so that of the last two frees one sees all; with two counts, each of two threads
 * could miss the other's, and no later free would mend that.
 *
 * <p>Which objects live in a slab is found by a walk from its first granule: the handle or the free tag that belongs
 * there, then its note's length further. It ends where neither is: after the last object comes what an earlier use has
 * left, with another generation.
 *
 * <p><em>ABA.</em> In a classed frame, headers are at the same places for ever. A packed frame's next use has payload
 * where this one has headers, and a payload may hold any handle. So such a frame, and such a slab, go on only after a
 * grace period that begins when the slab's handles are refused, also where no object was live: a late second free then
 * finds the word changed. An emptied slab's next use waits within the owner section, for all empty slabs of the bin at
 * once; the last free of a sealed slab waits after its section. A reader without a section ({@code resolve}) is kept
 * from payload that looks like a header by the note's seal.
 *
 * <h2>Stealing</h2>
 *
 * <p><em>Problem.</em> Threads that free each other's objects leave the free slots with the stripe that allocates less.
 *
 * <p><em>The obvious way</em>, to let each stripe keep what it has, took up to 1.9 times the ideal number of slabs
 * under churn; one list for all is a lock on the slow path (52 ns a pair with two threads instead of 22).
 *
 * <p><em>Idea.</em> A stripe that would have to open a slab visits the richest user of the epoch: it announces the
 * visit, waits for the owner section under way, and moves half of the partial slabs, 64 at most, to its own list. The
 * owner goes on handing out what is in its claim lines, and frees as any other thread. One visit at a time in the whole
 * allocator, so that two threads do not wait for each other's sections; the next one opens a slab instead.
 *
 * <p><em>ABA.</em> Both stripes are named in state words: a free that saw the old home fails its compare-and-set, or
 * finds "partial" and has nothing to do but to note an empty slab, which is a hint.
 *
 * <h2>Magazines</h2>
 *
 * <p><em>Problem.</em> Frames go back to the operating system, or to the next slab of the class.
 *
 * <p><em>The obvious way</em> gives back each page when its slab ends: 1,200 to 2,200 ns a page, against 385 in runs of
 * 32, and 1,440 more when it is next touched. One pool for all threads is a lock at each opened slab.
 *
 * <p><em>Idea.</em> As Bonwick's magazines: a stripe has in store some hot frames of a class, and a run of adjacent
 * frames without memory, up to 32, less where the limit is small. Adjacent frames are opened together, tend to die
 * together, and go back in one call. A magazine belongs to the stripe's holder; there is nothing atomic in it.
 *
 * <h2>Grace periods</h2>
 *
 * <p><em>Problem.</em> A thread that follows a handle reads the registry word, then the header, then perhaps frees the
 * slot. In between the slab may end, and its frame go to another slab or to the operating system.
 *
 * <p><em>The obvious way</em>, a count on the slab, writes to a shared line at each read.
 *
 * <p><em>Idea.</em> Read-copy-update: a thread marks that it is in a section, in its own stripe; a slab is made
 * unreachable first (its registry word), then every section that is under way is waited for, then the frame goes on.
 *
 * <pre>
 *   owner section    one word, 0 or 1, in the stripe's marks     no fence: membarrier by the thread that waits
 *   reader section   one word, odd within, in the same line      a full fence when it begins; nests
 *   shared           two counters a shared stripe, by phase      the phase changes, so that a steady stream of readers
 *                                                                can't keep a grace period waiting
 * </pre>
 *
 * <p>The owner needs no reader section for its own slabs: a closing waits for owner sections, too. A reader section
 * waits for nothing, and a thread in one must not wait for a grace period. An owner section may wait: for ids or
 * generations to be made durable, or, during a visit, for the visited stripe's owner section; since one visitor is
 * under way at a time, and a visited owner waits outside of its section, none waits for itself. A thread that has ended
 * is in no section, whatever its marks say.
 *
 * <p><em>ABA.</em> The reader's mark counts: a grace period that sees another odd number has seen the section end. The
 * owner's mark does not count, since each section would depend on the store of the one before; any moment at which it
 * is 0 will do, because the next section sees what was written before the fence.
 *
 * <h2>Looks and pins</h2>
 *
 * <p><em>Problem.</em> A read callback may last, call the allocator, and wait.
 *
 * <p><em>The obvious way</em>, a callback within a reader section, lets one slow callback hold back every closing, and
 * deadlocks as soon as it waits for one. One flag for all callbacks, which held back all reuse, let a reader in a loop
 * and a thread that never had more than two objects fill the arena, and made a read take 1.5 ms beside a long one.
 *
 * <p><em>Idea.</em> The thread finds the object in a section, <em>pins</em> the frame (a count on its line), reads the
 * header again, leaves the section, and runs the callback. Nothing waits for a look; a look holds back one frame. Why
 * the bytes stay, for each operation that could change them:
 *
 * <ul>
 *   <li><em>Free, and the slot is handed out again.</em> The free changes the header first, by a compare-and-set; then
 *       the slot's bit travels to the thread that refills a claim line, which reads the pins after it has seen the bit.
 *       The look pins first and reads the header afterwards. All four are volatile, so one of the two sees the other:
 *       either the look finds the header changed and takes its pin back, or the refill finds the pin and leaves the
 *       slab alone for now. Slots in a claim line were free and unpinned when it was filled; a look that comes later
 *       finds no live header there.
 *   <li><em>The last free of a sealed slab, or of a surplus empty one, and the frame goes on.</em> The same: all bits
 *       are there before the slab ends, and the pins are read after it has ended.
 *   <li><em>Discard, demotion, the drop of a clean slab.</em> The registry word changes first, then the sections that
 *       began before are waited for, then the pins are read. A look whose section saw the old word has pinned before
 *       its section ended; one whose section began later does not find the frame.
 *   <li><em>A place that is parked.</em> As a discard. A slab that is pinned is not refilled at once but listed, and a
 *       refill reads the pins.
 * </ul>
 *
 * <pre>
 *   pins word, on the frame's line   | left 1 | looks 63 |
 *
 *   n looks --leaveToLooks--> left, n looks --unpin--> ... left, 0 looks --CAS--> 0: that thread releases the frame
 * </pre>
 *
 * <p>A frame that is to go on and is pinned is <em>left to the looks</em>. The thread that takes the last pin back, and
 * then exchanges the mark for nothing, releases the frame. A look that comes too late may pin meanwhile, for the moment
 * until it finds the header changed; the exchange fails then, and the late look's thread is the last. So a frame is
 * released once. Allocation and free pay nothing for pins: a refill loads one more word of a line that it works on.
 *
 * <p><em>ABA.</em> A pin belongs to the frame, whichever slab lives there. A late pin on the frame's next slab delays a
 * refill, or has the frame left to it, and nothing else. The header that a look reads again is a whole handle, which is
 * issued once.
 *
 * <h2>Retained epochs</h2>
 *
 * <p><em>Problem.</em> A request opens an epoch, allocates some objects, and discards it, thousands of times a second.
 *
 * <p><em>The obvious way</em> closes it as any other: every slab is given up and opened again. Sweeping the headers in
 * place instead took 842 ns a request of 40 objects in the prototype; keeping the slabs attached took 421.
 *
 * <p><em>Idea.</em> An epoch that no stripe but the discarding thread's has used stays at its place, <em>parked</em>:
 * one registry store makes a slab's handles stale, the current slab is refilled, and a few partial ones stay listed.
 * The next epoch at the place finds them. Any thread may take a parked place, for its own epoch or for the memory.
 *
 * <p><em>ABA.</em> The gate's word names the stripe that parked the place. The owner that reopens it and a thread that
 * takes it both change that word by a compare-and-set. Only the owner parks under its number, so the owner can't meet
 * its own older parking, and the thread that takes a place reads the stripe out of the word that it exchanged.
 *
 * <h2>Hot for a while</h2>
 *
 * <p><em>Problem.</em> With RETURN_TO_OS a request that lasts some microseconds pays for memory that the next one needs
 * again: a system call for each range of its slabs, and a page fault for each slab of the next one, 14 to 22 µs of a
 * request that takes 1.5 otherwise. But resident memory is to fall when requests stop.
 *
 * <p><em>The obvious way</em>, to keep what was used last and to give it back with the next call, leaves it with
 * threads that make no further call. {@code MADV_FREE} leaves it to the kernel, which takes it only when memory is
 * short.
 *
 * <p><em>Idea.</em> A discarding thread parks its place here as well, with as many slabs as a budget of all threads
 * allows ({@link io.znsslab.core.slab.HotBudget}); what is more goes back at once, sorted, so that adjacent frames take
 * one call. A place's share of the budget outlives the parking: a thread whose requests are alike writes to no word
 * that threads share. An agent ({@link io.znsslab.core.slab.HotDecay}) counts periods of 0.1 s, and gives back what has
 * been parked for a whole one; a share that is not parked so long, since its place's epoch lasts, is taken away. So
 * memory stays for 0.1 to 0.2 s after the last request. Only domains park, so an epoch that is closed by its number
 * gives everything back at once.
 *
 * <pre>
 *   frames that are hot at parked places &lt;= sum of the places' shares &lt;= budget
 *
 *   owner: xchg share, raise it -- discard, keep so many -- set share and period -- gate: parked
 *   next request                                              gate: parked -> open, the share stays
 *   agent, other threads that need the place or memory:       gate: parked -> closing, give back, xchg share
 *   agent                                                     not parked: CAS share to none, if set so long ago
 * </pre>
 *
 * <p>The parking costs the owner an exchange and a store on a line of its own, and no look at the clock. The agent
 * works under the lock of visitors, so that a reclaim does not find a place that is neither parked nor given back. It
 * sleeps until signalled while all shares are none: the thread that gets the first one signals, if it sees the agent
 * dormant; the agent says so before it looks at the sum for the last time. It is started by the first domain, and where
 * the system has no thread for it nothing is kept.
 *
 * <p><em>ABA.</em> The word of a place has the period in it, so the agent's compare-and-set can't take a share that was
 * taken up and left again. It may evict a place that its owner has just parked anew, between the look at the period and
 * the exchange of the gate: then memory goes back early, and nothing else.
 *
 * <h2>Direct reclaim</h2>
 *
 * <p><em>Problem.</em> At the limit the free frames may be in other threads' magazines, parked places, mailboxes and
 * lists: an answer "full" would be untrue with no object alive.
 *
 * <p><em>The obvious way</em>, smaller stocks, costs every refill and still leaves the empty slabs of threads that
 * sleep. A walk through everything at each failed allocation costs more with every slab there is.
 *
 * <p><em>Idea.</em> The thread that finds no frame visits the stripes that say that they have something, one at a time
 * ({@link io.znsslab.core.slab.DirectReclaim}); bins note how many of their slabs other threads have emptied. A
 * complete walk, for what the notes miss, is at most a 17th of the time. A current slab that seems empty has its claim
 * line <em>suspended</em> first: exchanged for nothing.
 *
 * <p><em>ABA.</em> The owner may be handing out a slot at the exchange. After its section was waited for, either it has
 * written the line again, and the slab is in use; or it took the line's last slot, whose header holds the handle that
 * the line would have given it, or that handle's tag. No other life of the slot has either.
 *
 * <h2>The end of the allocator</h2>
 *
 * <p>What may write outside of a section and of a place that is being closed passes an
 * {@link io.znsslab.core.slab.OperationGate}, which is shut and waited for before the allocator comes to rest. Looks
 * are not waited for: the memory is left to the next allocator by the closing thread, or by the thread that ends the
 * last look ({@link io.znsslab.core.slab.Looks}), whichever comes later.
 *
 * <p>Used by the rooms above: epoch, tiering, store. Stands on registry, arena and worker.
 */
@NullMarked
package io.znsslab.core.slab;

import org.jspecify.annotations.NullMarked;
