package io.znsslab.cli.emulate;

import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.device.GeometryOptions;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zns-slab emulate create}: a null_blk that outlives the command. */
@Command(
        name = "create",
        description = {
            "Create a zoned null_blk device of this kernel; it lasts until it is removed or the machine is switched "
                    + "off.",
            "The kernel must have null_blk, and the user must be root. By default the device has 64 zones of 4 MiB, of "
                    + "which 3 MiB are writable; it keeps its data in memory."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab emulate create",
            "  zns-slab emulate create slow --zones 32 --conventional 4 --latency 80us",
            "  zns-slab emulate create --bad-blocks 8M+4k --offline-zone 5 --json"
        })
final class EmulateCreateCommand implements Runnable {
    private static final String NAME_FORM = "[A-Za-z0-9_-]{1,31}";

    private final Session session;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "Name of the device: /dev/NAME (default: the first free one of nullb0, nullb1, ...).")
    private String name;

    @Mixin
    private GeometryOptions geometry;

    @Mixin
    private FaultOptions faults;

    @Option(names = "--json", description = "Print the device as JSON.")
    private boolean json;

    /** For picocli's factory. */
    EmulateCreateCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        DeviceShape shape = geometry.shape(DeviceShape.usual());
        DeviceFaults broken = faults.of(EmulatedDevice.NULL_BLK, shape);
        if (name != null && !name.matches(NAME_FORM)) {
            throw new CommandFailure(
                    ExitCode.USAGE, "'" + name + "' names no device: must be 1 to 31 letters, digits, '_' and '-'");
        }
        NullBlkDevices devices = NullBlkDevices.of(NullBlockDriver.find(), "create a null_blk device");
        NullBlockDevice made = name == null ? devices.create(shape, broken) : devices.create(name, shape, broken);
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, NullBlkReport.of(made));
        } else {
            out.println("created " + made.path() + ": " + Figures.count(shape.zones(), "zone") + " of "
                    + Figures.bytes(shape.zoneBytes()) + ", capacity " + Figures.bytes(shape.capacityBytes()));
        }
    }
}
