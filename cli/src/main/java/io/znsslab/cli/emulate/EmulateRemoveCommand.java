package io.znsslab.cli.emulate;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZonedDevice;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zns-slab emulate remove}: takes null_blk devices away, with what they hold. */
@Command(
        name = "remove",
        description = {
            "Remove null_blk devices of this kernel; what they hold is lost.",
            "A device that is mounted or opened by a process is refused."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab emulate remove nullb0",
            "  zns-slab emulate remove /dev/nullb0 /dev/nullb1",
            "  zns-slab emulate remove --all"
        })
final class EmulateRemoveCommand implements Runnable {
    private final Session session;

    @Parameters(arity = "0..*", paramLabel = "DEVICE", description = "Names or paths of the devices.")
    private List<String> named = List.of();

    @Option(names = "--all", description = "Remove every zoned null_blk device, whichever program made it.")
    private boolean all;

    /** For picocli's factory. */
    EmulateRemoveCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if (all != named.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    all ? "give either --all or devices, not both" : "which device? Give its name or path, or --all");
        }
        NullBlkDevices devices = NullBlkDevices.of(NullBlockDriver.look(), "remove a null_blk device");
        List<NullBlockDevice> chosen = all
                ? devices.zoned()
                : named.stream().distinct().map(devices::require).toList();
        chosen.forEach(device -> requireUnused(device.path()));
        for (NullBlockDevice device : chosen) {
            device.close();
            session.terminal().out().println("removed " + device.path());
        }
    }

    /** The kernel itself takes the device away from under its users. */
    private static void requireUnused(Path path) {
        try {
            ZonedDevice.open(path).close();
        } catch (DeviceException e) {
            if (e.problem() == DeviceException.Problem.BUSY) {
                throw e;
            }
        }
    }
}
