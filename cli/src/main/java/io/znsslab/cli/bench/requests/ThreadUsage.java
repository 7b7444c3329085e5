package io.znsslab.cli.bench.requests;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What the kernel has done for a thread so far (getrusage(2), {@code RUSAGE_THREAD}).
 *
 * @param systemNanos processor time in the kernel
 * @param pageFaults minor and major ones
 * @param switches times that the thread gave up its processor by itself
 */
record ThreadUsage(long systemNanos, long pageFaults, long switches) {
    private static final int RUSAGE_THREAD = 1;
    /** {@code struct rusage} of 64-bit Linux. */
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("user_seconds"),
            ValueLayout.JAVA_LONG.withName("user_microseconds"),
            ValueLayout.JAVA_LONG.withName("system_seconds"),
            ValueLayout.JAVA_LONG.withName("system_microseconds"),
            MemoryLayout.sequenceLayout(4, ValueLayout.JAVA_LONG).withName("sizes"),
            ValueLayout.JAVA_LONG.withName("minor_faults"),
            ValueLayout.JAVA_LONG.withName("major_faults"),
            MemoryLayout.sequenceLayout(6, ValueLayout.JAVA_LONG).withName("transfers"),
            ValueLayout.JAVA_LONG.withName("voluntary_switches"),
            ValueLayout.JAVA_LONG.withName("involuntary_switches"));

    private static final MethodHandle GETRUSAGE = getrusage();

    @SuppressWarnings("restricted") // This class calls C.
    private static MethodHandle getrusage() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getrusage"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }

    /** The usage of the calling thread. */
    static ThreadUsage now() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(LAYOUT);
            int status = (int) GETRUSAGE.invokeExact(RUSAGE_THREAD, usage);
            if (status != 0) {
                throw new IllegalStateException("getrusage(RUSAGE_THREAD) returned " + status);
            }
            return new ThreadUsage(
                    field(usage, "system_seconds") * 1_000_000_000L + field(usage, "system_microseconds") * 1_000L,
                    field(usage, "minor_faults") + field(usage, "major_faults"),
                    field(usage, "voluntary_switches"));
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("getrusage could not be called", e);
        }
    }

    private static long field(MemorySegment usage, String name) {
        return usage.get(ValueLayout.JAVA_LONG, LAYOUT.byteOffset(PathElement.groupElement(name)));
    }

    /** What was used from the other moment to this one. */
    ThreadUsage since(ThreadUsage before) {
        return new ThreadUsage(
                systemNanos - before.systemNanos, pageFaults - before.pageFaults, switches - before.switches);
    }
}
