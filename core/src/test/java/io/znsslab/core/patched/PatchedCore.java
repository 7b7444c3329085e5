package io.znsslab.core.patched;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/** A class loader with its own copy of core, and of the tests that use it, in which some methods are patched. */
public final class PatchedCore extends ClassLoader {
    private static final String CORE = "io.znsslab.core.";
    private static final String SHARED = PatchedCore.class.getPackageName() + ".";

    /** The patches, by the names of classes without their packages. */
    private final Map<String, ClassTransform> patches = new ConcurrentHashMap<>();

    private final Set<String> patched = ConcurrentHashMap.newKeySet();

    /** Makes a copy without a patch. */
    public PatchedCore() {
        super(PatchedCore.class.getClassLoader());
    }

    /** Adds a patch. Must be called before the patched class is first used. */
    public PatchedCore with(Patch patch) {
        patches.merge(patch.className(), patch.transform(), ClassTransform::andThen);
        return this;
    }

    /**
     * Makes an object of the class of that name, in a copy of core with these patches, and calls it.
     *
     * @throws IllegalStateException if the call used no class with the name of a patch
     */
    public static void play(Class<? extends Callable<Void>> type, Patch... patches) throws Exception {
        PatchedCore core = new PatchedCore();
        for (Patch patch : patches) {
            core.with(patch);
        }
        core.call(type);
        core.requireEachPatchUsed();
    }

    private void requireEachPatchUsed() {
        Set<String> unused = new TreeSet<>(patches.keySet());
        unused.removeAll(patched);
        if (!unused.isEmpty()) {
            throw new IllegalStateException("core has, or the test uses, no class " + unused + " any more");
        }
    }

    /**
     * Makes an object of the class of that name, in this copy of core, and calls it.
     *
     * @param type a class with a constructor without parameters
     */
    public <T> T call(Class<? extends Callable<T>> type) throws Exception {
        @SuppressWarnings("unchecked") // The same class, loaded anew.
        Callable<T> copy = (Callable<T>) make(type);
        return copy.call();
    }

    /**
     * A new object of the class of that name, in this copy of core. It has the same name but not the same class, so
     * callers use it through an interface that all copies share.
     *
     * @param type a class with a constructor without parameters
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
        String className = name.substring(name.lastIndexOf('.') + 1);
        ClassTransform patch = patches.get(className);
        if (patch != null) {
            ClassModel model = ClassFile.of().parse(bytes);
            bytes = ClassFile.of().transformClass(model, patch);
            patched.add(className);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
