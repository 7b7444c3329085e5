package io.znsslab.cli.device;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.DeviceContents;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.ZonedDevice;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab device info}: a device's geometry, and the superblock of the store on it. Writes nothing. */
@Command(
        name = "info",
        description = "Print a device's kind, geometry and limits, and what it holds: a store with its UUID, nothing, "
                + "or data of others. Changes nothing.",
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab device info /dev/nvme0n2", "  zns-slab device info --json"})
final class DeviceInfoCommand implements Runnable {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /** For picocli's factory. */
    DeviceInfoCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        try (ZonedDevice device = named.openToRead()) {
            PrintWriter out = session.terminal().out();
            DeviceContents contents = DeviceContents.of(device);
            if (json) {
                Json.print(out, Info.of(device, contents));
            } else {
                print(out, device, contents);
            }
        }
    }

    private static void print(PrintWriter out, ZonedDevice device, DeviceContents contents) {
        DeviceGeometry geometry = device.geometry();
        out.println("device         " + device.name());
        out.println("kind           " + device.description());
        out.println("size           " + Figures.bytes(geometry.sizeBytes()));
        out.println("zones          " + Figures.count(geometry.zoneCount()) + ", of which "
                + Figures.count(geometry.conventionalZones()) + " conventional");
        out.println("zone size      " + Figures.bytes(geometry.zoneBytes()));
        out.println("zone capacity  " + Figures.bytes(geometry.zoneCapacityBytes()));
        out.println("block          " + Figures.bytes(geometry.blockBytes()));
        out.println("open zones     " + limit(geometry.maxOpenZones()));
        out.println("active zones   " + limit(geometry.maxActiveZones()));
        out.println("transfer       at most " + Figures.bytes(geometry.maxTransferBytes()));
        out.println("I/O            " + IoWay.of(device::ioMethod).words());
        contents.store()
                .ifPresentOrElse(
                        store -> out.println("store          " + store.id() + ", opened "
                                + Figures.count(store.openings(), "time") + ", formatted " + store.formattedAt()),
                        () -> out.println("holds          " + StoreIdentity.inWords(contents)));
    }

    private static String limit(int zones) {
        return zones == 0 ? "no limit" : "at most " + Figures.count(zones);
    }

    /** The same for programs. */
    private record Info(
            String device,
            String kind,
            DeviceGeometry geometry,
            String ioMethod,
            String holds,
            StoreIdentity store,
            String foreign) {
        static Info of(ZonedDevice device, DeviceContents contents) {
            return new Info(
                    device.name(),
                    device.description(),
                    device.geometry(),
                    IoWay.of(device::ioMethod).word(),
                    StoreIdentity.wordOf(contents.kind()),
                    StoreIdentity.of(contents),
                    contents.foreign().orElse(null));
        }
    }
}
