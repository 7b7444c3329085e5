package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.bindings.Errno;
import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ZnsTier;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each change of a device file fails once, in turn: no data that was acknowledged afterwards is lost. */
class FileFaultsTest {
    private static final int BLOCK = 4096;
    /** Enough zones for a table of three blocks. */
    private static final FileGeometry SHAPE = FileGeometry.of(64 << 10, 300).withLimits(6, 8);
    /** A slab holds one such object. */
    private static final int PAYLOAD = 4000;

    /** Held, since the log manager forgets loggers without a reference, and their levels with them. */
    private static final Logger QUIET = Logger.getLogger("io.znsslab.tier");

    /** Distance of the changes that are made to fail; 1 for every change. */
    private static final int STEP = Integer.getInteger("faults.step", 4);

    @TempDir
    Path folder;

    @BeforeEach
    void warnOfNothing() {
        QUIET.setLevel(Level.OFF);
    }

    @AfterEach
    void warnAgain() {
        QUIET.setLevel(null);
    }

    /** Fails one change of its kind, counted from 0 after it is armed. */
    private static final class OneFault implements FileFaults {
        private final Change kind;
        private final long index;
        private final int errno;
        private final AtomicLong count = new AtomicLong();
        private volatile boolean armed;

        OneFault(Change kind, long index, int errno) {
            this.kind = kind;
            this.index = index;
            this.errno = errno;
        }

        @Override
        public int errnoOf(Change change, long offset) {
            return armed && change == kind && count.getAndIncrement() == index ? errno : 0;
        }
    }

    @ParameterizedTest
    @EnumSource(value = FileFaults.Change.class, names = "TRY_BLOCK", mode = EnumSource.Mode.EXCLUDE)
    void aSingleFailedChangeCostsNoAcknowledgedData(FileFaults.Change kind) throws IOException {
        long changes = meet(new OneFault(kind, -1, 0));
        assertThat(changes).isGreaterThan(5);
        // Each kind starts at another index, so that together they reach more places.
        long first = kind.name().length() % STEP;
        for (long index = first; index < changes; index += STEP) {
            OneFault fault = new OneFault(kind, index, index / STEP % 2 == 0 ? Errno.EIO : Errno.ENOSPC);
            try {
                meet(fault);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(kind + " " + index + " of " + changes + ": " + e.getMessage(), e);
            }
        }
    }

    /** Runs a workload, ends it without closing anything, and checks the file. Returns the number of changes. */
    private long meet(OneFault fault) throws IOException {
        Path path = folder.resolve("zones");
        Path left = folder.resolve("left");
        List<Long> acknowledged = new ArrayList<>();
        FileZonedDevice device = FileZonedDevice.create(path, SHAPE, fault);
        try (SlabAllocator store = openStore(device)) {
            fault.armed = true;
            runWorkload(store, acknowledged);
            fault.armed = false;
            Files.copy(path, left, StandardCopyOption.COPY_ATTRIBUTES);
        }
        try (SlabAllocator store = openStore(FileZonedDevice.open(left))) {
            requireThere(store, acknowledged);
        }
        Files.delete(path);
        Files.delete(left);
        return fault.count.get();
    }

    private static SlabAllocator openStore(ZonedDevice device) {
        ZnsTier tier = ZnsTier.builder(device).parallelZones(2).open();
        return SlabAllocator.builder()
                .limitBytes(16 << 20)
                .sizeClasses(64, PAYLOAD + 8)
                .coldTier(tier)
                .build();
    }

    /** Opens, demotes and discards epochs, and repeats operations that fail. */
    private static void runWorkload(SlabAllocator store, List<Long> acknowledged) {
        List<Long> former = List.of();
        for (int round = 0; round < 6; round++) {
            long epoch = store.currentEpoch();
            List<Long> handles = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                long handle = store.allocate(PAYLOAD, epoch);
                store.resolve(handle).set(ValueLayout.JAVA_LONG, 0, handle);
                handles.add(handle);
            }
            store.advanceEpoch();
            untilDone(() -> store.closeEpoch(epoch, Disposition.DEMOTE).join());
            acknowledged.addAll(handles);
            if (round % 2 == 1) {
                // Whole zones die, and are reset.
                acknowledged.removeAll(former);
                former.forEach(store::free);
                untilDone(() -> store.sync().join());
            }
            former = handles;
        }
    }

    private static void untilDone(Runnable attempt) {
        for (int tries = 0; ; tries++) {
            try {
                attempt.run();
                return;
            } catch (CompletionException e) {
                assertThat(e.getCause()).isInstanceOf(ZnsSlabException.class);
                assertThat(tries).as(e.getMessage()).isLessThan(3);
            }
        }
    }

    private static void requireThere(SlabAllocator store, List<Long> handles) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(PAYLOAD, 8);
            for (long handle : handles) {
                assertThat(store.read(handle, copy)).as("object " + handle).isEqualTo(PAYLOAD);
                assertThat(copy.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(handle);
            }
        }
    }

    @Test
    void aZoneWhoseResetFailedIsAsItWas() {
        OneFault fault = new OneFault(FileFaults.Change.WRITE_TABLE, 0, Errno.EIO);
        try (Arena arena = Arena.ofConfined();
                FileZonedDevice device = FileZonedDevice.create(folder.resolve("zones"), SHAPE, fault)) {
            MemorySegment data = arena.allocate(BLOCK, BLOCK).fill((byte) 7);
            device.write(0, data);
            device.flush();
            fault.armed = true;
            assertThatThrownBy(() -> device.resetZone(0)).isInstanceOf(DeviceException.class);

            assertThat(device.report(0).writtenBytes()).isEqualTo(BLOCK);
            device.read(0, data.fill((byte) 0));
            assertThat(data.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
            device.write(BLOCK, data);
            device.resetZone(0);
            assertThat(device.report(0).condition()).isEqualTo(ZoneCondition.EMPTY);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FileFaults.Change.class,
            names = {"WRITE_TABLE", "FLUSH"})
    void aFlushAfterOneThatFailedMakesTheSameDurable(FileFaults.Change kind) throws IOException {
        Path path = folder.resolve("zones");
        Path left = folder.resolve("left");
        OneFault fault = new OneFault(kind, 0, Errno.ENOSPC);
        try (Arena arena = Arena.ofConfined();
                FileZonedDevice device = FileZonedDevice.create(path, SHAPE, fault)) {
            device.write(0, arena.allocate(2 * BLOCK, BLOCK));
            fault.armed = true;
            assertThatThrownBy(device::flush).isInstanceOf(DeviceException.class);
            device.flush();
            Files.copy(path, left, StandardCopyOption.COPY_ATTRIBUTES);
        }
        try (ZonedDevice device = FileZonedDevice.open(left)) {
            assertThat(device.report(0).writtenBytes()).isEqualTo(2 * BLOCK);
        }
    }
}
