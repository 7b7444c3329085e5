package io.znsslab.bindings.malloc;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The C allocators, each in its shared library, with its Debian package. Loading a library does not make it the
 * process's own malloc. Thread-safe.
 */
public enum MallocLibrary {
    /** The process's own: glibc's malloc(3). */
    GLIBC("libc.so.6", "malloc", "free", "libc6"),
    /** jemalloc 5. */
    JEMALLOC("libjemalloc.so.2", "malloc", "free", "libjemalloc2"),
    /** mimalloc 2. */
    MIMALLOC("libmimalloc.so.2", "mi_malloc", "mi_free", "libmimalloc2.0"),
    /** gperftools' TCMalloc, without its profilers. */
    TCMALLOC("libtcmalloc_minimal.so.4", "tc_malloc", "tc_free", "libtcmalloc-minimal4");

    private static final FunctionDescriptor MALLOC =
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    private static final FunctionDescriptor FREE = FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG);

    private final String fileName;
    private final String mallocName;
    private final String freeName;
    private final String debianPackage;

    MallocLibrary(String fileName, String mallocName, String freeName, String debianPackage) {
        this.fileName = fileName;
        this.mallocName = mallocName;
        this.freeName = freeName;
        this.debianPackage = debianPackage;
    }

    /**
     * A library's two functions.
     *
     * @param malloc takes a size and returns an address, both {@code long}
     * @param free takes an address and returns nothing
     */
    public record Functions(MethodHandle malloc, MethodHandle free) {}

    /** Why it can't be used here, with the remedy; empty if it can. */
    public Optional<String> absence() {
        DynamicLoader.Opened opened = DynamicLoader.open(fileName);
        if (opened.refusal().isEmpty()) {
            return Optional.empty();
        }
        String refusal = opened.refusal().get();
        // jemalloc is built with a static thread-local block; glibc reserves little space for those of late libraries.
        if (refusal.contains("static TLS")) {
            return Optional.of(refusal + ": set GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384");
        }
        return Optional.of("not installed: apt install " + debianPackage);
    }

    /**
     * Makes handles of its functions.
     *
     * @param critical whether a call omits the transition of the thread's state: cheaper, but the garbage collector
     *     then waits for the callee
     * @throws IllegalStateException if it can't be used here
     */
    @SuppressWarnings("restricted") // C is called here.
    public Functions functions(boolean critical) {
        absence().ifPresent(reason -> {
            throw new IllegalStateException(this + " can't be measured: " + reason);
        });
        MemorySegment library = DynamicLoader.open(fileName).library();
        Linker.Option[] options = critical ? new Linker.Option[] {Linker.Option.critical(false)} : new Linker.Option[0];
        Linker linker = Linker.nativeLinker();
        return new Functions(
                linker.downcallHandle(DynamicLoader.symbol(library, mallocName), MALLOC, options),
                linker.downcallHandle(DynamicLoader.symbol(library, freeName), FREE, options));
    }
}
