/**
 * Slabs in DRAM: their metadata lines, the stripes that hand out slots, the sections and grace periods that keep
 * threads out of each other's way, the looks that last, and the slabs that a thread's own epochs leave to the next one.
 * Where no frame is left, what holds no live object is taken back from all of them
 * ({@link io.znsslab.core.slab.DirectReclaim}).
 *
 * <p><b>The life of a slab</b> is drawn in {@link io.znsslab.core.slab.SlabTransitions}: the states that registry word
 * and frame have together, which edges lead from one to the other, and which thread may take them under what. It is the
 * only class that writes these words; a test checks that.
 *
 * <p><b>Sections are short, looks may last.</b> In a reader section a thread finds an object, copies it, or frees it;
 * closings wait for sections, so no code of a user and no wait is inside one. A read callback is a look: its thread
 * finds the object in a section, <em>pins</em> the frame (a count on the frame's line of
 * {@link io.znsslab.core.slab.FrameTable}), asks once more whether the object's header is still its handle, leaves the
 * section, and runs the callback. Nothing waits for a look. So whatever is called within a callback waits for nothing
 * that the callback holds; and a look holds back one frame.
 *
 * <p>Why the bytes under a look stay, for each operation that could change them:
 *
 * <ul>
 *   <li><em>Free, and the slot is handed out again.</em> The free changes the header first, by a compare-and-set; then
 *       the slot's bit travels to the thread that refills a claim word, which looks at the pins after it has seen the
 *       bit. The look pins first and reads the header afterwards. All four are volatile, so one of the two sees the
 *       other (Dekker): either the look finds the header changed and takes its pin back, or the refill finds the pin
 *       and leaves the slab alone for now. Slots in a claim word were free and unpinned when it was filled; a look that
 *       comes later finds no live header there.
 *   <li><em>The last free of a sealed slab, or of a surplus empty one, and the frame goes on.</em> The same: all bits
 *       are there before the slab ends, and the pins are looked at after it has ended.
 *   <li><em>Discard, demotion, the drop of an unchanged slab.</em> The registry's word changes first, then the sections
 *       that began before are waited for, then the pins are looked at. A look whose section saw the old word has pinned
 *       before its section ended; one whose section began later does not find the frame.
 *   <li><em>A place that is parked.</em> As a discard; a slab that is pinned is not refilled at once but listed, and a
 *       refill looks at the pins.
 * </ul>
 *
 * <p>A frame that is to go on and is pinned is <em>left</em>: a mark beside the count. The thread that takes the last
 * pin back, and then exchanges mark and nothing for nothing, releases the frame; a look that comes too late may pin
 * meanwhile, for the moment until it finds the header changed, and then that thread is the last. So a frame is released
 * once. A late pin on a frame that has another slab by then does no harm for the same reason: it only makes somebody
 * else wait to use a slot, or be left a frame. Pins cost the paths of allocate and free nothing: a refill, once in a
 * claim word, loads one more word of a line that it works on anyway.
 *
 * <p><b>The end of the allocator.</b> What may write outside of a section and of a place that is being closed passes
 * {@link io.znsslab.core.slab.OperationGate}, which is shut and waited for before the allocator comes to rest. Looks
 * are not waited for: the memory is unmapped, or rather left to the next allocator, by the closing thread or by the
 * thread that ends the last look ({@link io.znsslab.core.slab.Looks}), whichever comes later.
 */
package io.znsslab.core.slab;
