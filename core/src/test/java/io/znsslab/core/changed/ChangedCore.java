package io.znsslab.core.changed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** A class loader with its own copy of core, and of the tests that use it, in which some methods are changed. */
public final class ChangedCore extends ClassLoader {
    private static final String CORE = "io.znsslab.core.";
    private static final String SHARED = ChangedCore.class.getPackageName() + ".";

    private final Map<String, ClassTransform> changes = new HashMap<>();

    /** With no change yet. */
    public ChangedCore() {
        super(ChangedCore.class.getClassLoader());
    }

    /** Adds a change; before the class is first used. */
    public ChangedCore with(Change change) {
        changes.merge(CORE + change.className(), change.transform(), ClassTransform::andThen);
        return this;
    }

    /** Calls, in a copy of core with these changes, an object of the class of that name. */
    public static void play(Class<? extends Callable<Void>> type, Change... changes) throws Exception {
        ChangedCore core = new ChangedCore();
        for (Change change : changes) {
            core.with(change);
        }
        core.call(type);
    }

    /**
     * Calls, in this copy of core, an object of the class of that name.
     *
     * @param type has a constructor without parameters
     */
    public <T> T call(Class<? extends Callable<T>> type) throws Exception {
        @SuppressWarnings("unchecked") // the same class, loaded anew
        Callable<T> copy = (Callable<T>) make(type);
        return copy.call();
    }

    /**
     * A new object of the class of that name, in this copy of core: of the same name and not of the same class, so that
     * callers use it by an interface that all copies share.
     *
     * @param type has a constructor without parameters
     */
    public Object make(Class<?> type) throws ReflectiveOperationException {
        var constructor = loadClass(type.getName()).getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(CORE) || name.startsWith(SHARED)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes;
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            bytes = file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading class " + name, e);
        }
        ClassTransform change = changes.get(name);
        if (change != null) {
            ClassModel model = ClassFile.of().parse(bytes);
            bytes = ClassFile.of().transformClass(model, change);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
