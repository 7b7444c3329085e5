/**
 * Slab id to registry word, the bits of handles, and which ids and generations may be issued.
 *
 * <h2>Glossary</h2>
 *
 * <pre>
 *   handle           64 bits that name one object and are issued once: slab id, generation, slot, version
 *   generation       counts the refills under one slab id; with the slot it makes handles unique
 *   base generation  handles with a smaller one are stale
 *   registry word    what a slab is now: base generation, state, class, location
 *   location         a resident slab's frame, a cold slab's block on the device
 *   entry            the position of a word in the table; ids may share one
 *   unused           said of an id without a slab; used up: of one that has issued its last generation
 *   reserved         said of ids and generations that may be issued: that they may have been is durable
 *   announced        said of ids and generations that will be wanted soon
 * </pre>
 *
 * <p>The bits of a handle are drawn in {@link io.znsslab.core.registry.HandleLayout}, those of a word in
 * {@link io.znsslab.core.registry.Registry}; free ids are in {@link io.znsslab.core.registry.SlabIds}. Names of
 * accessors say their memory order in the words of {@link io.znsslab.core.slab}.
 *
 * <h2>One word a slab</h2>
 *
 * <p><em>Problem.</em> Any 64 bits may be given as a handle, while slabs end, move between tiers, and go on.
 *
 * <p><em>The obvious way</em>, a map of objects or a structure a slab, takes several loads that do not belong together:
 * between the load of the state and that of the location the slab may move. A generation a slab that is counted when
 * the slab ends lets the handle of a freed object name the next object in its slot.
 *
 * <p><em>Idea.</em> All that a handle is checked against is one word, which one acquiring load gets. State and class
 * together are an index into a table of slot numbers and sizes ({@link io.znsslab.core.registry.SizeClassTable}), which
 * has none for slabs that are not resident: so one comparison refuses other states and slots that the class has not.
 * Constant shifts matter there: one class for both layouts of handles, with the shifts in fields, took 8.7 ns to
 * resolve and read an object, and two classes take 6.8.
 *
 * <pre>
 *   entries     8 bytes an id, 8 ids a cache line; stripes take ids in chunks of 32, so that neighbours belong to one
 *               thread
 *   cold bits   8 bytes a bitmap word and id: live slots of a cold slab; of a promoted one, where its image is
 *   cold epoch  4 bytes an id: index of the epoch, and whether the slab has live handles of one generation alone
 * </pre>
 *
 * <p>A slab is discarded by one store: its base generation becomes the one after the last issued.
 *
 * <p><em>ABA.</em> A base generation never falls. So a word with a slab in a frame does not come back after the slab
 * has ended or its handles were refused, and a compare-and-set meets the slab that was seen, or fails. An entry that
 * ids share begins again with the next id; but there no slab turns cold, and only then are words changed by
 * compare-and-set.
 *
 * <h2>Ids: the free list and shared entries</h2>
 *
 * <p><em>Problem.</em> An id has 2<sup>24</sup> generations. One thread at full speed uses them up in seconds, while
 * the table should be no larger than what is stored.
 *
 * <p><em>The obvious way</em>, to begin again with generation 0, issues handles twice. A table with an entry for each
 * of 2<sup>30</sup> ids takes 8 GiB of addresses.
 *
 * <p><em>Idea.</em> An unused id keeps its base generation in its word, and the word's location links it to the next
 * free id. A used-up id is never used again. Without a second tier, where at most as many slabs exist as frames, ids
 * that are alike in their lower bits share an entry, one after the other: when one is used up, the entry is the next
 * one's. A handle to the earlier one passes the check of the word perhaps, and fails at the slot's header, which holds
 * whole handles. Where slabs turn cold their headers are not at hand, and each id has its entry.
 *
 * <p><em>ABA.</em> The free list is under a lock, taken once for 32 ids. The lock is a leaf: its holder takes no other
 * lock but that of a table's range, while it maps more of the table, and waits for no other thread.
 *
 * <h2>Issued once, also over a power cut</h2>
 *
 * <p><em>Problem.</em> With a second tier a run may end at any point, and the next one must not issue a handle again
 * that is stale since.
 *
 * <p><em>The obvious way</em>, to make each new id and generation durable, waits for the device at each opened slab.
 *
 * <p><em>Idea.</em> Bounds are made durable before what is below them is issued: one for ids, one for the generations
 * of all ids, and a bound of its own for the few ids whose slabs are refilled over and over
 * ({@link io.znsslab.core.registry.IssuedGenerations}). A slab asks once in 512 generations, and announces a step ahead
 * what it will want; ids are announced when half of a reservation is taken. So a thread waits only where the device is
 * slower than the allocation for a whole step.
 *
 * <pre>
 *   ids           | taken, or on the free list | reserved          | not yet reserved
 *                 1                            nextId              reservedBelow
 *   generations   | may be issued under any id | under some ids    | not yet reserved
 *                 1                            boundOfAll          the id's own bound
 * </pre>
 *
 * <p>A reservation is asked for with no lock held: the thread that makes it durable may have to give ids back first.
 * Ids that an earlier run may have issued, and of which nothing else is known, go on from the generation bound of that
 * run.
 *
 * <p>Knows nothing of threads' stripes or of slabs' slots. Stands on arena.
 */
@NullMarked
package io.znsslab.core.registry;

import org.jspecify.annotations.NullMarked;
