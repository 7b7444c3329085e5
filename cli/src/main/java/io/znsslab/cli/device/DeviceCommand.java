package io.znsslab.cli.device;

import picocli.CommandLine.Command;

/** {@code zns-slab device}: what a person does to a device by hand. */
@Command(
        name = "device",
        description = "List zoned devices; inspect, format, read, write and reset one of them.",
        subcommands = {
            DeviceListCommand.class,
            DeviceInfoCommand.class,
            DeviceZonesCommand.class,
            DeviceReadCommand.class,
            DeviceWriteCommand.class,
            DeviceZoneCommand.Reset.class,
            DeviceZoneCommand.Finish.class,
            DeviceZoneCommand.Open.class,
            DeviceZoneCommand.Close.class,
            DeviceFormatCommand.class,
            DeviceCreateCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab device list",
            "  zns-slab device info /dev/nvme0n2",
            "  zns-slab device format /dev/nvme0n2"
        })
public final class DeviceCommand {
    /** For picocli. */
    public DeviceCommand() {}
}
