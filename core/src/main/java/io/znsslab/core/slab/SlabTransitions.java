package io.znsslab.core.slab;

import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;

/**
 * The life of a slab. Its state is two words: the registry word of its id, by which threads find it, and the state word
 * of its frame, which decides between threads that would list, seal, demote or end it. Each method here is one edge of
 * this diagram; no other class writes either word, or names a slab in a frame.
 *
 * <pre>
 *  (word, frame's state)
 *
 *  open epoch      (unused, -)
 *                     | open
 *                     v             refuseHandles, then endUse           giveUpId
 *                  (resident, current) --------------------> (resident, free) --> (unused, -)
 *                     | detach     ^ attach          ^           | open: the id has stayed with the frame
 *                     v       list |                 |           v
 *                  (resident, full) -----> (resident, partial)   (resident, current)
 *                     | mail                   ^ listHeld; rehome: on the list of another bin
 *                     +---> (resident, mailed) +
 *
 *  closing         (resident, current | full | partial | mailed)
 *                     | beginSealing
 *                     v
 *                  (resident, sealing)
 *                     | seal
 *                     v
 *  closed epoch    (resident, sealed) ------------------- end ------------------> (unused, free)
 *                     |          ^   ^
 *       beginDemotion |          |   +---- arrive ---- (moving, free) - stayCold -+
 *                     v          |                        ^                       |
 *                  (resident,    |                        | beginMove             |
 *                   demoting)    | keep                   |                       |
 *                     |    ^     |                     (cold, -) <----------------+
 *           beginMove |    | stay|                        ^    | relocate: at another location
 *                     v    |     |                        |    | endCold
 *                  (moving, demoting) ----- turnCold -----+    +------> (unused, -)
 *                     | endDemoting; endMoving, which vacates the frame at once
 *                     v
 *                  (unused, demoting) -- vacate, then endUse --> (unused, free)
 *
 *  drained epoch   (unused, -) -- giveIdBack --> on the list of free ids, for the next open
 * </pre>
 *
 * <p><b>Open epochs.</b> A slab belongs to a bin, and the bin to its <em>holder</em>: the owner of the stripe within an
 * owner section, a visitor for which that section was waited for, or the closing that waited for all of them. An edge
 * that another thread may take at the same time is a compare-and-set; one that only the holder takes is a store.
 *
 * <pre>
 *  edge           taken by                    writes, in order           what another thread does in between
 *
 *  open           holder                      identity, state (v),       finds no slab by the word, for no handle was
 *                                             word (r)                   issued; a kept id's word stays what it was
 *  detach         holder                      state (v); it reads the    frees: adds its bit (v), then reads the state;
 *                                             free bits afterwards       one of the two sees the other (Dekker)
 *  list           holder                      state (CAS)                mails: one of the two
 *  mail           a free, in its reader       state (CAS), then the      closes the epoch: waits for that section, and
 *                 section                     mailbox                    then forgets the mailbox as a whole
 *  listHeld       holder, of a mailed slab,   state (r)                  frees: notes an empty slab, a hint
 *                 or a parked one of any
 *                 state
 *  attach         holder                      state (r)                  as for listHeld
 *  rehome         visitor of the old bin,     state (v); it reads the    frees: as for detach
 *                 holder of the new one       free bits afterwards
 *  refuseHandles  holder                      word (r)                   uses an object that it found before: the frame
 *                                                                        goes on after a grace period, or is classed
 *                                                                        and holds none
 *  endUse         holder, after that          state (r)                  nothing: no word leads to the frame
 *  giveUpId       holder of the frame         word (v), identity, free   finds a word that admits no handle issued
 *                                             list
 * </pre>
 *
 * <p><b>Closed epochs.</b> The state word decides first: the last free, a discard and a demotion each begin with a
 * compare-and-set on it, and the loser leaves the slab alone. While it says "demoting" the frame is the demotion's, and
 * the registry word decides: "moving" is a lock that is held for microseconds. A thread that reads it waits
 * ({@link Registry#awaitSettled}); the thread that wrote it waits for the reader sections that may have seen the word
 * before. From then on until it writes the word again, no other thread reads, frees, discards or moves the slab.
 *
 * <pre>
 *  edge           taken by                    writes, in order           what another thread does in between
 *
 *  beginSealing   closing, its gate shut      state (CAS)                frees the last object: leaves the end to the
 *                                                                        sealing, since free bits are in two places
 *  seal           closing, after a grace      state (v); it reads the    frees the last object: adds its bit (v), then
 *                 period                      free bits afterwards       reads the state; one of the two sees the other
 *  end            last free, in its reader    state (CAS), word (v),     reads what is still there, or frees it, which
 *                 section; discard; closing   identity                   is before a discard; the frame goes on after a
 *                                                                        grace period, or is classed and holds none
 *  beginDemotion  demotion                    state (CAS)                frees the last object: leaves the end to the
 *                                                                        demotion, which looks after keep and beginMove
 *  beginMove      demotion, promotion; a      word (CAS)                 waits; or frees, in a section to be waited for
 *                 discard that saw "demoting"
 *  stay           the thread that moves it    word (CAS)                 waits
 *  keep           demotion, word "moving"     state (v), word (CAS)      saw the word before, and now "sealed": may end
 *                                                                        the slab; then the CAS fails. The other order
 *                                                                        would let a discard see "demoting" for a slab
 *                                                                        which none demotes: its frame would be lost
 *  turnCold       demotion, after a grace     live bits, word (v),       waits; then reads the bits after the word
 *                 period                      identity
 *  endMoving      demotion, after a grace     word (v), identity         waits
 *                 period
 *  endDemoting    discard, word "moving"      word (v)                   waits; if it is the demotion, it then returns
 *                                                                        the frame (vacate, a grace period, endUse)
 *  arrive         promotion, after a grace    identity, state (v),       waits. The other order would let a last free
 *                 period                      word (v)                   see a free frame: the slab would never end
 *  stayCold       promotion                   word (v)                   waits
 *  relocate       the tier                    word (CAS)                 reads at the old location: looks again, as the
 *                                                                        word has changed
 *  endCold        last free, in its reader    word (CAS)                 as for relocate
 *                 section; discard
 *  giveIdBack     the last holder or end of   word (v), free list        finds a word that admits no handle issued
 *                 the epoch
 * </pre>
 *
 * <p>So after keep and after arrive the slab's last free may have come too early to end it: the caller of either looks
 * for that, as the sealing does.
 *
 * <p><b>Fences.</b> r is a release store, v a volatile one with a full fence behind it; compare-and-sets are volatile.
 * A reader section begins with such a fence and a grace period too ({@link GracePeriod#awaitReaders}): either the grace
 * period sees the section, or the section sees the words written before the grace period. An owner section has its
 * fence from the {@code membarrier} of the thread that waits for it ({@link Stripe}). A release store is enough for
 * open, since a handle comes from the thread that allocated; and for refuseHandles, since a grace period follows.
 *
 * <p><b>ABA.</b> A state word counts the uses of its frame. An id goes to another slab only when all slabs of its epoch
 * have ended and no demotion or discard holds the epoch. So a compare-and-set meets the slab that was seen, or fails.
 *
 * <p>A <em>packed</em> slab is listed, mailed and attached only when all of it is free. Before it is attached again its
 * handles are refused, and a grace period is waited for.
 *
 * <p>Claiming and freeing slots within a slab ({@link ClaimLines}, the free bits) are no transitions. Thread-safe; each
 * method by the thread that the tables name.
 */
