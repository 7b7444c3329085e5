package io.znsslab.cli.device;

import io.znsslab.cli.config.DeviceName;
import io.znsslab.cli.config.Setting;
import io.znsslab.cli.config.Settings;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code zns-slab device list}: the zoned devices of this machine. */
@Command(
        name = "list",
        description = {
            "List the zoned block devices of this machine, and the configured device: model, size, zones, owner, "
                    + "permissions, whether it is mounted or in use, and what is on it. Changes nothing.",
            "What is on a device shows only where this process may open it, and it is not mounted."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab device list",
            "  zns-slab device list --json",
            "  zns-slab emulate null_blk -- zns-slab device list"
        })
final class DeviceListCommand implements Runnable {
    private final Session session;
    private final ZonedBlockDevices machine;

    @Option(names = "--json", description = "Print the devices as JSON.")
    private boolean json;

    /** For picocli's factory. */
    DeviceListCommand(Session session) {
        this(session, ZonedBlockDevices.ofMachine());
    }

    DeviceListCommand(Session session, ZonedBlockDevices machine) {
        this.session = session;
        this.machine = machine;
    }

    /** The report, for programs. */
    record Report(List<ListedDevice> devices) {}

    @Override
    public void run() {
        Optional<Path> configured = configured();
        List<ListedDevice> devices = new ArrayList<>();
        for (ZonedBlockDevices.Found found : machine.find()) {
            boolean chosen =
                    configured.filter(path -> isSame(path, found.path())).isPresent();
            devices.add(ListedDevice.of(found, chosen));
        }
        boolean listed = devices.stream().anyMatch(ListedDevice::configured);
        configured
                .filter(path -> !listed && Files.isRegularFile(path))
                .ifPresent(path -> devices.add(ListedDevice.ofFile(path)));
        if (json) {
            Json.print(session.terminal().out(), new Report(devices));
        } else {
            print(devices);
        }
    }

    private Optional<Path> configured() {
        String value = new Settings(session).value(Setting.DEVICE, null).value();
        return switch (DeviceName.parse(value)) {
            case DeviceName.Existing existing -> Optional.of(existing.path());
            case DeviceName.EmbeddedFile file -> file.path();
            case DeviceName made -> Optional.empty();
        };
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.exists(one) && Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    private void print(List<ListedDevice> devices) {
        PrintWriter out = session.terminal().out();
        if (devices.isEmpty()) {
            out.println("no zoned block device on this machine");
            session.terminal()
                    .err()
                    .println("zns-slab: `zns-slab emulate null_blk -- COMMAND` runs a command beside an emulated one, "
                            + "and `zns-slab device create FILE` makes a file that follows the rules of one");
            return;
        }
        int width = devices.stream()
                .mapToInt(device -> device.path().length())
                .max()
                .orElse(0);
        for (ListedDevice device : devices) {
            out.println(String.format(
                    Locale.ROOT,
                    "%-" + width + "s  %s, %s, %s, %s %s",
                    device.path(),
                    device.model().isEmpty() ? device.kind() : device.model() + " (" + device.kind() + ")",
                    Figures.bytes(device.sizeBytes()),
                    Figures.count(device.zones(), "zone"),
                    device.owner(),
                    device.permissions()));
            out.println(" ".repeat(width) + "  " + device.useInWords() + (device.configured() ? "; configured" : ""));
        }
        out.flush();
    }
}
