package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.FrameWords;
import io.znsslab.core.slab.Stripe;
import io.znsslab.core.store.SlabStore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The check of the invariants finds each kind of damage: one at a time, in an allocator with an open, a sealed, a cold
 * and an ended slab.
 */
class InvariantsTest {
    private static final HandleLayout LAYOUT = HandleLayout.WIDE;

    private final MemoryTier tier = new MemoryTier();
    private final SlabStore store = new SlabStore(
            new SlabArena(new SlabGeometry(4096, 64, 128), 1 << 20),
            LAYOUT,
            new SlabStore.Options(8, Reclamation.KEEP_HOT, 32, 0, true));
    private final SlabAllocator allocator =
            new SlabAllocator(store, tier, false, null, EpochOptions.DEFAULT, EpochOptions.DEFAULT);
    private final long open = allocator.allocate(100, 0);
    private final long sealed = allocateAndClose(Disposition.RECLAIM);
    private final long cold = allocateAndClose(Disposition.DEMOTE);
    private final long ended = allocateAndClose(Disposition.DISCARD);
    private final long unused = allocator.advanceEpoch();

    private long allocateAndClose(Disposition disposition) {
        long epoch = allocator.advanceEpoch();
        long handle = allocator.allocate(100, epoch);
        allocator.closeEpoch(epoch, disposition).join();
        return handle;
    }

    @AfterEach
    void close() {
        tier.close();
        store.arena.close();
    }

    private long word(long handle) {
        return store.registry.laWord(LAYOUT.slabId(handle));
    }

    private int frame(long handle) {
        return (int) Registry.location(word(handle));
    }

    private void setWord(long handle, int generation, int state, int sizeClass, long location) {
        store.registry.svWord(LAYOUT.slabId(handle), Registry.word(generation, state, sizeClass, location));
    }

    private void setState(long handle, int state) {
        FrameWords.setState(store.table, frame(handle), state);
    }

    private void setHeader(long handle, long header) {
        long slab = store.arena.offset(frame(handle));
        store.arena.words().sp(slab + store.geometry.slotOffset(1, LAYOUT.slot(handle)), header);
    }

    private Stripe stripe() {
        return store.stripes.own(Thread.currentThread());
    }

    @Test
    void anIntactAllocatorPasses() {
        allocator.checkInvariants();
    }

    private static Arguments broken(String what, String message, Consumer<InvariantsTest> breaking) {
        return argumentSet(what, message, breaking);
    }