public final class SlabTransitions {
    private final Registry registry;
    private final FrameTable table;

    /** Changes slabs of that registry in the frames of that table. */
    public SlabTransitions(Registry registry, FrameTable table) {
        this.registry = registry;
        this.table = table;
    }

    /** The registry, to be read. */
    public Registry registry() {
        return registry;
    }

    /** The table of frames; a slab's holder may write everything there but state and identity. */
    public FrameTable table() {
        return table;
    }

    // Open epochs. What each refill passes is static and takes the slab's line: see SlabRefill.

    /** Opens a slab of that id in a frame, whose slots are all free; its first generation is {@code base}. */
    void open(int frame, long id, int base, int sizeClass, int stripe, int ringIndex) {
        table.sopIdentity(frame, id, base - 1);
        table.beginUse(frame, FrameTable.CURRENT, stripe, ringIndex);
        registry.srWord(id, Registry.word(base, Registry.RESIDENT, sizeClass, Integer.toUnsignedLong(frame)));
    }

    /** Begins the slab's next generation, given its identity. */
    static void beginGeneration(long line, long identity) {
        FrameTable.sopIdentity(line, identity + 1);
    }

    /** Leaves the current slab alone until frees make it worth listing; returns its state word from then on. */
    static long detach(long line) {
        long full = FrameTable.withState(FrameTable.lopState(line), FrameTable.FULL);
        FrameTable.svState(line, full);
        return full;
    }

