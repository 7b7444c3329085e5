package io.znsslab.core.patched;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;

/** A heap that has no room, once, when a test says so: patched code looks here where it is about to need some. */
public final class FullHeap {
    private static volatile boolean full;

    private FullHeap() {}

    /** The next look finds no room. */
    public static void fill() {
        full = true;
    }

    /** Makes room again; true if no look has found none since the heap was filled. */
    public static boolean empty() {
        boolean unseen = full;
        full = false;
        return unseen;
    }

    /** Throws if the heap was filled, and empties it. */
    public static void look() {
        if (full) {
            full = false;
            throw new OutOfMemoryError("thrown by the test");
        }
    }

    /** A look before each call of {@code called} in the method. */
    public static Patch before(String className, String method, String called) {
        return Patch.ofCalls(className, method, called, (code, call) -> {
            code.invokestatic(ClassDesc.of(FullHeap.class.getName()), "look", ConstantDescs.MTD_void);
            code.with(call);
        });
    }
}
