package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each edge writes both words, and an edge that another thread has anticipated changes nothing. */
class SlabTransitionsTest {
    private static final int FRAME = 3;
    private static final int OTHER_FRAME = 4;
    private static final int SIZE_CLASS = 0;
    private static final int BASE = 5;
    private static final int PLACE = 1_000;

    private final SlabArena arena = new SlabArena(new SlabGeometry(4096, 64), 1 << 20);
    private final Registry registry = new Registry(arena, HandleLayout.WIDE, true);
    private final FrameTable table = new FrameTable(arena);
    private final SlabTransitions transitions = new SlabTransitions(registry, table);
    private long id;

    @BeforeEach
    void openASlab() {
        arena.takeRun(SIZE_CLASS, 8);
        long[] ids = new long[1];
        registry.ids().take(ids);
        id = ids[0];
        transitions.open(FRAME, id, BASE, SIZE_CLASS, 2, 1);
        SlabTransitions.beginGeneration(table.line(FRAME), FrameTable.lopIdentity(table.line(FRAME)));
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private int state() {
        return FrameTable.state(table.lvState(FRAME));
    }

    private void sealTheSlab() {
        transitions.beginSealing(FRAME);
        transitions.seal(FRAME);
    }

    /** Seals the slab and turns its word to "moving" for its demotion. */
    private void moveTheSlab() {
        sealTheSlab();
        assertThat(transitions.beginDemotion(FRAME, id)).isTrue();
        assertThat(transitions.beginMove(id, registry.laWord(id))).isTrue();
    }

    private static long word(int state, long location) {
        return Registry.word(BASE, state, SIZE_CLASS, location);
    }

    @Test
    void anOpenSlabIsResidentAndCurrent() {
        assertThat(registry.laWord(id)).isEqualTo(word(Registry.RESIDENT, FRAME));
        assertThat(state()).isEqualTo(FrameTable.CURRENT);
        assertThat(table.lopSlabId(FRAME)).isEqualTo(id);
        assertThat(table.lopLastGeneration(FRAME)).isEqualTo(BASE);
    }

    @Test
    void aFullSlabBecomesPartialOrIsMailedByOneThread() {
        long line = table.line(FRAME);
        long full = SlabTransitions.detach(line);
        assertThat(SlabTransitions.mail(line, full)).isTrue();
        assertThat(SlabTransitions.list(line, full)).isFalse();
        assertThat(state()).isEqualTo(FrameTable.MAILED);
        SlabTransitions.listHeld(line);
        SlabTransitions.rehome(line, 7);
        assertThat(state()).isEqualTo(FrameTable.PARTIAL);
        assertThat(FrameTable.stripe(table.lvState(FRAME))).isEqualTo(7);
    }

    @Test
    void anIdStaysWithAFrameWhoseHandlesAreRefused() {
        transitions.refuseHandles(FRAME, SIZE_CLASS);
        transitions.endUse(FRAME);
        assertThat(state()).isEqualTo(FrameTable.FREE);
        assertThat(table.lopSlabId(FRAME)).isEqualTo(id);
        assertThat(Registry.isResidentIn(registry.laWord(id), FRAME)).isTrue();
        assertThat(Registry.baseGeneration(registry.laWord(id))).isEqualTo(BASE + 1);
    }

    @Test
    void anIdWithoutALaterGenerationLeavesItsFrame() {
        transitions.open(FRAME, id, HandleLayout.MAX_GENERATION, SIZE_CLASS, 2, 1);
        SlabTransitions.beginGeneration(table.line(FRAME), FrameTable.lopIdentity(table.line(FRAME)));
        transitions.refuseHandles(FRAME, SIZE_CLASS);
        assertThat(table.lopSlabId(FRAME)).isEqualTo(Registry.NO_ID);
        assertThat(Registry.isUsedUp(registry.laWord(id))).isTrue();
    }

    @Test
    void aSealedSlabEndsOnce() {
        sealTheSlab();
        long sealed = table.lvState(FRAME);
        assertThat(transitions.end(FRAME, sealed)).isTrue();
        assertThat(transitions.end(FRAME, sealed)).isFalse();
        assertThat(registry.laWord(id)).isEqualTo(Registry.refusal(BASE));
        assertThat(table.lopSlabId(FRAME)).isEqualTo(Registry.NO_ID);
        assertThat(state()).isEqualTo(FrameTable.FREE);
    }

    @Test
    void theEndOfASlabDoesNotReachTheFramesNextSlab() {
        sealTheSlab();
        long sealed = table.lvState(FRAME);
        assertThat(transitions.end(FRAME, sealed)).isTrue();
        transitions.open(FRAME, id + 1, BASE, SIZE_CLASS, 2, 1);
        sealTheSlab();
        assertThat(transitions.end(FRAME, sealed)).isFalse();
        assertThat(state()).isEqualTo(FrameTable.SEALED);
    }

    @Test
    void onlyASealedSlabOfThatIdIsClaimedForADemotion() {
        assertThat(transitions.beginDemotion(FRAME, id)).isFalse();
        sealTheSlab();
        assertThat(transitions.beginDemotion(FRAME, id + 1)).isFalse();
        long sealed = table.lvState(FRAME);
        assertThat(transitions.beginDemotion(FRAME, id)).isTrue();
        assertThat(transitions.beginDemotion(FRAME, id)).isFalse();
        assertThat(transitions.end(FRAME, sealed)).isFalse();
        assertThat(state()).isEqualTo(FrameTable.DEMOTING);
    }

    @Test
    void aSlabIsMovedByOneThread() {
        long seen = registry.laWord(id);
        moveTheSlab();
        assertThat(registry.laWord(id)).isEqualTo(word(Registry.MOVING, FRAME));
        assertThat(transitions.beginMove(id, seen)).isFalse();
        assertThat(transitions.stay(id, OTHER_FRAME)).isFalse();
        assertThat(transitions.stay(id, FRAME)).isTrue();
        assertThat(transitions.stay(id, FRAME)).isFalse();
        assertThat(registry.laWord(id)).isEqualTo(seen);
    }

    @Test
    void aSlabThatIsKeptIsSealedAndResidentAgain() {
        moveTheSlab();
        transitions.keep(id, FRAME);
        assertThat(state()).isEqualTo(FrameTable.SEALED);
        assertThat(registry.laWord(id)).isEqualTo(word(Registry.RESIDENT, FRAME));
    }

    @Test
    void aSlabThatEndsAsSoonAsItIsSealedAgainStaysEnded() {
        moveTheSlab();
        transitions.seal(FRAME);
        assertThat(transitions.end(FRAME, table.lvState(FRAME))).isTrue();
        assertThat(transitions.stay(id, FRAME)).isFalse();
        assertThat(registry.laWord(id)).isEqualTo(Registry.refusal(BASE));
    }

    @Test
    void aColdSlabKeepsItsBaseAndClassAndLeavesItsFrame() {
        moveTheSlab();
        transitions.turnCold(id, FRAME, PLACE);
        assertThat(registry.laWord(id)).isEqualTo(word(Registry.COLD, PLACE));
        assertThat(table.lopSlabId(FRAME)).isEqualTo(Registry.NO_ID);
    }

    @Test
    void aSlabThatIsEndedWhileItIsDemotedLeavesTheFrameToTheDemotion() {
        moveTheSlab();
        transitions.endDemoting(id, BASE + 2);
        assertThat(registry.laWord(id)).isEqualTo(Registry.refusal(BASE + 2));
        assertThat(state()).isEqualTo(FrameTable.DEMOTING);
        assertThat(table.lopSlabId(FRAME)).isEqualTo(id);
        transitions.vacate(FRAME);
        assertThat(table.lopSlabId(FRAME)).isEqualTo(Registry.NO_ID);
    }

    @Test
    void aColdSlabIsRelocatedOrEndedAsItWasSeen() {
        moveTheSlab();
        transitions.turnCold(id, FRAME, PLACE);
        long seen = registry.laWord(id);
        assertThat(transitions.relocate(id, seen, PLACE + 1)).isTrue();
        assertThat(registry.laWord(id)).isEqualTo(word(Registry.COLD, PLACE + 1));
        assertThat(transitions.relocate(id, seen, PLACE + 2)).isFalse();
        assertThat(transitions.endCold(id, seen, BASE)).isFalse();
        assertThat(transitions.endCold(id, registry.laWord(id), BASE)).isTrue();
        assertThat(registry.laWord(id)).isEqualTo(Registry.refusal(BASE));
    }

    @Test
    void aPromotedSlabArrivesSealed() {
        moveTheSlab();
        transitions.turnCold(id, FRAME, PLACE);
        long cold = registry.laWord(id);
        assertThat(transitions.beginMove(id, cold)).isTrue();
        transitions.arrive(id, cold, OTHER_FRAME, BASE + 2);
        assertThat(registry.laWord(id)).isEqualTo(word(Registry.RESIDENT, OTHER_FRAME));
        assertThat(table.lopSlabId(OTHER_FRAME)).isEqualTo(id);
        assertThat(table.lopLastGeneration(OTHER_FRAME)).isEqualTo(BASE + 2);
        long state = table.lvState(OTHER_FRAME);
        assertThat(FrameTable.state(state)).isEqualTo(FrameTable.SEALED);
        assertThat(FrameTable.isPromoted(state)).isTrue();
    }

    @Test
    void aPromotionThatFailsLeavesTheSlabCold() {
        moveTheSlab();
        transitions.turnCold(id, FRAME, PLACE);
        long cold = registry.laWord(id);
        assertThat(transitions.beginMove(id, cold)).isTrue();
        transitions.stayCold(id, cold);
        assertThat(registry.laWord(id)).isEqualTo(cold);
    }

    @Test
    void anIdThatIsGivenBackGoesOnBehindItsLastGeneration() {
        sealTheSlab();
        assertThat(transitions.end(FRAME, table.lvState(FRAME))).isTrue();
        transitions.giveIdBack(id);
        long[] ids = new long[1];
        assertThat(registry.ids().take(ids)).isEqualTo(1);
        assertThat(ids[0]).isEqualTo(id);
        assertThat(Registry.baseGeneration(registry.laWord(id))).isEqualTo(BASE + 1);
    }
}