    /** Puts a full slab on its bin's partial list; true for the one thread that does. */
    static boolean list(long line, long seen) {
        return FrameTable.casState(line, seen, FrameTable.withState(seen, FrameTable.PARTIAL));
    }

    /** Puts a full slab into its bin's mailbox; true for the one thread that does. */
    static boolean mail(long line, long seen) {
        return FrameTable.casState(line, seen, FrameTable.withState(seen, FrameTable.MAILED));
    }

    /** Puts a slab from the mailbox, or of a parked place, on the partial list: only the holder changes it. */
    static void listHeld(long line) {
        FrameTable.srState(line, FrameTable.withState(FrameTable.lopState(line), FrameTable.PARTIAL));
    }

    /** Makes a partial slab the current one. */
    static void attach(long line) {
        FrameTable.srState(line, FrameTable.withState(FrameTable.lopState(line), FrameTable.CURRENT));
    }

    /** Gives a partial slab another home. */
    static void rehome(long line, int stripe) {
        FrameTable.svState(line, FrameTable.withStripe(FrameTable.lopState(line), stripe));
    }

    /**
     * Makes every handle to the slab in the frame stale: one store, whatever it holds. Its id stays with it, or is used
     * up with the last generation.
     */
    void refuseHandles(int frame, int sizeClass) {
        long identity = FrameTable.lopIdentity(table.line(frame));
        long id = FrameTable.slabIdIn(identity);
        int last = FrameTable.lastGenerationIn(identity);
        if (last == HandleLayout.MAX_GENERATION) {
            giveUpId(frame, id, last);
        } else {
            registry.srWord(id, Registry.word(last + 1, Registry.RESIDENT, sizeClass, Integer.toUnsignedLong(frame)));
        }
    }

    /**
     * Takes the id away from the holder's frame, in which no object is live; the id goes on behind that generation, if
     * there is one left.
     */
    void giveUpId(int frame, long id, int lastGeneration) {
        registry.svRefusal(id, lastGeneration);
        vacate(frame);
        registry.ids().reuse(id);
    }

    /** Ends the slab's use of the frame. */
    void endUse(int frame) {
        table.endUse(frame);
    }

    // Closed epochs.

    /** Leaves the slab's last free to the sealing to notice, from now on. */
    public void beginSealing(int frame) {
        long seen;
        do {
            seen = table.lvState(frame);
        } while (!table.casState(frame, seen, FrameTable.withState(seen, FrameTable.SEALING)));
    }

    /** Has the last free end the slab from now on. */
    public void seal(int frame) {
        table.svState(frame, FrameTable.withState(table.lopState(frame), FrameTable.SEALED));
    }

    /** Ends the sealed slab of that state word, whatever it holds; false if it was ended or claimed for demotion. */
    public boolean end(int frame, long seen) {
        long id = table.lopSlabId(frame);
        if (!table.casState(frame, seen, FrameTable.withState(seen, FrameTable.FREE))) {
            return false;
        }
        registry.svRefusal(id, table.lopLastGeneration(frame));
        vacate(frame);
        return true;
    }

