package io.znsslab.bindings.malloc;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** {@code dlopen(3)} itself: unlike {@code SymbolLookup}, it reports why it refuses a library. Thread-safe. */
@SuppressWarnings("restricted") // This class calls C.
final class DynamicLoader {
    private static final int RTLD_NOW = 2;
    private static final MethodHandle DLOPEN =
            function("dlopen", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle DLSYM =
            function("dlsym", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle DLERROR = function("dlerror", FunctionDescriptor.of(ValueLayout.ADDRESS));

    private DynamicLoader() {}

    /**
     * The result of opening a library.
     *
     * @param library its handle; {@code MemorySegment.NULL} if it was refused
     * @param refusal the loader's reason in that case
     */
    record Opened(MemorySegment library, Optional<String> refusal) {}

    /** Opens a library for the life of the process, with its symbols visible to this caller alone. */
    static Opened open(String fileName) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment library = (MemorySegment) DLOPEN.invokeExact(arena.allocateFrom(fileName), RTLD_NOW);
            return library.equals(MemorySegment.NULL)
                    ? new Opened(library, Optional.of(lastError()))
                    : new Opened(library, Optional.empty());
        } catch (Throwable e) {
            throw failed("dlopen", fileName, e);
        }
    }

    /** The address of a function in an open library. */
    static MemorySegment symbol(MemorySegment library, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = (MemorySegment) DLSYM.invokeExact(library, arena.allocateFrom(name));
            if (address.equals(MemorySegment.NULL)) {
                throw new IllegalStateException(lastError());
            }
            return address;
        } catch (Throwable e) {
            throw failed("dlsym", name, e);
        }
    }

    private static String lastError() throws Throwable {
        MemorySegment message = (MemorySegment) DLERROR.invokeExact();
        return message.reinterpret(Long.MAX_VALUE).getString(0);
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    private static IllegalStateException failed(String call, String what, Throwable cause) {
        return new IllegalStateException(call + "(\"" + what + "\") failed: " + cause.getMessage(), cause);
    }
}
