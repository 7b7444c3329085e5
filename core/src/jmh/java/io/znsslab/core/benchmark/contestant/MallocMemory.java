package io.znsslab.core.benchmark.contestant;

import io.znsslab.bindings.malloc.MallocLibrary;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A C allocator called through the foreign function interface. Objects are addresses; no check tells whether one is
 * still allocated.
 */
@SuppressWarnings("restricted") // This class reads and writes at addresses that C returned.
final class MallocMemory implements ObjectMemory {
    private static final AtomicReference<MallocLibrary.Functions> CHOSEN = new AtomicReference<>();
    private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** @throws IllegalStateException if this JVM already measures another library, or the same one with other calls */
    MallocMemory(MallocLibrary library, boolean critical) {
        if (!CHOSEN.compareAndSet(null, library.functions(critical))) {
            throw new IllegalStateException(library
                    + " can't be measured in a JVM that has measured a C allocator already: give each its fork");
        }
    }

    /** Holds the functions as constants, since the compiler inlines only calls of constant handles. */
    private static final class Calls {
        static final MethodHandle MALLOC = CHOSEN.get().malloc();
        static final MethodHandle FREE = CHOSEN.get().free();

        private Calls() {}
    }

    private static long malloc(long bytes) {
        long address;
        try {
            address = (long) Calls.MALLOC.invokeExact(bytes);
        } catch (Throwable e) {
            throw new IllegalStateException("malloc could not be called", e);
        }
        if (address == 0) {
            throw new OutOfMemoryError("malloc(" + bytes + ") gave no memory");
        }
        return address;
    }

    private static void release(long address) {
        try {
            Calls.FREE.invokeExact(address);
        } catch (Throwable e) {
            throw new IllegalStateException("free could not be called", e);
        }
    }

    @Override
    public Places places(int count) {
        return new Addresses(count);
    }

    @Override
    public RequestServer requestServer() {
        return new Requests();
    }

    private static final class Addresses implements Places {
        private final long[] addresses;

        Addresses(int count) {
            this.addresses = new long[count];
        }

        @Override
        public void allocate(int place, int bytes) {
            addresses[place] = malloc(bytes);
        }

        @Override
        public void free(int place) {
            release(addresses[place]);
        }

        @Override
        public void allocateAndFree(int bytes) {
            release(malloc(bytes));
        }

        @Override
        public void write(int place, long value) {
            EVERYTHING.set(ValueLayout.JAVA_LONG, addresses[place], value);
        }

        @Override
        public long read(int place) {
            return EVERYTHING.get(ValueLayout.JAVA_LONG, addresses[place]);
        }
    }

    private static final class Requests implements RequestServer {
        private long[] addresses = new long[0];

        @Override
        public long serve(int[] sizes, int from, int objects) {
            if (addresses.length < objects) {
                addresses = new long[objects];
            }
            long[] own = addresses;
            for (int object = 0; object < objects; object++) {
                long address = malloc(sizes[from + object]);
                EVERYTHING.set(ValueLayout.JAVA_LONG, address, (long) object);
                own[object] = address;
            }
            long sum = 0;
            for (int object = 0; object < objects; object++) {
                sum += EVERYTHING.get(ValueLayout.JAVA_LONG, own[object]);
            }
            for (int object = 0; object < objects; object++) {
                release(own[object]);
            }
            return sum;
        }
    }
}