    /** Claims the sealed slab of that id for a demotion; false if it is not in the frame, or no longer sealed. */
    public boolean beginDemotion(int frame, long id) {
        long seen = table.lvState(frame);
        return FrameTable.state(seen) == FrameTable.SEALED
                && table.lopSlabId(frame) == id
                && table.casState(frame, seen, FrameTable.withState(seen, FrameTable.DEMOTING));
    }

    /** Locks the slab of that resident or cold word; false if the word has changed. */
    public boolean beginMove(long id, long seen) {
        return registry.casWord(id, seen, Registry.withState(seen, Registry.MOVING));
    }

    /** Keeps a slab that is moving in its frame; false if the word has changed, since the slab has ended. */
    public boolean stay(long id, int frame) {
        long seen = registry.laWord(id);
        return Registry.state(seen) == Registry.MOVING
                && Registry.location(seen) == Integer.toUnsignedLong(frame)
                && registry.casWord(id, seen, Registry.withState(seen, Registry.RESIDENT));
    }

    /** Keeps a slab that is moving in its frame, sealed again: its demotion is over. */
    public void keep(long id, int frame) {
        seal(frame);
        // fails if a free that began before has ended the slab this moment
        var _ = stay(id, frame);
    }

    /** Moves a slab that is moving from its frame to that location; its live bits and its epoch are noted. */
    public void turnCold(long id, int frame, long location) {
        registry.svWord(id, Registry.withState(registry.laWord(id), Registry.COLD, location));
        vacate(frame);
    }

    /** Ends a slab that is moving and has no live object. */
    public void endMoving(long id, int frame) {
        registry.svRefusal(id, table.lopLastGeneration(frame));
        vacate(frame);
    }

    /** Ends the slab that a discard has locked; the frame stays the demotion's, for which the tier reads it. */
    public void endDemoting(long id, int lastGeneration) {
        registry.svRefusal(id, lastGeneration);
    }

    /** Takes the slab's name off the frame. */
    public void vacate(int frame) {
        table.sopIdentity(frame, Registry.NO_ID, 0);
    }

    /** Makes a slab that is moving, of that word when it was cold, resident in the frame; its last free ends it. */
    public void arrive(long id, long cold, int frame, int lastGeneration) {
        table.sopIdentity(frame, id, lastGeneration);
        table.beginUse(frame, FrameTable.SEALED, FrameTable.PROMOTED, 0);
        registry.svWord(id, Registry.withState(cold, Registry.RESIDENT, Integer.toUnsignedLong(frame)));
    }

    /** Leaves a slab that is moving, of that word when it was cold, on the device. */
    public void stayCold(long id, long cold) {
        registry.svWord(id, cold);
    }

    /** Gives the slab of that cold word another location; false if the word has changed. */
    public boolean relocate(long id, long seen, long location) {
        return registry.casWord(id, seen, Registry.withState(seen, Registry.COLD, location));
    }

    /** Ends the slab of that cold word, whatever it holds; false if the word has changed. */
    public boolean endCold(long id, long seen, int lastGeneration) {
        return registry.casWord(id, seen, Registry.refusal(lastGeneration));
    }

    /** Gives back the id of a slab that has ended, for another slab. */
    public void giveIdBack(long id) {
        registry.ids().reuse(id);
    }

    // Before the allocator is used.

    /** Notes a slab of an earlier run on the device; its live bits and its epoch are noted already. */
    public void restoreCold(long id, int baseGeneration, int sizeClass, long location) {
        registry.svWord(id, Registry.word(baseGeneration, Registry.COLD, sizeClass, location));
    }

    /** Gives back an id of an earlier run, to be used from that generation on; not at all if there is none such. */
    public void restoreUnused(long id, int generation) {
        registry.svRefusal(id, generation - 1);
        registry.ids().reuse(id);
    }
}
