package io.znsslab.core.typed;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs in JVMs of their own: the compiler's choices for a method depend on all that the JVM did before. */
class TypedAccessHeapTest {
    /** The ways of access. */
    enum Way {
        FLYWEIGHT,
        FIELD,
        VAR_HANDLE
    }

    private static final int OBJECTS = 100;
    private static final int ROUNDS = 10_000;
    private static final int ATTEMPTS = 50;
    // An object has at least 16 bytes.
    private static final long LESS_THAN_AN_OBJECT_EACH = (long) ROUNDS * OBJECTS;

    private static final ObjectLayout COUNTER =
            ObjectLayout.of(MemoryLayout.structLayout(JAVA_LONG.withName("count"), JAVA_INT.withName("step")));
    private static final Field.OfLong COUNT = COUNTER.longField("count");
    private static final Field.OfInt STEP = COUNTER.intField("step");
    private static final VarHandle COUNT_HANDLE = COUNTER.varHandle(PathElement.groupElement("count"));

    @ParameterizedTest
    @EnumSource
    void noWayOfAccessTakesAnythingFromTheHeapOnceItIsCompiled(Way way) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TypedAccessHeapTest.class.getName(),
                        way.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String allocated = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(Long.parseLong(allocated))
                .as("bytes for %d accesses", ROUNDS * OBJECTS)
                .isLessThan(LESS_THAN_AN_OBJECT_EACH);
    }

    /** Main class of the other JVM: prints the number of bytes that the last rounds took from the heap. */
    public static void main(String[] arguments) {
        Way way = Way.valueOf(arguments[0]);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (SlabAllocator allocator =
                SlabAllocator.builder().zeroOnAllocate(true).build()) {
            Flyweight counter = new Flyweight(allocator, COUNTER);
            long[] handles = objects(allocator, counter);
            long allocated = Long.MAX_VALUE;
            long rounds = 0;
            for (int attempt = 0; attempt < ATTEMPTS && allocated >= LESS_THAN_AN_OBJECT_EACH; attempt++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int round = 0; round < ROUNDS; round++) {
                    count(way, counter, allocator, handles);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
                rounds += ROUNDS;
            }
            for (long handle : handles) {
                if (COUNT.get(allocator, handle) != rounds) {
                    throw new AssertionError("a counter is at " + COUNT.get(allocator, handle) + ", not " + rounds);
                }
            }
            System.out.print(allocated);
        }
    }

    private static long[] objects(SlabAllocator allocator, Flyweight counter) {
        long packed = allocator.advanceEpoch(EpochOptions.DEFAULT.packed(true));
        long[] handles = new long[OBJECTS];
        for (int object = 0; object < OBJECTS; object++) {
            handles[object] = counter.allocate(object % 2 == 0 ? 0 : packed);
            counter.set(STEP, 1);
        }
        return handles;
    }

    private static void count(Way way, Flyweight counter, SlabAllocator allocator, long[] handles) {
        switch (way) {
            case FLYWEIGHT -> {
                for (long handle : handles) {
                    counter.wrap(handle);
                    counter.set(COUNT, counter.get(COUNT) + counter.get(STEP));
                }
            }
            case FIELD -> {
                for (long handle : handles) {
                    COUNT.set(allocator, handle, COUNT.get(allocator, handle) + STEP.get(allocator, handle));
                }
            }
            case VAR_HANDLE -> {
                for (long handle : handles) {
                    long _ = (long) COUNT_HANDLE.getAndAdd(allocator, handle, 1L);
                }
            }
        }
    }
}
