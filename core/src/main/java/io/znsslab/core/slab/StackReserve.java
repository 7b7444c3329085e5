package io.znsslab.core.slab;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessFlag;

/**
 * Checks that a thread has some stack left before it changes anything: a thread that has too little gets its
 * {@link StackOverflowError} here, where nothing has been changed, and not in the middle of a change.
 *
 * <p>Java offers no such query. But a method's frame is as large as its local variables in the interpreter, and at the
 * entry of a compiled method HotSpot touches the stack as far down as the interpreter's frames would reach if the
 * method were deoptimized. So a call of a method with many local variables, none of which is used, fails exactly if
 * that much stack is not there, and costs no more than a touch of each page. No source code has to hold thousands of
 * variables: the class is made here.
 */
public final class StackReserve {
    /** Local variables of eight bytes in a frame of about a page: what compiled code needs of its own. */
    private static final int SHORT_LOCALS = 600;

    /** And in one of 24 KiB: what interpreted code needs that ends in a system call or in loading a class. */
    private static final int LONG_LOCALS = 3072;

    /** And in one of 32 KiB: for a path that ends in a call with a check for a long path's stack. */
    private static final int ENTRY_LOCALS = 4096;

    /**
     * And in one of 16 KiB: for the exit from a domain that discards its epoch, which calls neither the tier nor looks
     * at a class for the first time. Touches of as many pages as {@link #LONG_LOCALS} stand for fall into one set of
     * the first-level cache, which holds eight lines or twelve, and with those of the entry drive each other out: 25 ns
     * for a request on a Zen 3 core, 5 ns with these.
     */
    private static final int DISCARD_LOCALS = 2048;

    /** And in one of 20 KiB: for the entry, so that at its place the exit finds what it looks for. */
    private static final int DISCARD_ENTRY_LOCALS = 2560;

    /** The size of a method, in bytes, that the first compiler does not inline and the optimizing one does. */
    private static final int BEYOND_FIRST_COMPILER = 40;

    /** The size of a method, in bytes, that no compiler inlines. */
    private static final int BEYOND_ALL_COMPILERS = 400;

    private static final Frames FRAMES = frames();

    /** The methods of the class that is made here. */
    interface Frames {
        /** Does nothing, in a large frame: inlined by the optimizing compiler, whose code then has no call left. */
        void inlined(boolean never);

        /** Does nothing, in a frame of about a page. */
        void small();

        /** Does nothing, in a large frame. */
        void large();

        /** Does nothing, in a larger frame. */
        void largest();

        /** Does nothing, in a frame of {@link #DISCARD_LOCALS}. */
        void discard(boolean never);

        /** Does nothing, in a frame of {@link #DISCARD_ENTRY_LOCALS}. */
        void discardEntry(boolean never);
    }

    private StackReserve() {}

    /**
     * Checks for a path that the optimizing compiler makes one method without a call; in that code nothing is left of
     * the check. Interpreted code, and code of the first compiler, is checked as by {@link #forLongPath}.
     *
     * <p>One gap is left: where the optimized code is deoptimized in the middle of a free, or has a call left in it,
     * the slot can be lost until its epoch ends, if that is at the very end of the stack. Nothing else is harmed.
     */
    public static void forFastPath() {
        FRAMES.inlined(false);
    }

    /** Checks for some calls that stay within the allocator's own tables. Costs some nanoseconds. */
    public static void forShortPath() {
        FRAMES.inlined(false);
        FRAMES.small();
    }

    /**
     * Checks for all other paths, system calls and the tier's short methods included. Costs some tens of nanoseconds.
     */
    public static void forLongPath() {
        FRAMES.large();
    }

    /**
     * As {@link #forLongPath}, with more: a thread that gets past this check gets past that one too, some calls deeper.
     */
    public static void forEntry() {
        FRAMES.largest();
    }

    /** For the exit from a domain that discards its epoch. */
    public static void forDiscard() {
        FRAMES.discard(false);
    }

    /** As {@link #forDiscard}, so that a thread that gets past it gets past that one too, some calls deeper. */
    public static void forEntryToDiscard() {
        FRAMES.discardEntry(false);
    }

    private static Frames frames() {
        // Initialized before any descriptor of a class: in the other order the two initializers wait for each other's
        // constants.
        MethodTypeDesc nothing = ConstantDescs.MTD_void;
        MethodTypeDesc ifEver = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_boolean);
        ClassDesc self = ClassDesc.of(StackReserve.class.getPackageName(), "StackFrames");
        byte[] made = ClassFile.of().build(self, type -> {
            type.withFlags(AccessFlag.FINAL).withInterfaceSymbols(ClassDesc.of(Frames.class.getName()));
            type.withMethodBody(
                    ConstantDescs.INIT_NAME,
                    nothing,
                    ClassFile.ACC_PUBLIC,
                    code -> code.aload(0)
                            .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, nothing)
                            .return_());
            type.withMethodBody("called", nothing, ClassFile.ACC_STATIC, code -> pad(code, BEYOND_ALL_COMPILERS));
            type.withMethodBody("inlined", ifEver, ClassFile.ACC_PUBLIC, code -> {
                // a call that is never made has the first compiler see the frame's size
                code.iload(1)
                        .ifThen(never -> never.iconst_0().istore(LONG_LOCALS).invokestatic(self, "called", nothing));
                pad(code, BEYOND_FIRST_COMPILER);
            });
            type.withMethodBody("small", nothing, ClassFile.ACC_PUBLIC, code -> caller(code, self, SHORT_LOCALS));
            type.withMethodBody("large", nothing, ClassFile.ACC_PUBLIC, code -> caller(code, self, LONG_LOCALS));
            type.withMethodBody("largest", nothing, ClassFile.ACC_PUBLIC, code -> caller(code, self, ENTRY_LOCALS));
            type.withMethodBody(
                    "discard", ifEver, ClassFile.ACC_PUBLIC, code -> neverCalling(code, self, DISCARD_LOCALS));
            type.withMethodBody(
                    "discardEntry",
                    ifEver,
                    ClassFile.ACC_PUBLIC,
                    code -> neverCalling(code, self, DISCARD_ENTRY_LOCALS));
        });
        try {
            Frames frames = (Frames) MethodHandles.lookup()
                    .defineHiddenClass(made, true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance();
            // The first calls are made here, since they load classes, which must not happen at the end of some stack.
            frames.inlined(true);
            frames.small();
            frames.large();
            frames.largest();
            frames.discard(true);
            frames.discardEntry(true);
            return frames;
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A method that makes a call, without which its entry would not be checked, and is never inlined. */
    private static void caller(CodeBuilder code, ClassDesc self, int locals) {
        code.iconst_0().istore(locals).invokestatic(self, "called", ConstantDescs.MTD_void);
        pad(code, BEYOND_ALL_COMPILERS);
    }

    /**
     * The same for the shortest paths: the call is not made, but compiled code may have to go on in the interpreter to
     * make it, so the entry is checked for the interpreter's frame.
     */
    private static void neverCalling(CodeBuilder code, ClassDesc self, int locals) {
        code.iload(1)
                .ifThen(never -> never.iconst_0().istore(locals).invokestatic(self, "called", ConstantDescs.MTD_void));
        pad(code, BEYOND_ALL_COMPILERS);
    }

    private static void pad(CodeBuilder code, int bytes) {
        for (int i = 0; i < bytes; i++) {
            code.nop();
        }
        code.return_();
    }
}
