/**
 * Linux system calls, libzbd and liburing as Java methods; the only module of the library that needs native access:
 * {@code --enable-native-access=io.znsslab.bindings} on the module path, {@code --enable-native-access=ALL-UNNAMED} on
 * the class path, where no module has a name. The command needs it as well, to measure other allocators.
 *
 * <p>The generated packages are for our own modules; {@code io.znsslab.bindings} is the part made for people.
 */
// The modules named below are built after this one, so the compiler can't see them here.
@SuppressWarnings("module")
module io.znsslab.bindings {
    requires static transitive org.jspecify;

    exports io.znsslab.bindings;
    exports io.znsslab.bindings.words to
            io.znsslab.core;
    exports io.znsslab.bindings.libc to
            io.znsslab.core,
            io.znsslab.tier,
            io.znsslab.emulation;
    exports io.znsslab.bindings.malloc to
            io.znsslab.cli;
    exports io.znsslab.bindings.uring to
            io.znsslab.tier;
    exports io.znsslab.bindings.zbd to
            io.znsslab.tier,
            io.znsslab.emulation;
}
