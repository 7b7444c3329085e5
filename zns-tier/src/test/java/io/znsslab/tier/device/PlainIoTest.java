package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.DeviceException.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that are driven by plain system calls, as where io_uring is forbidden. */
class PlainIoTest {
    private static final FileGeometry SHAPE = FileGeometry.of(1 << 20, 16).withLimits(3, 4);

    @TempDir
    Path folder;

    /** Opens a device for plain calls: each device asks the property when it is opened. */
    private static <D> D plainly(Supplier<D> opening) {
        return asking("plain", opening);
    }

    private static <D> D asking(String method, Supplier<D> opening) {
        System.setProperty(KernelIo.PROPERTY, method);
        try {
            return opening.get();
        } finally {
            System.clearProperty(KernelIo.PROPERTY);
        }
    }

    @Nested
    class OfFullCapacity extends ZonedDeviceContract {
        @Override
        ZonedDevice openEmptyDevice() {
            return plainly(() -> FileZonedDevice.create(folder.resolve("zones"), SHAPE));
        }
    }

    @Nested
    class OfSmallBlocksWithConventionalZones extends ZonedDeviceContract {
        @Override
        ZonedDevice openEmptyDevice() {
            FileGeometry shape = FileGeometry.of(1 << 20, 16)
                    .withZoneCapacityBytes(700 << 10)
                    .withConventionalZones(2)
                    .withBlockBytes(512)
                    .withLimits(2, 2);
            return plainly(() -> FileZonedDevice.create(folder.resolve("zones"), shape));
        }
    }

    @Test
    void aTierDemotesReadsAndRecoversOverIt() throws Exception {
        Path path = folder.resolve("zones");
        long handle;
        try (ZonedDevice device = plainly(() -> FileZonedDevice.create(path, SHAPE))) {
            ZnsTier tier = ZnsTier.builder(device).open();
            assertThat(tier.statistics().ioMethod()).isEqualTo(IoMethod.PLAIN);
            try (SlabAllocator allocator =
                    SlabAllocator.builder().limitBytes(1 << 22).coldTier(tier).build()) {
                handle = allocator.allocateFrom("cold".getBytes(StandardCharsets.UTF_8), 0);
                for (int i = 0; i < 5_000; i++) {
                    assertThat(allocator.allocate(100, 0)).isPositive();
                }
                var _ = allocator.closeEpoch(0, Disposition.DEMOTE).join();
                assertThat(tier.statistics().slabsDemoted()).isGreaterThan(100);
            }
        }
        try (ZonedDevice device = plainly(() -> ZonedDevice.open(path));
                SlabAllocator allocator = SlabAllocator.builder()
                        .limitBytes(1 << 22)
                        .coldTier(ZnsTier.builder(device).open())
                        .build()) {
            byte[] back = new byte[4];
            assertThat(allocator.read(
                            handle, payload -> MemorySegment.copy(payload, ValueLayout.JAVA_BYTE, 0, back, 0, 4)))
                    .isTrue();
            assertThat(back).asString(StandardCharsets.UTF_8).isEqualTo("cold");
        }
    }

    @Test
    void whereARingIsRequiredItRefuses() {
        try (ZonedDevice device = plainly(() -> FileZonedDevice.create(folder.resolve("zones"), SHAPE))) {
            assertThat(device.ioMethod()).isEqualTo(IoMethod.PLAIN);
            assertThatThrownBy(() -> ZnsTier.builder(device).requireRing(true).open())
                    .isInstanceOfSatisfying(
                            DeviceException.class,
                            refusal -> assertThat(refusal.problem()).isEqualTo(Problem.NO_RING))
                    .hasMessageContaining("is to be used by io_uring alone: ");
            ZnsTier.builder(device).open().close();
        }
    }

    @Test
    void whereThereIsARingItIsTaken() {
        try (ZonedDevice device = FileZonedDevice.create(folder.resolve("zones"), SHAPE)) {
            assertThat(device.ioMethod()).isEqualTo(IoMethod.IO_URING);
            device.requireRing();
        }
        assertThat(new NullZonedDevice(SHAPE).ioMethod()).isEqualTo(IoMethod.MEMORY);
    }

    @Test
    void anUnknownMethodIsRefused() {
        assertThatThrownBy(() -> asking("fast", () -> FileZonedDevice.create(folder.resolve("zones"), SHAPE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the system property znsslab.io is 'fast': must be io_uring or plain");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anInterruptedOwnerGetsItsAnswers() throws InterruptedException {
        try (ZonedDevice device = plainly(() -> FileZonedDevice.create(folder.resolve("zones"), SHAPE));
                Arena arena = Arena.ofShared()) {
            MemorySegment block = arena.allocate(4096, 4096).fill((byte) 7);
            AtomicBoolean staysInterrupted = new AtomicBoolean();
            Thread interrupted = Thread.ofVirtual().start(() -> {
                Thread.currentThread().interrupt();
                device.write(0, block);
                device.flush();
                staysInterrupted.set(Thread.currentThread().isInterrupted());
            });
            assertThat(interrupted.join(Duration.ofMinutes(1))).isTrue();
            assertThat(staysInterrupted).isTrue();

            MemorySegment back = arena.allocate(4096, 4096);
            device.read(0, back);
            assertThat(back.mismatch(block)).isEqualTo(-1);
        }
    }

    @Test
    void itsThreadsEndWithTheDevice() throws InterruptedException {
        ZonedDevice device = plainly(() -> FileZonedDevice.create(folder.resolve("zones"), SHAPE));
        device.flush();
        assertThat(threadsOf(device)).isNotEmpty();
        device.close();

        for (Thread thread : threadsOf(device)) {
            assertThat(thread.join(Duration.ofMinutes(1))).isTrue();
        }
        assertThat(threadsOf(device)).isEmpty();
    }

    private static List<Thread> threadsOf(ZonedDevice device) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("zns-slab-io-")
                        && thread.getName().endsWith(device.name()))
                .toList();
    }
}
