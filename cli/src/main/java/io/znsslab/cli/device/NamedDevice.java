package io.znsslab.cli.device;

import io.znsslab.cli.config.DeviceName;
import io.znsslab.cli.config.Setting;
import io.znsslab.cli.config.SettingValue;
import io.znsslab.cli.config.Settings;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.device.ZonedDevice;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** The device that a command works on: the one it names, else the configured one. It has to exist. */
public final class NamedDevice {
    /** What help texts say about the argument. */
    public static final String DESCRIPTION =
            "Path of a zoned block device or of an embedded device's file; symbolic links"
                    + " to either are followed (default: the configured device).";

    private final Session session;

    @Parameters(index = "0", arity = "0..1", paramLabel = "DEVICE", description = DESCRIPTION)
    private String named;

    /** For picocli's factory. */
    NamedDevice(Session session) {
        this.session = session;
    }

    /** Opens it for this process alone. */
    ZonedDevice open() {
        return ZonedDevice.open(path());
    }

    /** Opens it to look at it, also beside a process that uses it. */
    ZonedDevice openToRead() {
        return ZonedDevice.openReadOnly(path());
    }

    /** Where it is. */
    public Path path() {
        return pathOf(session, named);
    }

    /**
     * The path of the device of that name.
     *
     * @param named null for the configured device
     */
    public static Path pathOf(Session session, String named) {
        if (named != null) {
            return placeOf(DeviceName.parsePlace(named), "named by the command");
        }
        SettingValue value = new Settings(session).value(Setting.DEVICE, null);
        return placeOf(DeviceName.parse(value.value()), value.source());
    }

    private static Path placeOf(DeviceName name, String source) {
        return switch (name) {
            case DeviceName.Existing existing -> existing.path();
            case DeviceName.EmbeddedFile(Optional<Path> path) when path.isPresent() -> path.get();
            case DeviceName made ->
                throw new CommandFailure(
                        ExitCode.DEVICE_MISSING,
                        "'" + made.text() + "' (" + source
                                + ") is not the path of a device: give one, such as /dev/nvme0n2, or run this in"
                                + " a kernel that has one: zns-slab emulate null_blk -- zns-slab device ...");
        };
    }
}
