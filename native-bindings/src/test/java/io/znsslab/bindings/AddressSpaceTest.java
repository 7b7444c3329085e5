package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.bindings.libc.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AddressSpaceTest {

    private static final int PAGE = AddressSpace.pageBytes();

    @Test
    void aReservationTakesNoMemoryBeforeItIsTouched() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(1L << 40, arena);

            assertThat(range.byteSize()).isEqualTo(1L << 40);
            assertThat(residentPages(range, 0, 64)).isZero();
        }
    }

    @Test
    void aTouchedPageIsResidentAndKeepsWhatWasWritten() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(64L * PAGE, arena);
            AddressSpace.refuseHugePages(range);
            range.set(ValueLayout.JAVA_LONG, 7L * PAGE, 42);

            assertThat(residentPages(range, 0, 64)).isEqualTo(1);
            assertThat(range.get(ValueLayout.JAVA_LONG, 7L * PAGE)).isEqualTo(42);
        }
    }

    @Test
    void pagesGivenBackAreNoLongerResidentAndReadAsZeroes() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(64L * PAGE, arena);
            AddressSpace.refuseHugePages(range);
            range.fill((byte) 0x5a);
            assertThat(residentPages(range, 0, 64)).isEqualTo(64);

            AddressSpace.giveBack(range, 8L * PAGE, 16L * PAGE);

            assertThat(residentPages(range, 8, 16)).isZero();
            assertThat(residentPages(range, 0, 64)).isEqualTo(48);
            assertThat(range.get(ValueLayout.JAVA_BYTE, 8L * PAGE)).isZero();
            assertThat(range.get(ValueLayout.JAVA_BYTE, 8L * PAGE - 1)).isEqualTo((byte) 0x5a);
            assertThat(range.get(ValueLayout.JAVA_BYTE, 24L * PAGE)).isEqualTo((byte) 0x5a);
        }
    }

    @Test
    void lockedPagesAreGivenBackAndSaidToBeLocked() throws Throwable {
        MethodHandle mlock = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("mlock"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(64L * PAGE, arena);
            assertThat(AddressSpace.giveBack(range, 0, PAGE)).isFalse();
            assertThat((int) mlock.invokeExact(range, 32L * PAGE)).isZero();
            range.fill((byte) 0x5a);

            assertThat(AddressSpace.giveBack(range, 8L * PAGE, 16L * PAGE)).isTrue();

            assertThat(residentPages(range, 8, 16)).isZero();
            assertThat(range.get(ValueLayout.JAVA_BYTE, 8L * PAGE)).isZero();
            assertThat(flagsOf(range)).contains(" lo");
        }
    }

    @Test
    void populatedPagesAreResidentAndUnchanged() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(64L * PAGE, arena);
            AddressSpace.refuseHugePages(range);
            range.set(ValueLayout.JAVA_LONG, 3L * PAGE, 42);

            AddressSpace.populate(range, 0, 8L * PAGE);

            assertThat(residentPages(range, 0, 64)).isEqualTo(8);
            assertThat(range.get(ValueLayout.JAVA_LONG, 3L * PAGE)).isEqualTo(42);
        }
    }

    @Test
    void touchingPopulatesWhereTheKernelCannot() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(64L * PAGE, arena);
            AddressSpace.refuseHugePages(range);
            range.set(ValueLayout.JAVA_LONG, 9L * PAGE, 42);

            AddressSpace.touch(range, 8L * PAGE, 4L * PAGE);

            assertThat(residentPages(range, 0, 64)).isEqualTo(4);
            assertThat(range.get(ValueLayout.JAVA_LONG, 9L * PAGE)).isEqualTo(42);
        }
    }

    @Test
    void closingTheArenaUnmapsTheRange() throws Exception {
        MemorySegment range;
        String firstAddress;
        try (Arena arena = Arena.ofShared()) {
            range = AddressSpace.reserve(1L << 36, arena);
            firstAddress = Long.toHexString(range.address());
            assertThat(mappings()).contains(firstAddress);
        }

        assertThat(mappings()).doesNotContain(firstAddress);
        assertThatThrownBy(() -> range.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> AddressSpace.giveBack(range, 0, PAGE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRangeLeftOutOfCoreDumpsIsMarkedSo() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(64L * PAGE, arena);

            AddressSpace.excludeFromCoreDumps(range);

            assertThat(flagsOf(range)).contains(" dd");
        }
    }

    @Test
    void aReservationThatTheKernelRefusesSaysHowMuchWasAsked() {
        try (Arena arena = Arena.ofShared()) {
            assertThatThrownBy(() -> AddressSpace.reserve(1L << 60, arena))
                    .isInstanceOf(NativeException.class)
                    .hasMessageStartingWith("mmap of " + (1L << 60) + " bytes")
                    .hasMessageContaining("ENOMEM (12), Cannot allocate memory");
        }
    }

    @Test
    void aReservationInAClosedArenaLeavesNoMapping() throws Exception {
        Arena arena = closedArena();
        long before = mappings().lines().count();

        for (int attempt = 0; attempt < 64; attempt++) {
            assertThatThrownBy(() -> AddressSpace.reserve(PAGE, arena)).isInstanceOf(IllegalStateException.class);
        }

        assertThat(mappings().lines().count()).isLessThan(before + 64);
    }

    @Test
    void whatIsNoWholeNumberOfPagesIsRefused() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(4L * PAGE, arena);

            assertThatThrownBy(() -> AddressSpace.reserve(PAGE + 1, arena)).hasMessageContaining("" + (PAGE + 1));
            assertThatThrownBy(() -> AddressSpace.reserve(0, arena)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> AddressSpace.giveBack(range, 512, PAGE)).hasMessageContaining("Offset 512");
            assertThatThrownBy(() -> AddressSpace.giveBack(range, 4L * PAGE, PAGE))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void pagesAreGivenBackWhileOtherThreadsWriteBesideThem() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment range = AddressSpace.reserve(16L * PAGE, arena);
            AtomicBoolean stop = new AtomicBoolean();
            Thread writer = Thread.ofPlatform().start(() -> {
                for (long value = 0; !stop.get(); value++) {
                    range.set(ValueLayout.JAVA_LONG, 0, value);
                    if (range.get(ValueLayout.JAVA_LONG, 0) != value) {
                        throw new IllegalStateException("lost " + value);
                    }
                }
                range.set(ValueLayout.JAVA_LONG, 0, -1);
            });
            for (int round = 0; round < 10_000; round++) {
                range.set(ValueLayout.JAVA_LONG, PAGE, round + 1L);
                AddressSpace.giveBack(range, PAGE, 15L * PAGE);
                assertThat(range.get(ValueLayout.JAVA_LONG, PAGE)).isZero();
            }
            stop.set(true);
            writer.join();

            assertThat(range.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(-1);
        }
    }

    private static Arena closedArena() {
        try (Arena arena = Arena.ofShared()) {
            return arena;
        }
    }

    private static int residentPages(MemorySegment range, int first, int pages) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment states = arena.allocate(pages);
            int result = LibC.mincore(range.asSlice((long) first * PAGE), (long) pages * PAGE, states);
            assertThat(result).isZero();
            int resident = 0;
            for (int page = 0; page < pages; page++) {
                resident += states.get(ValueLayout.JAVA_BYTE, page) & 1;
            }
            return resident;
        }
    }

    private static String mappings() throws Exception {
        return Files.readString(Path.of("/proc/self/maps"));
    }

    private static String flagsOf(MemorySegment range) throws Exception {
        String smaps = Files.readString(Path.of("/proc/self/smaps"));
        int start = smaps.indexOf(Long.toHexString(range.address()) + "-");
        int flags = smaps.indexOf("VmFlags:", start);
        return smaps.substring(flags, smaps.indexOf('\n', flags));
    }
}
