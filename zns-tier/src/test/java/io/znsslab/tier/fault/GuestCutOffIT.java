package io.znsslab.tier.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.SlabAllocator;
import io.znsslab.emulation.microvm.GuestJvm;
import io.znsslab.emulation.microvm.GuestTask;
import io.znsslab.emulation.microvm.MicroVm;
import io.znsslab.emulation.microvm.NvmeNamespace;
import io.znsslab.emulation.microvm.RunningGuest;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.simulation.Oracle;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts a guest off while a process in it demotes to QEMU's NVMe device, and searches the device's image for the objects
 * whose durability the process had reported.
 *
 * <p>QEMU keeps the zones' states and write pointers in its own memory, so the next guest finds all zones empty over an
 * image full of data. The image has the bytes, and zeroes where a zone was reset. So the test places the write pointer
 * of a zone behind the last block that is not zero, and opens the image as a device file of that shape.
 */
@DisabledIfSystemProperty(named = "skipDeviceTests", matches = "true")
class GuestCutOffIT {
    private static final int BLOCK = 4096;
    private static final int ZONE = 1 << 20;
    private static final int ZONES = 32;
    private static final int CUTS = Integer.getInteger("cuts.guest", 2);
    private static final int DEMOTIONS_BEFORE_THE_CUT = 40;

    @TempDir
    Path folder;

    @Test
    void dataAcknowledgedInAGuestIsInTheImageOfItsDevice() throws Exception {
        MicroVm machine = MicroVm.prepare(System.out::println);
        for (int i = 0; i < CUTS; i++) {
            cutOffOne(machine, i);
        }
    }

    private void cutOffOne(MicroVm machine, int number) throws IOException, InterruptedException {
        NvmeNamespace namespace =
                new NvmeNamespace(ZONES, ZONE, ZONE, 5, 6, BLOCK).storedIn(folder.resolve("image-" + number));
        namespace.createImage();
        Oracle oracle = new Oracle();
        ProcessReports reports = new ProcessReports(oracle);
        AtomicInteger demotions = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(1);
        GuestTask task = GuestTask.of(GuestJvm.command(List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProcess.class.getName(),
                        "/dev/nvme0n1",
                        Integer.toString(number),
                        GuestTask.EVENTS_VARIABLE)))
                .namespace(namespace)
                .events(line -> {
                    reports.line(line);
                    if (line.startsWith("demoted")
                            && demotions.incrementAndGet() == DEMOTIONS_BEFORE_THE_CUT + number) {
                        enough.countDown();
                    }
                })
                .build();
        try (RunningGuest guest = machine.start(task)) {
            assertThat(enough.await(4, TimeUnit.MINUTES)).isTrue();
            guest.cutOff();
        }
        Path device = folder.resolve("device-" + number);
        deviceFileOf(namespace.image().orElseThrow(), device);
        try (SlabAllocator store = KilledProcess.open(device)) {
            int found = oracle.checkAfterCrash(store);
            System.out.printf(
                    "guest cut off after %d acknowledged demotions: %d acknowledged objects found, 0 lost%n",
                    reports.demotions(), found);
            assertThat(found).isPositive();
        }
    }

    /** A device file with the same zones, each written up to its last block that is not zero. */
    private static void deviceFileOf(Path image, Path target) throws IOException {
        try (FileChannel bytes = new RandomAccessFile(image.toFile(), "r").getChannel();
                Arena arena = Arena.ofConfined();
                ZonedDevice device = FileZonedDevice.create(
                        target, FileGeometry.of(ZONE, ZONES).withLimits(0, 0))) {
            MemorySegment all = bytes.map(FileChannel.MapMode.READ_ONLY, 0, (long) ZONE * ZONES, arena);
            MemorySegment zero = arena.allocate(BLOCK, BLOCK);
            MemorySegment buffer = arena.allocate(ZONE, BLOCK);
            for (int zone = 0; zone < ZONES; zone++) {
                MemorySegment contents = all.asSlice((long) zone * ZONE, ZONE);
                int end = ZONE;
                while (end > 0 && contents.asSlice(end - BLOCK, BLOCK).mismatch(zero) == -1) {
                    end -= BLOCK;
                }
                if (end > 0) {
                    device.write((long) zone * ZONE, buffer.asSlice(0, end).copyFrom(contents.asSlice(0, end)));
                }
            }
            device.flush();
        }
    }
}
