package io.znsslab.cli.bench.device;

import io.znsslab.cli.config.DeviceName;
import io.znsslab.cli.config.Setting;
import io.znsslab.cli.config.SettingValue;
import io.znsslab.cli.config.Settings;
import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.emulate.KernelNullBlk;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The device that a benchmark runs on: the one that is named, else the configured one, else a temporary file. */
public final class DeviceOptions {
    private final Session session;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "file[:PATH], null_blk or a device's path (default: the configured device, else a temporary "
                    + "file).")
    private String deviceFlag;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "Folder of a temporary file (default: the folder for temporary files).")
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--force", description = "Use the device even if it holds something, which is destroyed.")
    private boolean force;

    /** For picocli's factory. */
    DeviceOptions(Session session) {
        this.session = session;
    }

    /**
     * Finds or makes the device.
     *
     * @param shape of a device that is made
     * @throws CommandFailure where there is none, or it holds something and may not be overwritten
     */
    public BenchDevice open(DeviceShape shape) {
        SettingValue asked = new Settings(session).value(Setting.DEVICE, deviceFlag);
        String because = "by " + asked.source();
        return switch (DeviceName.parse(asked.value())) {
            case DeviceName.Automatic asIs -> BenchDevice.temporary(folder, shape);
            case DeviceName.EmbeddedFile(Optional<Path> path) ->
                path.map(place -> Files.exists(place)
                                ? BenchDevice.existing(place, because, force)
                                : BenchDevice.created(place, because, shape))
                        .orElseGet(() -> BenchDevice.temporary(folder, shape));
            case DeviceName.Existing(Path path) -> BenchDevice.existing(path, because, force);
            case DeviceName.NullBlk asIs -> nullBlk(because, shape);
            case DeviceName.NvmeZns asIs -> throw elsewhere("nvme-zns", because, "is in a micro-VM only");
        };
    }

    private static BenchDevice nullBlk(String because, DeviceShape shape) {
        return switch (KernelNullBlk.find()) {
            case NullBlockDriver.Available(NullBlockDriver driver) -> BenchDevice.nullBlk(driver, because, shape);
            case NullBlockDriver.Unavailable(String reason) -> throw elsewhere("null_blk", because, reason);
        };
    }

    private static CommandFailure elsewhere(String device, String because, String reason) {
        return new CommandFailure(
                ExitCode.NO_ZONED_KERNEL,
                "no " + device + " (" + because + ") here: " + reason
                        + "; measure where there is one: zns-slab emulate " + device + " -- ./zns-slab bench ...");
    }
}
