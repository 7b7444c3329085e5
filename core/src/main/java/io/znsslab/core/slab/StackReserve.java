package io.znsslab.core.slab;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessFlag;

/**
 * Looks whether a thread has some stack left, before it changes anything: a thread that has not gets its
 * {@link StackOverflowError} here, where nothing has been changed, and not in the middle of what must not be left half
 * done.
 *
 * <p>Java has no way to ask. But a method's frame is as large as its local variables in the interpreter, and at the
 * entry of a compiled method HotSpot touches the stack as far down as the interpreter's frames would reach if the
 * method were deoptimized. So a call of a method with many local variables, none of which is used, fails exactly if
 * that much stack is not there, and costs no more than a touch of each page. No source code has to hold thousands of
 * variables: the class is made here.
 */
public final class StackReserve {
    /** Local variables of eight bytes in a frame of about a page: what compiled code needs of its own. */
    private static final int SHORT_LOCALS = 600;

    /** And in one of 24 KiB: what interpreted code needs, with a system call or a look at a class at the end of it. */
    private static final int LONG_LOCALS = 3072;

    /** And in one of 32 KiB: for what is begun here and ends by a call that looks for a long path's stack. */
    private static final int ENTRY_LOCALS = 4096;

    /** A method of so many bytes is one that the first compiler does not inline, and the optimizing one does. */
    private static final int BEYOND_FIRST_COMPILER = 40;

    /** A method of so many bytes is one that no compiler inlines. */
    private static final int BEYOND_ALL_COMPILERS = 400;

    private static final Frames FRAMES = frames();

    /** What the class made here looks like from outside. */
    interface Frames {
        /** Does nothing, in a large frame: inlined by the optimizing compiler, whose code then has no call left. */
        void inlined(boolean never);

        /** Does nothing, in a frame of about a page. */
        void small();

        /** Does nothing, in a large frame. */
        void large();

        /** Does nothing, in a larger frame. */
        void largest();
    }

    private StackReserve() {}

    /**
     * For what the optimizing compiler makes one method without a call: of its code this is no part. Interpreted, or
     * compiled by the first compiler, it is checked as by {@link #forLongPath}.
     *
     * <p>One gap is left: where that code is given up for the interpreter's in the midst of a free, at the very end of
     * the stack, the slot can be lost until its epoch ends. Nothing else is harmed.
     */
    public static void forFastPath() {
        FRAMES.inlined(false);
    }

    /** For some calls that stay within the allocator's own tables. Costs some nanoseconds. */
    public static void forShortPath() {
        FRAMES.inlined(false);
        FRAMES.small();
    }

    /** For all else, system calls and the tier's short methods included. Costs some tens of nanoseconds. */
    public static void forLongPath() {
        FRAMES.large();
    }

    /** As {@link #forLongPath}, so that a thread that gets past it gets past that one too, some calls deeper. */
    public static void forEntry() {
        FRAMES.largest();
    }

    private static Frames frames() {
        // Initialized first: where the descriptors of classes are first, the two wait for each other's constants.
        MethodTypeDesc nothing = ConstantDescs.MTD_void;
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
            type.withMethodBody(
                    "inlined",
                    MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_boolean),
                    ClassFile.ACC_PUBLIC,
                    code -> {
                        // a call that is never made has the first compiler see the frame's size
                        code.iload(1)
                                .ifThen(never ->
                                        never.iconst_0().istore(LONG_LOCALS).invokestatic(self, "called", nothing));
                        pad(code, BEYOND_FIRST_COMPILER);
                    });
            type.withMethodBody("small", nothing, ClassFile.ACC_PUBLIC, code -> caller(code, self, SHORT_LOCALS));
            type.withMethodBody("large", nothing, ClassFile.ACC_PUBLIC, code -> caller(code, self, LONG_LOCALS));
            type.withMethodBody("largest", nothing, ClassFile.ACC_PUBLIC, code -> caller(code, self, ENTRY_LOCALS));
        });
        try {
            Frames frames = (Frames) MethodHandles.lookup()
                    .defineHiddenClass(made, true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance();
            // What a first call looks up is found here, and not at the end of some stack.
            frames.inlined(true);
            frames.small();
            frames.large();
            frames.largest();
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

    private static void pad(CodeBuilder code, int bytes) {
        for (int i = 0; i < bytes; i++) {
            code.nop();
        }
        code.return_();
    }
}
