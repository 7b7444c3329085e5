package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.cold.ColdSlabs;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The memory that an allocator takes from the process besides that of its objects, all of which it gives back. */
class AddressBudgetTest {
    /** Address space that a small allocator may take: tables for its frames and ids, and the memory that it uses. */
    private static final long BUDGET_BYTES = 192L << 20;

    private static final long NOISE_BYTES = 64L << 20;

    private static long figure(String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
            if (line.startsWith(name + ":")) {
                String[] words = line.split("\\s+");
                return Long.parseLong(words[1]) << 10;
            }
        }
        throw new IllegalStateException("no " + name);
    }

    /** Runs in a process whose address space is limited, and of which the JVM takes most. */
    static final class Limited {
        private Limited() {}

        public static void main(String[] arguments) throws Throwable {
            long before = figure("VmSize");
            try (SlabAllocator allocator =
                    SlabAllocator.builder().limitBytes(64 << 20).build()) {
                for (int round = 0; round < 3; round++) {
                    long epoch = allocator.currentEpoch();
                    long count = 0;
                    long handle = allocator.allocate(760, epoch);
                    long first = allocator.resolve(handle).address();
                    while (Handle.isHandle(handle)) {
                        allocator.resolve(handle).set(JAVA_LONG, 0, ++count);
                        handle = allocator.allocate(760, epoch);
                    }
                    if (arguments.length > 0 && round == 0) {
                        lock(first, 2 << 20);
                    }
                    allocator.advanceEpoch();
                    allocator.closeEpoch(epoch, Disposition.DISCARD).join();
                    if (count != (64 << 20) / 4096 * 5) {
                        throw new AssertionError(count + " objects in round " + round);
                    }
                }
                allocator.checkInvariants();
                System.out.print(figure("VmSize") - before);
            }
        }

        @SuppressWarnings("restricted") // The test locks memory through C.
        private static void lock(long address, long bytes) throws Throwable {
            Linker linker = Linker.nativeLinker();
            int locked = (int) linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("mlock"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG))
                    .invokeExact(address, bytes);
            if (locked != 0) {
                throw new AssertionError("mlock answers " + locked);
            }
        }
    }

    private record Ended(int exitCode, String output, String errors) {}

    private static Ended limited(String limit, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("prlimit", limit);
        builder.command()
                .addAll(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Limited.class.getName()));
        builder.command().addAll(List.of(arguments));
        Path errors = Files.createTempFile("limited", ".err");
        try {
            Process process = builder.redirectError(errors.toFile()).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), output, Files.readString(errors));
        } finally {
            Files.delete(errors);
        }
    }

    @Test
    void aSmallAllocatorWorksWhereTheAddressSpaceIsLimited() throws Exception {
        Ended ended = limited("--as=4294967296");
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        assertThat(Long.parseLong(ended.output())).isLessThan(BUDGET_BYTES);
    }

    @Test
    void closingsWorkInAProcessThatLocksItsMemoryAndSaySoOnce() throws Exception {
        Ended ended = limited("--as=unlimited", "lock");
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        assertThat(ended.errors()).containsOnlyOnce("the process has locked its memory");
    }

    @Test
    void aLargeLimitTakesAddressesAsItIsUsed() throws IOException {
        long before = figure("VmSize");
        try (SlabAllocator allocator =
                SlabAllocator.builder().limitBytes(512L << 30).build()) {
            assertThat(Handle.isHandle(allocator.allocate(100, 0))).isTrue();
            assertThat(figure("VmSize") - before).isLessThan(10L << 30);
        }
    }

    @Test
    void anAllocatorThatCannotBeBuiltLeavesNothingBehind() throws IOException {
        ZnsSlabException refusal = new ZnsSlabException("no");
        ColdSlabs[] known = new ColdSlabs[1];
        WrappedTier refusing = new WrappedTier() {
            @Override
            public void attach(ColdSlabs shape) {
                known[0] = shape;
                throw refusal;
            }
        };
        long before = figure("VmSize");
        for (int slab = 4096; slab <= 65536; slab *= 2) {
            int slabBytes = slab;
            assertThatThrownBy(() -> SlabAllocator.builder()
                            .slabBytes(slabBytes)
                            .limitBytes(3L << 30)
                            .coldTier(refusing)
                            .build())
                    .isSameAs(refusal);
        }
        assertThat(figure("VmSize") - before).isLessThan(NOISE_BYTES);
        assertThatIllegalStateException()
                .isThrownBy(() -> known[0].hasImageAt(1, 1))
                .withMessage("the allocator is closed");
        refusing.close();
    }

    @Test
    void manyEpochsAndClassesTakeMemoryAsTheyAreUsed() {
        try (SlabAllocator allocator = SlabAllocator.builder()
                .epochCount(32_768)
                .sizeClasses(IntStream.rangeClosed(1, 60).map(step -> 64 * step).toArray())
                .limitBytes(64 << 20)
                .build()) {
            for (int epoch = 0; epoch < 1000; epoch++) {
                long handle = allocator.allocate(epoch, allocator.currentEpoch());
                assertThat(Handle.isHandle(handle)).isTrue();
                assertThat(allocator.free(handle)).isTrue();
                allocator.advanceEpoch();
            }
            allocator.checkInvariants();
        }
    }

    @Test
    void aLimitThatCompactIdsCannotNameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlabAllocator.builder()
                        .handleFormat(HandleFormat.COMPACT)
                        .limitBytes((16L << 30) + 4096)
                        .build())
                .withMessage(
                        "memory limit 17179873280: the ids of COMPACT handles name 4194304 slabs of 4096 bytes at most;"
                                + " lower the limit to 17179869184, use larger slabs or HandleFormat.WIDE");
        SlabAllocator.builder()
                .handleFormat(HandleFormat.COMPACT)
                .limitBytes(16L << 30)
                .build()
                .close();
    }

    /** A read of a pipe into an object's bytes is such a call: the kernel holds the segment until it returns. */
    @Test
    void aClosingThatANativeCallKeepsFromTheMemoryIsDoneByClosingAgain() throws Exception {
        SlabAllocator allocator = SlabAllocator.builder().limitBytes(8 << 20).build();
        long handle = allocator.allocate(100, 0);
        MemorySegment payload = allocator.resolve(handle);
        ByteBuffer bytes = payload.asByteBuffer();
        Pipe pipe = Pipe.open();
        CountDownLatch begun = new CountDownLatch(1);
        Thread reader = Thread.ofPlatform().start(() -> {
            begun.countDown();
            try {
                int ignored = pipe.source().read(bytes);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        begun.await();
        try {
            while (!inNativeRead(reader)) {
                Thread.onSpinWait();
            }
            assertThatIllegalStateException()
                    .isThrownBy(allocator::close)
                    .withMessageContaining("let the call return and close again");
            assertThatIllegalStateException().isThrownBy(() -> allocator.allocate(100, 0));
        } finally {
            pipe.sink().write(ByteBuffer.allocate(1));
            reader.join();
            pipe.sink().close();
            pipe.source().close();
        }
        assertThat(payload.scope().isAlive()).isTrue();
        allocator.close();
        assertThat(payload.scope().isAlive()).isFalse();
        allocator.close();
    }

    private static boolean inNativeRead(Thread reader) {
        StackTraceElement[] stack = reader.getStackTrace();
        return stack.length > 0
                && stack[0].isNativeMethod()
                && stack[0].getMethodName().startsWith("read");
    }
}
