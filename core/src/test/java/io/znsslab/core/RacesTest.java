package io.znsslab.core;

import static io.znsslab.core.patched.Patch.breakAfter;
import static io.znsslab.core.patched.Patch.breakBefore;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.znsslab.core.patched.Patch;
import io.znsslab.core.patched.PatchedCore;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Races that were lost once. Each runs step by step: one thread is held at the worst place while others go on. The
 * table says what each race shows and where core has breakpoints for it; the steps are in {@link ResidentRaces},
 * {@link ClosingRaces}, {@link TieringRaces} and {@link ReadRaces}.
 */
class RacesTest {
    @SuppressWarnings("unused") // The source of the test's arguments.
    private static final List<Arguments> RACES = List.of(
            race(
                    "a slab mailed when it is full again is not taken for used up",
                    ResidentRaces.MailedWhenFull.class,
                    breakBefore("PartialLists", "noteRemoteFree", "mail", "before mailing")),
            race(
                    "an owner's free that began before a discard does not reach the frame's next slab",
                    ResidentRaces.OwnersFreeAgainstDiscard.class,
                    breakAfter("EpochCloser$Hold", "take", "awaitOwners", "after waiting for owners"),
                    breakBefore("SlabAllocator", "freeAtHome", "laIsBeingClosed", "before looking for closers")),
            race(
                    "an object is zeroed before its epoch can be discarded",
                    ResidentRaces.ZeroingAgainstDiscard.class,
                    breakAfter("SlabAllocator", "allocate", "exit", "after the owner section")),
            race(
                    "a slab whose last object is freed while its epoch is sealed is ended by the sealing",
                    ResidentRaces.LastFreeWhileSealing.class,
                    breakBefore("EpochCloser", "seal", "mergeFreeSlots", "before the merge"),
                    breakBefore("EpochCloser$Hold", "mergeFreeSlots", "fetchOrRemote", "before adding free slots")),
            race(
                    "a late check of an empty slab does not end the frame's next slab",
                    ResidentRaces.LateLookAtAnEmptySlab.class,
                    breakBefore("EpochCloser", "sealAndEndEmpty", "endIfEmpty", "before ending empty slabs"),
                    breakAfter("SealedSlabs", "endIfEmpty", "isEmpty", "after finding it empty"),
                    breakBefore("EpochCloser", "seal", "awaitReaders", "before waiting for readers")),
            race(
                    "a closing that comes while another looks for visitors completes",
                    ClosingRaces.TwiceAtOnce.class,
                    breakBefore("ClosingsAtExit", "close", "waitForExit", "before looking for visitors")),
            race(
                    "an epoch that is closed before its domain is entered ends when the domain is left",
                    ClosingRaces.BeforeTheFirstEntry.class,
                    breakAfter("EpochOpener", "open", "open", "after opening the gate")),
            race(
                    "an epoch at a parked place that is closed before its domain is entered ends when that is left",
                    ClosingRaces.BeforeTheFirstEntryOfAParkedPlace.class,
                    breakAfter("EpochOpener", "reopen", "reopen", "after reopening the gate")),
            race(
                    "two forced closes of an epoch at once leave its domain once",
                    ClosingRaces.ForcedTwiceAtOnce.class,
                    breakBefore("Epochs", "closeNow", "revokeShared", "before revoking shared domains"),
                    breakBefore("EnteredDomains", "revokeConfined", "endConfined", "before ending a confined domain")),
            race(
                    "two forced closes of an allocator at once end it once",
                    ClosingRaces.AllocatorForcedTwiceAtOnce.class,
                    breakAfter("Epochs", "revokeEntries", "revoke", "after revoking entries")),
            race(
                    "a shared domain that is left under an allocation gives no segment that lasts",
                    ResidentRaces.ExitAgainstAllocation.class,
                    breakBefore("EpochDomain", "allocate", "segments", "before taking the segments"),
                    breakBefore("EpochDomain", "allocate", "allocateHandle", "before allocating")),
            race(
                    "an epoch that drains before its demotion leaves the id's next slabs alone",
                    TieringRaces.DrainAgainstDemotion.class,
                    breakBefore("EpochClosings", "demote", "demote", "before the demotion")),
            race(
                    "a free that began before a discard does not reach the frame's next slab after a failed demotion",
                    TieringRaces.FreeAgainstDiscardOfAFailedDemotion.class,
                    breakBefore("SlabAllocator", "freeResident", "compareAndSet", "before claiming the header"),
                    breakBefore("ClosedEpochDiscard", "discard", "awaitReaders", "before the discard waits"),
                    breakBefore("Claims", "giveBack", "awaitReaders", "before the demotion waits")),
            race(
                    "a discard that meets the end of a failed demotion loses no frame",
                    TieringRaces.DiscardAgainstEndOfDemotion.class,
                    breakBefore("ClosedEpochDiscard", "endDemoting", "beginMove", "before changing the word")),
            race(
                    "a failed demotion that meets a discard leaves the slab to it",
                    TieringRaces.EndOfDemotionAgainstDiscard.class,
                    breakAfter("ClosedEpochDiscard", "endDemoting", "beginMove", "after changing the word"),
                    breakBefore("Claims", "beginMove", "awaitSettled", "before waiting for the discard")),
            race(
                    "a slab whose last object is freed while it is promoted ends",
                    TieringRaces.LastFreeWhilePromoting.class,
                    breakBefore("ColdObjects", "free", "clearColdBit", "before clearing the bit"),
                    breakBefore("Promotions", "settle", "awaitReaders", "before waiting for readers")),
            race(
                    "a slab whose last object is freed while it is relocated ends",
                    TieringRaces.LastFreeWhileRelocating.class,
                    breakBefore("ColdObjects", "free", "clearColdBit", "before clearing the bit")),
            race(
                    "a slab whose last object is freed while it is dropped ends",
                    TieringRaces.LastFreeWhileDropping.class,
                    breakBefore("SlabAllocator", "freeResident", "compareAndSet", "before claiming the header"),
                    breakBefore("CleanSlabs", "settleWaiting", "awaitReaders", "before waiting for readers")),
            race(
                    "an image that is relocated while its promoted slab dies is given up once",
                    TieringRaces.RelocationAgainstLastFree.class,
                    breakBefore("TieredSlabs", "relocate", "move", "before noting the move")),
            race(
                    "an image that is relocated while its promoted slab turns cold is followed",
                    TieringRaces.RelocationAgainstDrop.class,
                    breakBefore("CleanSlabs", "settleWaiting", "awaitReaders", "before waiting for readers")),
            race(
                    "a read that begins too late sees nothing of the slot's next object",
                    ReadRaces.LateLook.class,
                    breakBefore("ObjectReads", "pin", "pin", "before pinning")),
            race(
                    "a slot that is freed under a pin is not handed out",
                    ReadRaces.FreeUnderPin.class,
                    breakAfter("ObjectReads", "pin", "getVolatile", "after pinning")),
            race(
                    "a frame that is kept for two readers is released once",
                    ReadRaces.LastOfTwoLooks.class,
                    breakBefore("ObjectReads", "pin", "pin", "before pinning"),
                    breakAfter("FrameTable", "unpin", "getAndAdd", "after the first pin has gone")),
            race(
                    "an object that is freed while a reader holds it and its epoch is sealed keeps its bytes",
                    ReadRaces.LookWhileSealing.class,
                    breakBefore("EpochCloser", "sealAndEndEmpty", "seal", "before sealing slabs")),
            race(
                    "a copy has the bytes of the handle's object, or there is none",
                    ReadRaces.ReadAgainstReuse.class,
                    breakBefore("ObjectReads", "copyResident", "copy", "before copying")));

    private static Arguments race(String shows, Class<? extends Race> race, Patch... breakpoints) {
        return argumentSet(shows, race, breakpoints);
    }

    @ParameterizedTest
    @FieldSource("RACES")
    void isWon(Class<? extends Race> race, Patch[] breakpoints) throws Exception {
        PatchedCore.play(race, breakpoints);
    }
}