    static Stream<Arguments> everythingThatCanBreak() {
        return Stream.of(
                broken("an open slab's header is lost", "must be once in live", t -> t.setHeader(t.open, 0)),
                broken("a sealed slab's header is lost", "must be once in live", t -> t.setHeader(t.sealed, 0)),
                broken(
                        "a header of another slot",
                        "which it never issued",
                        t -> t.setHeader(t.open, t.open + LAYOUT.slotBits(1))),
                broken(
                        "a header of a later generation",
                        "which it never issued",
                        t -> t.setHeader(t.open, t.open + (LAYOUT.handle(0, 1, 0) - LAYOUT.version()))),
                broken(
                        "a live slot that is also free for the home thread",
                        "must be once in live",
                        t -> t.store.table.sopPending(
                                t.frame(t.open),
                                0,
                                t.store.table.lpPending(t.frame(t.open), 0) | 1L << LAYOUT.slot(t.open))),
                broken(
                        "a live slot that another thread freed",
                        "must be once in live",
                        t -> t.store.table.fetchOrRemote(t.frame(t.open), 0, 1L << LAYOUT.slot(t.open))),
                broken(
                        "a live slot of a sealed slab that is free",
                        "must be once in live",
                        t -> t.store.table.fetchOrRemote(t.frame(t.sealed), 0, 1L << LAYOUT.slot(t.sealed))),
                broken(
                        "a free slot that does not exist",
                        "must be once in live",
                        t -> t.store.table.fetchOrRemote(t.frame(t.sealed), 0, 1L << 63)),
                broken(
                        "a slab of another epoch",
                        "whose open epoch is 0",
                        t -> t.store.table.sopEpoch(t.frame(t.open), 77)),
                broken(
                        "a sealed slab of another epoch",
                        "in its frame is",
                        t -> t.store.table.sopEpoch(t.frame(t.sealed), 77)),
                broken(
                        "a slab at another index",
                        "its own index is 5",
                        t -> t.store.table.spSlabIndex(t.frame(t.open), 5)),
                broken(
                        "a frame with another's id",
                        "must be once in live",
                        t -> FrameWords.setIdentity(t.store.table, t.frame(t.open), LAYOUT.slabId(t.sealed), 1)),
                broken(
                        "a sealed frame with another's id",
                        "in its frame is",
                        t -> FrameWords.setIdentity(t.store.table, t.frame(t.sealed), LAYOUT.slabId(t.open), 1)),
                broken(
                        "a slab without an id",
                        "",
                        t -> FrameWords.setIdentity(t.store.table, t.frame(t.open), Registry.NO_ID, 1)),
                broken(
                        "a slab that is moving",
                        "is moving between tiers",
                        t -> t.setWord(t.open, 1, Registry.MOVING, 1, t.frame(t.open))),
                broken(
                        "a slab of another class",
                        "whose word is",
                        t -> t.setWord(t.open, 1, Registry.RESIDENT, 0, t.frame(t.open))),
                broken(
                        "a slab whose base is beyond its last generation",
                        "must be once in live",
                        t -> t.setWord(t.open, 9, Registry.RESIDENT, 1, t.frame(t.open))),
                broken(
                        "a slab whose word has gone",
                        "must be once in live",
                        t -> t.setWord(t.open, 2, Registry.UNUSED, 0, 0)),
                broken(
                        "a kept id whose base is not the next generation",
                        "admits those from 9",
                        t -> t.setWord(t.ended, 9, Registry.RESIDENT, 1, t.frame(t.ended))),
                broken(
                        "a kept id of another class",
                        "whose word is",
                        t -> t.setWord(t.ended, 2, Registry.RESIDENT, 0, t.frame(t.ended))),
                broken(
                        "a kept id of another frame",
                        "whose word is",
                        t -> t.setWord(t.ended, 2, Registry.RESIDENT, 1, t.frame(t.open))),
                broken(
                        "an owner's section under way",
                        "has a section under way",
                        t -> t.stripe().enter()),
                broken(
                        "a reader's section under way",
                        "has a section under way",
                        t -> t.store.readers.enter(Thread.currentThread())),
                broken(
                        "a closing under way",
                        "has a section under way",
                        t -> t.stripe().beginClosing()),
                broken(
                        "a stripe that is not marked as a user",
                        "is not marked as a user",
                        t -> t.store.stripes.delist(t.stripe(), 0)),
                broken(
                        "a current slab that says it is full",
                        "the bin's current frame is",
                        t -> t.setState(t.open, FrameTable.FULL)),
                broken("a slab that is not in use", "", t -> t.setState(t.open, FrameTable.FREE)),
                broken(
                        "a sealed slab that is being demoted",
                        "in its frame is",
                        t -> t.setState(t.sealed, FrameTable.DEMOTING)),
                broken("an epoch that is being closed", "is being closed", t -> t.store.gate.shut(t.unused)),
                broken("a closed epoch that counts too few slabs", "", t -> t.store.closedEpochs.slabEnded(1)),
                broken(
                        "a cold slab of another epoch",
                        "and notes index 9",
                        t -> t.store.registry.spColdEpoch(LAYOUT.slabId(t.cold), 9, true)),
                broken(
                        "a cold slab without live objects",
                        "holds no live object",
                        t -> t.store.registry.svColdBits(LAYOUT.slabId(t.cold), 0, 0)),
                broken(
                        "a cold slab with live slots that do not exist",
                        "has the live slots",
                        t -> t.store.registry.svColdBits(LAYOUT.slabId(t.cold), 0, 1L << 40)),
                broken(
                        "an id that is lost",
                        "slab id",
                        t -> t.store.registry.ids().take(new long[1])),
                broken("a frame that is lost", "is nowhere", t -> t.store.arena.takeRun(0, 1)),
                broken(
                        "a frame that is found twice",
                        "was found twice",
                        t -> t.store.arena.putHot(1, new int[] {t.frame(t.open)}, 0, 1)));
    }

    @ParameterizedTest
    @MethodSource("everythingThatCanBreak")
    void everyKindOfDamageIsFound(String message, Consumer<InvariantsTest> breaking) {
        allocator.checkInvariants();
        breaking.accept(this);
        assertThatIllegalStateException()
                .isThrownBy(allocator::checkInvariants)
                .withMessageContaining("broken: ")
                .withMessageContaining(message);
    }
}
