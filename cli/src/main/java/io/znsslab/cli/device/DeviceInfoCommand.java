package io.znsslab.cli.device;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.ZonedDevice;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab device info}: a device's geometry, and the superblock of the store on it. Writes nothing. */
@Command(
        name = "info",
        description = "Print a device's kind, geometry and limits, and the identity of the store on it.")
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
        try (ZonedDevice device = named.open()) {
            PrintWriter out = session.terminal().out();
            if (json) {
                Json.print(out, new Info(device.name(), device.description(), device.geometry()));
            } else {
                print(out, device);
            }
        }
    }

    private static void print(PrintWriter out, ZonedDevice device) {
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
        ZnsTier.storeOn(device)
                .ifPresent(store -> out.println("store          " + store.id() + ", opened "
                        + Figures.count(store.openings()) + " times, formatted " + store.formattedAt()));
    }

    private static String limit(int zones) {
        return zones == 0 ? "no limit" : "at most " + Figures.count(zones);
    }

    private record Info(String device, String kind, DeviceGeometry geometry) {}
}
