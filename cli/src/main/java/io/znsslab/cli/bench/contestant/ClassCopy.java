package io.znsslab.cli.bench.contestant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Copies of a class that each have a constant of their own.
 *
 * <p>A loop that is measured with one contestant after the other would otherwise be compiled for all of them together:
 * its profile says that the contestant may be any, and the calls to be measured are no longer inlined. A copy has its
 * own profile, and its contestant is a constant. Copies are hidden classes.
 */
public final class ClassCopy {
    private ClassCopy() {}

    /**
     * An instance of a new copy, made by its constructor without parameters.
     *
     * @param lookup of the original's package, with full access
     * @param original a class that is never initialized itself, whose constant comes from {@link #data}
     * @param type what the copy is to its user
     * @param data the constant
     */
    public static <T> T of(MethodHandles.Lookup lookup, Class<? extends T> original, Class<T> type, Object data) {
        String name = original.getName();
        String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
        try (InputStream code = original.getResourceAsStream(file)) {
            MethodHandles.Lookup copy = lookup.defineHiddenClassWithClassData(code.readAllBytes(), data, true);
            return type.cast(copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class))
                    .invoke());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot copy " + name, e);
        }
    }

    /** The constant of the copy that calls this. */
    public static <T> T data(MethodHandles.Lookup lookup, Class<T> type) {
        try {
            return MethodHandles.classData(lookup, ConstantDescs.DEFAULT_NAME, type);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a class cannot read its own data", e);
        }
    }
}
