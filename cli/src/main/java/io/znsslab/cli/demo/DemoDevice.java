package io.znsslab.cli.demo;

import io.znsslab.cli.config.DeviceName;
import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.device.NewDeviceFile;
import io.znsslab.cli.emulate.KernelNullBlk;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.TemporaryFolders;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A device that this process can open, kept for the length of a demo: what was made for it is gone when it is closed.
 * The {@link ZonedDevice} itself is its user's to close, and has to be closed first.
 */
final class DemoDevice implements AutoCloseable {
    /** What has to be undone. */
    private interface Leaving {
        void leave() throws IOException;
    }

    private final ZonedDevice device;
    private final Path path;
    private final boolean temporary;
    private final Leaving leaving;

    private DemoDevice(ZonedDevice device, Path path, boolean temporary, Leaving leaving) {
        this.device = device;
        this.path = path;
        this.temporary = temporary;
        this.leaving = leaving;
    }

    /** The device, open. */
    ZonedDevice device() {
        return device;
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** Whether it is gone after the demo. */
    boolean isTemporary() {
        return temporary;
    }

    /** Opens what exists. */
    static DemoDevice existing(Path path) {
        return new DemoDevice(ZonedDevice.open(path), path, false, () -> {});
    }

    /** An embedded device: a new one at the given path, or the one that is there; without a path a temporary one. */
    static DemoDevice file(DeviceName.EmbeddedFile name, DeviceShape shape) {
        Optional<Path> kept = name.path();
        if (kept.isPresent()) {
            Path path = kept.get();
            return Files.exists(path)
                    ? existing(path)
                    : new DemoDevice(NewDeviceFile.create(path, shape), path, false, () -> {});
        }
        Path folder = TemporaryFolders.make("zns-slab-demo-");
        Path path = folder.resolve("device");
        Thread remover = new Thread(() -> removeAtExit(path, folder), "demo device remover");
        Runtime.getRuntime().addShutdownHook(remover);
        return new DemoDevice(NewDeviceFile.create(path, shape), path, true, () -> {
            remove(path, folder);
            Runtime.getRuntime().removeShutdownHook(remover);
        });
    }

    /** A null_blk of this kernel. */
    static DemoDevice nullBlk(NullBlockDriver driver, DeviceShape shape) {
        KernelNullBlk made = KernelNullBlk.create(driver, shape);
        try {
            return new DemoDevice(ZonedDevice.open(made.path()), made.path(), true, made::close);
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            leaving.leave();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.DEVICE_REFUSED, "cannot remove the demo's device " + path + ": " + e.getMessage(), e);
        }
    }

    private static void remove(Path path, Path folder) throws IOException {
        Files.deleteIfExists(path);
        Files.deleteIfExists(folder);
    }

    private static void removeAtExit(Path path, Path folder) {
        try {
            remove(path, folder);
        } catch (IOException e) {
            System.err.println("zns-slab: cannot remove " + folder + ": " + e.getMessage());
        }
    }
}
