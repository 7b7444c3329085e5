package io.znsslab.core;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the JDK itself does with an arena or a segment allocator, on its own arenas and on domains. */
@ParameterizedClass
@EnumSource(JdkCodeOnDomainsTest.Kind.class)
@SuppressWarnings({"MustBeClosedChecker", "restricted", "ImmutableEnumChecker"}) // arenas are closed as is tested
class JdkCodeOnDomainsTest {
    enum Kind {
        CONFINED_OF_THE_JDK(_ -> Arena.ofConfined()),
        SHARED_OF_THE_JDK(_ -> Arena.ofShared()),
        CONFINED_DOMAIN(SlabAllocator::openDomain),
        SHARED_DOMAIN(allocator -> allocator.openSharedDomain(Disposition.DISCARD)),
        WRAPPED_DOMAIN(allocator -> allocator.wrapDomain(0).enter());

        private final Function<SlabAllocator, Arena> opening;

        Kind(Function<SlabAllocator, Arena> opening) {
            this.opening = opening;
        }
    }

    private static final Linker LINKER = Linker.nativeLinker();
    private static final int EBADF = 9;

    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).build();
    private final Arena arena;

    JdkCodeOnDomainsTest(Kind kind) {
        arena = kind.opening.apply(allocator);
    }

    @AfterEach
    void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        allocator.close();
    }

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), type, options);
    }

    @Test
    void aNativeCallReadsAStringAndLeavesErrno() throws Throwable {
        MethodHandle strlen = function("strlen", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        assertThat((long) strlen.invokeExact(arena.allocateFrom("zoned storage")))
                .isEqualTo(13);
        assertThat(arena.allocateFrom("zone", StandardCharsets.UTF_16LE).getString(0, StandardCharsets.UTF_16LE))
                .isEqualTo("zone");
        StructLayout stateLayout = Linker.Option.captureStateLayout();
        MethodHandle close =
                function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), Linker.Option.captureCallState("errno"));
        MemorySegment state = arena.allocate(stateLayout);
        assertThat((int) close.invokeExact(state, -1)).isEqualTo(-1);
        assertThat((int) stateLayout
                        .varHandle(MemoryLayout.PathElement.groupElement("errno"))
                        .get(state, 0L))
                .isEqualTo(EBADF);
    }

    @Test
    void aNativeCallReturnsAStructureThere() throws Throwable {
        StructLayout quotient = MemoryLayout.structLayout(JAVA_INT.withName("quot"), JAVA_INT.withName("rem"));
        MethodHandle div = function("div", FunctionDescriptor.of(quotient, JAVA_INT, JAVA_INT));
        MemorySegment result = (MemorySegment) div.invokeExact((SegmentAllocator) arena, 17, 5);
        assertThat(result.toArray(JAVA_INT)).containsExactly(3, 2);
        assertThat(result.scope()).isEqualTo(arena.scope());
    }

    @Test
    void nativeCodeCallsBackAndTheStubEndsWithTheArena() throws Throwable {
        MethodHandle qsort = function("qsort", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
        MethodHandle comparison = MethodHandles.lookup()
                .findStatic(
                        JdkCodeOnDomainsTest.class,
                        "compare",
                        MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
        var pointer = ADDRESS.withTargetLayout(JAVA_INT);
        MemorySegment stub = LINKER.upcallStub(comparison, FunctionDescriptor.of(JAVA_INT, pointer, pointer), arena);
        MemorySegment numbers = arena.allocateFrom(JAVA_INT, 5, 3, 9, 1);
        qsort.invokeExact(numbers, 4L, 4L, stub);
        assertThat(numbers.toArray(JAVA_INT)).containsExactly(1, 3, 5, 9);
        arena.close();
        assertThat(stub.scope().isAlive()).isFalse();
    }

    static int compare(MemorySegment one, MemorySegment other) {
        return Integer.compare(one.get(JAVA_INT, 0), other.get(JAVA_INT, 0));
    }

    @Test
    void anArenaIsNotClosedUnderANativeCall() throws Throwable {
        MethodHandle qsort = function("qsort", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
        MethodHandle closing = MethodHandles.lookup()
                .bind(this, "closeWithin", MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
        MemorySegment numbers = arena.allocateFrom(JAVA_INT, 2, 1);
        try (Arena ofStub = Arena.ofConfined()) {
            MemorySegment stub = LINKER.upcallStub(closing, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS), ofStub);
            qsort.invokeExact(numbers, 2L, 4L, stub);
        }
        assertThat(arena.allocate(8).scope().isAlive()).isTrue();
        arena.close();
        assertThatIllegalStateException().isThrownBy(() -> numbers.get(JAVA_INT, 0));
    }

    int closeWithin(MemorySegment one, MemorySegment other) {
        assertThat(one.address()).isNotEqualTo(other.address());
        assertThatIllegalStateException().isThrownBy(arena::close);
        return 0;
    }

    @Test
    void allocatorsAreMadeOfItsSegments() {
        SegmentAllocator slicing = SegmentAllocator.slicingAllocator(arena.allocate(64));
        MemorySegment first = slicing.allocate(JAVA_LONG);
        MemorySegment second = slicing.allocateFrom("b");
        assertThat(first.asOverlappingSlice(second)).isEmpty();
        assertThat(second.scope()).isEqualTo(arena.scope());
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> slicing.allocate(64));
        SegmentAllocator prefix = SegmentAllocator.prefixAllocator(arena.allocate(64));
        assertThat(prefix.allocate(JAVA_LONG).address())
                .isEqualTo(prefix.allocate(JAVA_BYTE).address());
        arena.close();
        assertThatIllegalStateException().isThrownBy(() -> slicing.allocateFrom("c"));
        assertThatIllegalStateException().isThrownBy(() -> prefix.allocateFrom("c"));
    }

    @Test
    void aFileIsMappedAsLongAsItIsOpen(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("mapped"), "zone");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment mapped = channel.map(MapMode.READ_WRITE, 0, 4, arena);
            assertThat(mapped.isMapped()).isTrue();
            assertThat(mapped.scope()).isEqualTo(arena.scope());
            mapped.set(JAVA_BYTE, 0, (byte) 'Z');
            assertThat(channel.write(arena.allocateFrom("!").asByteBuffer().limit(1), 4))
                    .isEqualTo(1);
            assertThatIllegalArgumentException().isThrownBy(() -> channel.map(MapMode.READ_ONLY, -1, 4, arena));
            arena.close();
            assertThatIllegalStateException().isThrownBy(() -> mapped.get(JAVA_BYTE, 0));
            assertThatIllegalStateException().isThrownBy(() -> channel.map(MapMode.READ_ONLY, 0, 4, arena));
        }
        assertThat(file).hasContent("Zone!");
    }

    @Test
    void aLibraryIsLoadedAsLongAsItIsOpen() {
        Path library = Path.of(System.getProperty("java.home"), "lib", "libverify.so");
        MemorySegment symbol = SymbolLookup.libraryLookup(library, arena)
                .find("VerifyClassForMajorVersion")
                .orElseThrow();
        assertThat(symbol.scope()).isEqualTo(arena.scope());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SymbolLookup.libraryLookup(Path.of("/nonexistent.so"), arena));
        arena.close();
        assertThat(symbol.scope().isAlive()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> SymbolLookup.libraryLookup(library, arena));
    }
}
