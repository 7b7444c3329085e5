package io.znsslab.cli.bench.contestant;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Optional;

/**
 * The C allocators, each in its shared library, with its Debian package. Loading a library does not make it the
 * process's own malloc.
 */
enum MallocLibrary {
    GLIBC("libc.so.6", "malloc", "free", "libc6"),
    JEMALLOC("libjemalloc.so.2", "malloc", "free", "libjemalloc2"),
    MIMALLOC("libmimalloc.so.2", "mi_malloc", "mi_free", "libmimalloc2.0"),
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
    record Functions(MethodHandle malloc, MethodHandle free) {}

    /** Why it can't be used here, with the remedy; empty if it can. */
    Optional<String> absence() {
        return DynamicLoader.open(fileName)
                .refusal()
                // jemalloc is built with a static thread-local block; glibc reserves little space for those of late
                // libraries.
                .map(refusal -> refusal.contains("static TLS")
                        ? refusal + ": set GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384"
                        : "not installed: apt install " + debianPackage);
    }

    /** Its memory, by functions that are called as any other function of C. */
    ObjectMemory open() {
        return ClassCopy.of(MethodHandles.lookup(), MallocMemory.class, ObjectMemory.class, functions());
    }

    @SuppressWarnings("restricted") // The benchmark measures calls of C.
    private Functions functions() {
        MemorySegment library = DynamicLoader.open(fileName).library();
        Linker linker = Linker.nativeLinker();
        return new Functions(
                linker.downcallHandle(DynamicLoader.symbol(library, mallocName), MALLOC),
                linker.downcallHandle(DynamicLoader.symbol(library, freeName), FREE));
    }
}
