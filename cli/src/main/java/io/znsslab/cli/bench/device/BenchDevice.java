package io.znsslab.cli.bench.device;

import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.emulate.KernelNullBlk;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.report.FormattedStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A device that a benchmark has for itself, and may write all over. Closing it leaves nothing of the benchmark behind:
 * a device that was made is removed, unless the user named its file; all others are empty again, and can be measured
 * the next time without force.
 */
public final class BenchDevice implements AutoCloseable {
    private final Path path;
    private final String chosen;
    private final Runnable leaving;

    private BenchDevice(Path path, String chosen, Runnable leaving) {
        this.path = path;
        this.chosen = chosen;
        this.leaving = leaving;
    }

    /** Opens the device, whatever is on it. */
    public ZonedDevice open() {
        return ZonedDevice.open(path);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Where it is and who chose it, for people. */
    public String chosen() {
        return chosen;
    }

    /** Whether it is a file with the rules of zones, and no block device. */
    public boolean isFile() {
        return Files.isRegularFile(path);
    }

    static BenchDevice existing(Path path, String because, boolean force) {
        try (ZonedDevice device = ZonedDevice.open(path)) {
            if (!force) {
                requireEmpty(device, path, because);
            }
        }
        return new BenchDevice(path, path + ", " + because, () -> empty(path));
    }

    static BenchDevice created(Path path, String because, DeviceShape shape) {
        FileZonedDevice.create(path, shape.ofFile()).close();
        return new BenchDevice(path, path + ", " + because, () -> empty(path));
    }

    static BenchDevice temporary(Path folder, DeviceShape shape) {
        TemporaryFolder own = TemporaryFolder.in(folder);
        Path path = own.resolve("device");
        try {
            FileZonedDevice.create(path, shape.ofFile()).close();
            return new BenchDevice(path, path + ", a temporary file", own::close);
        } catch (RuntimeException e) {
            own.close();
            throw e;
        }
    }

    static BenchDevice nullBlk(NullBlockDriver driver, String because, DeviceShape shape) {
        KernelNullBlk made = KernelNullBlk.create(driver, shape);
        return new BenchDevice(made.path(), made.path() + ", null_blk of this kernel, " + because, made::close);
    }

    private static void requireEmpty(ZonedDevice device, Path path, String because) {
        Optional<FormattedStore> store = ZnsTier.storeOn(device);
        List<ZoneDescriptor> zones = device.report();
        long written = zones.stream().filter(BenchDevice::isWritten).count();
        boolean conventional = zones.stream().anyMatch(zone -> zone.type() != ZoneType.SEQUENTIAL);
        if (store.isEmpty() && written == 0 && !conventional) {
            return;
        }
        String holds = store.map(found -> "holds the store " + found.id())
                .orElse(
                        written > 0
                                ? "has " + written + " of " + zones.size() + " zones written"
                                : "has conventional zones, of which nothing tells whether they hold data");
        throw new CommandFailure(
                ExitCode.DEVICE_REFUSED,
                path + " (" + because + ") " + holds
                        + ", and the benchmark overwrites it: add --force to destroy that, "
                        + "or name another device");
    }

    private static boolean isWritten(ZoneDescriptor zone) {
        return zone.type() == ZoneType.SEQUENTIAL && zone.condition() != ZoneCondition.EMPTY;
    }

    private static void empty(Path path) {
        try (ZonedDevice device = ZonedDevice.open(path)) {
            for (ZoneDescriptor zone : device.report()) {
                if (isWritten(zone)
                        && zone.condition() != ZoneCondition.READ_ONLY
                        && zone.condition() != ZoneCondition.OFFLINE) {
                    device.resetZone(zone.index());
                }
            }
        }
    }

    @Override
    public void close() {
        leaving.run();
    }
}
