package io.znsslab.bindings;

/**
 * The one platform whose constants and layouts these bindings hold. Every entry point here checks it; a program calls
 * it first to fail with one clear line before anything else happens.
 */
public final class Platform {

    private static final String SYSTEM = System.getProperty("os.name");
    private static final String ARCHITECTURE = System.getProperty("os.arch");

    private Platform() {}

    /**
     * Does nothing on x86-64 Linux.
     *
     * @throws UnsupportedOperationException on other platforms, with a message of one line
     */
    public static void requireSupported() {
        requireSupported(SYSTEM, ARCHITECTURE);
    }

    static boolean isSupported() {
        return isSupported(SYSTEM, ARCHITECTURE);
    }

    static void requireSupported(String system, String architecture) {
        if (!isSupported(system, architecture)) {
            throw new UnsupportedOperationException(
                    "ZNS-Slab runs on x86-64 Linux only (its system call constants and structure "
                            + "layouts are that platform's); this is " + system + " on " + architecture);
        }
    }

    private static boolean isSupported(String system, String architecture) {
        return system.equals("Linux") && architecture.equals("amd64");
    }
}
