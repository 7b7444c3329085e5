package io.znsslab.core.patched;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.List;

/** Rules that the allocator must keep, each with the patches that break it. The model test must notice each. */
public enum BrokenRule {
    /**
     * A slot is claimed without atomicity. In this design no atomic operation guards the bits of a claim word: one
     * thread at a time uses them. So here the threads 2k and 2k+1 share one identity, and hand out slots from the same
     * words.
     */
    BITS_ARE_CLAIMED_BY_ONE_THREAD_AT_A_TIME(
            Patch.ofCalls("SlabAllocator", "allocate", "threadId", (code, call) -> {
                code.with(call);
                code.ldc(~1L).land();
            }),
            Patch.ofCalls("ClaimLines", "claim", "set", (code, call) -> {
                hesitate(code);
                code.with(call);
            }),
            Patch.ofCalls("SlabAllocator", "allocatePacked", "threadId", (code, call) -> {
                code.with(call);
                code.ldc(~1L).land();
            }),
            Patch.ofCalls("ClaimLines", "claimPacked", "set", (code, call) -> {
                hesitate(code);
                code.with(call);
            })),

    /**
     * A free does not compare the slot's header, which holds the generation, with the handle; in a packed slab, not in
     * the step that changes it.
     */
    A_FREE_CHECKS_THE_GENERATION(
            Patch.ofCalls(
                    "SlabAllocator",
                    "freeAtHome",
                    "compareAndSet",
                    (code, call) -> careless(code, call, "freeWhateverIsLive")),
            Patch.ofCalls(
                    "SlabAllocator",
                    "freeResident",
                    "compareAndSet",
                    (code, call) -> careless(code, call, "freeWhateverIsLive")),
            Patch.ofCalls(
                    "PackedObjects", "free", "compareAndSet", (code, call) -> careless(code, call, "compareThenSet"))),

    /**
     * Frames of discarded and demoted slabs are reused while threads that found the slabs before still read and free in
     * them.
     */
    RECYCLING_WAITS_FOR_READERS(
            Patch.ofWhole("GracePeriod", "awaitReaders", CodeBuilder::return_),
            Patch.ofCalls("SlabAllocator", "freeResident", "fetchOrRemote", (code, call) -> {
                hesitate(code);
                code.with(call);
            }),
            Patch.ofCalls("SlabAllocator", "freePackedResident", "xaddRemote", (code, call) -> {
                hesitate(code);
                code.with(call);
            })),

    /**
     * A slab that opens in a frame without memory, or under an id that another slab had, begins with the first
     * generation instead of going on where that slab ended.
     */
    GENERATIONS_GO_ON_AFTER_RECLAIM(
            Patch.ofCalls(
                    "SlabRefill",
                    "open",
                    "baseGeneration",
                    (code, _) -> code.pop2().iconst_0()),
            Patch.ofCalls(
                    "SlabRefill",
                    "open",
                    "lopLastGeneration",
                    (code, _) -> code.pop2().iconst_0())),

    /**
     * A late free, by another thread than the slab's or into a slab that is being closed, loses its bit: the word of
     * such bits is loaded, changed and stored, in two steps instead of one.
     */
    NO_BIT_OF_A_LATE_FREE_IS_LOST(
            Patch.ofCalls(
                    "FrameTable",
                    "fetchOrRemote",
                    "getAndBitwiseOr",
                    (code, call) -> careless(code, call, "getThenOr")),
            Patch.ofCalls("FrameTable", "xchgRemote", "getAndSet", (code, call) -> careless(code, call, "getThenSet")),
            Patch.ofCalls("FrameTable", "xaddRemote", "getAndAdd", (code, call) -> careless(code, call, "getThenAdd")));

    private static final ClassDesc CARELESS = ClassDesc.of(Careless.class.getName());

    @SuppressWarnings("ImmutableEnumChecker") // The list is immutable.
    private final List<Patch> patches;

    BrokenRule(Patch... patches) {
        this.patches = List.of(patches);
    }

    /** A copy of core that breaks the rule. */
    public PatchedCore core() {
        PatchedCore core = new PatchedCore();
        patches.forEach(core::with);
        return core;
    }

    private static void hesitate(CodeBuilder code) {
        code.invokestatic(CARELESS, "hesitate", ConstantDescs.MTD_void);
    }

    /** The careless form of an operation on a word, with the same operands and the same result. */
    private static void careless(CodeBuilder code, InvokeInstruction call, String name) {
        code.invokestatic(CARELESS, name, call.typeSymbol());
    }
}
