package io.znsslab.cli.device;

import picocli.CommandLine.Command;

/** {@code zns-slab device}: what a person does to a device by hand. */
@Command(
        name = "device",
        description = "Inspect, read, write and reset one zoned device.",
        subcommands = {
            DeviceInfoCommand.class,
            DeviceZonesCommand.class,
            DeviceReadCommand.class,
            DeviceWriteCommand.class,
            DeviceZoneCommand.Reset.class,
            DeviceZoneCommand.Finish.class,
            DeviceCreateCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class DeviceCommand {
    /** For picocli. */
    public DeviceCommand() {}
}
