package io.znsslab.bindings;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/**
 * The one platform whose constants and layouts these bindings hold, and the JVM's leave to call native functions. Every
 * entry point here checks both; a program calls it first to fail with one clear line before anything else happens.
 */
public final class Platform {

    private static final String SYSTEM = System.getProperty("os.name");
    private static final String ARCHITECTURE = System.getProperty("os.arch");

    /** Set by the first check that finds nothing missing; none of it changes during a process's life. */
    private static volatile boolean checked;

    private Platform() {}

    /**
     * Does nothing on x86-64 Linux with glibc, in a JVM that lets this module call native functions. Where the JVM
     * merely warns of such calls, it does so at the first of them, and names the option that allows them.
     *
     * @throws UnsupportedOperationException on other platforms, with a message of one line
     * @throws IllegalCallerException when the JVM forbids native calls; the message names the option that allows them
     */
    public static void requireSupported() {
        if (!checked) {
            requireSupported(SYSTEM, ARCHITECTURE);
            requireGlibc(isGlibc());
            requireNativeAccess(Platform.class.getModule());
            checked = true;
        }
    }

    static boolean isSupported() {
        return isSupported(SYSTEM, ARCHITECTURE) && isGlibc();
    }

    static void requireSupported(String system, String architecture) {
        if (!isSupported(system, architecture)) {
            throw unsupported("system call constants", system + " on " + architecture);
        }
    }

    static void requireGlibc(boolean isGlibc) {
        if (!isGlibc) {
            throw unsupported("constants", "another C library, such as the musl of Alpine Linux");
        }
    }

    private static UnsupportedOperationException unsupported(String what, String here) {
        return new UnsupportedOperationException("ZNS-Slab runs on x86-64 Linux with glibc only (its " + what
                + " and structure layouts are that platform's); this is " + here);
    }

    private static boolean isSupported(String system, String architecture) {
        return system.equals("Linux") && architecture.equals("amd64");
    }

    /** By a function that no other C library has. */
    private static boolean isGlibc() {
        return Linker.nativeLinker()
                .defaultLookup()
                .find("gnu_get_libc_version")
                .isPresent();
    }

    private static void requireNativeAccess(Module module) {
        try {
            // Restricted as native calls are, and harmless.
            var _ = MemorySegment.NULL.reinterpret(0);
        } catch (IllegalCallerException forbidden) {
            throw new IllegalCallerException(forbiddenBy(module), forbidden);
        }
    }

    static String forbiddenBy(Module module) {
        String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
        return "ZNS-Slab has to call native functions, and this JVM forbids it: start java with --enable-native-access="
                + name;
    }
}
