package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Runs in a JVM of its own: the compiler's choices for a method depend on all that the JVM did before. */
class ResolveHeapTest {
    private static final int OBJECTS = 100;
    private static final int ROUNDS = 10_000;
    private static final int ATTEMPTS = 50;
    // An object has at least 16 bytes.
    private static final long LESS_THAN_AN_OBJECT_EACH = (long) ROUNDS * OBJECTS;

    @Test
    void resolvingTakesNothingFromTheHeapOnceItIsCompiledAlsoWhereSomeHandlesAreStale() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ResolveHeapTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String allocated = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(Long.parseLong(allocated))
                .as("bytes for %d handles", ROUNDS * OBJECTS)
                .isLessThan(LESS_THAN_AN_OBJECT_EACH);
    }

    /** Main class of the other JVM: prints the number of bytes that the last rounds took from the heap. */
    public static void main(String[] arguments) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (SlabAllocator allocator = SlabAllocator.builder().build()) {
            long[] handles = someOfThemStale(allocator);
            long allocated = Long.MAX_VALUE;
            for (int attempt = 0; attempt < ATTEMPTS && allocated >= LESS_THAN_AN_OBJECT_EACH; attempt++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int round = 0; round < ROUNDS; round++) {
                    if (sum(allocator, handles) != OBJECTS) {
                        throw new AssertionError("an object is not what was written");
                    }
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            System.out.print(allocated);
        }
    }

    private static long[] someOfThemStale(SlabAllocator allocator) {
        long[] handles = new long[OBJECTS];
        for (int object = 0; object < OBJECTS; object++) {
            handles[object] = allocator.allocate(64, allocator.currentEpoch());
            allocator.resolve(handles[object]).set(ValueLayout.JAVA_LONG, 0, 1);
        }
        for (int object = 0; object < OBJECTS; object += 10) {
            allocator.free(handles[object]);
        }
        return handles;
    }

    private static long sum(SlabAllocator allocator, long[] handles) {
        long sum = 0;
        for (long handle : handles) {
            MemorySegment payload = allocator.resolve(handle);
            sum += payload == null ? 1 : payload.get(ValueLayout.JAVA_LONG, 0);
        }
        return sum;
    }
}
