package io.znsslab.emulation.testing;

import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import io.znsslab.emulation.nullblk.NullBlockSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The devices of a {@link ZonedKernelTest}. */
public final class ZonedDevices {
    /** System property, named after a test class, with the numbers of its namespaces, separated by commas. */
    static final String NVME_PROPERTY = "zns-slab.nvme.";

    private static final AtomicInteger CREATED = new AtomicInteger();

    private ZonedDevices() {}

    /** The null_blk driver of the kernel that the test runs on. */
    public static NullBlockDriver nullBlockDriver() {
        return switch (NullBlockDriver.find()) {
            case NullBlockDriver.Available(NullBlockDriver driver) -> driver;
            case NullBlockDriver.Unavailable(String reason) ->
                throw new IllegalStateException("A test that needs a zoned kernel runs in one without: " + reason);
        };
    }

    /** A new device under a unique name. The caller closes it. */
    public static NullBlockDevice nullBlock(NullBlockSettings settings) {
        String name = "test-" + ProcessHandle.current().pid() + "-" + CREATED.incrementAndGet();
        return nullBlockDriver().create(name, settings);
    }

    /** The namespaces of a test class, in the order of its annotations. */
    public static List<Path> nvme(Class<?> testClass) {
        String numbers = System.getProperty(NVME_PROPERTY + testClass.getName());
        if (numbers == null) {
            throw new IllegalStateException(testClass.getName() + " has no @NvmeZns annotation");
        }
        return Stream.of(numbers.split(",")).map(ZonedDevices::namespace).toList();
    }

    /**
     * Looks at the id, not the name: from Linux 6.12 on the kernel scans namespaces in parallel, and names them in the
     * order in which it finishes.
     */
    private static Path namespace(String number) {
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"), "nvme0n*")) {
            for (Path device : devices) {
                if (Files.readString(device.resolve("nsid")).strip().equals(number)) {
                    return Path.of("/dev").resolve(device.getFileName());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("There is no NVMe namespace " + number);
    }
}
