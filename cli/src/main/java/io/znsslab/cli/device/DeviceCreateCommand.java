package io.znsslab.cli.device;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.device.FileZonedDevice;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code zns-slab device create}: an embedded device in a regular file. */
@Command(
        name = "create",
        description = {
            "Create an embedded device: a sparse regular file that follows the rules of a zoned device.",
            "By default it has 64 zones of 4 MiB, of which 3 MiB are writable."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab device create /var/tmp/device",
            "  zns-slab device create big --zones 256 --zone-size 64MiB --conventional 4"
        })
final class DeviceCreateCommand implements Runnable {
    private final Session session;

    @Parameters(
            paramLabel = "FILE",
            description = "The file to create; nothing may exist there, not even a symbolic link.")
    private Path file;

    @Mixin
    private GeometryOptions geometry;

    /** For picocli's factory. */
    DeviceCreateCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        DeviceShape shape = geometry.shape(DeviceShape.usual());
        try (FileZonedDevice device = NewDeviceFile.create(file, shape)) {
            PrintWriter out = session.terminal().out();
            out.println("created " + device.name() + ": " + Figures.count(shape.zones(), "zone") + " of "
                    + Figures.bytes(shape.zoneBytes()) + ", capacity " + Figures.bytes(shape.capacityBytes()));
            long missing = device.missingRoomBytes();
            if (missing > 0) {
                out.println("its file system has " + Figures.bytes(missing)
                        + " less than that: when its free space is used up, the device counts as full");
            }
        }
    }
}
