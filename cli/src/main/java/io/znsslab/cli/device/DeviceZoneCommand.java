package io.znsslab.cli.device;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.device.ZonedDevice;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Commands to zones: {@code zns-slab device reset} and {@code finish}. */
abstract class DeviceZoneCommand implements Runnable {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @Mixin
    private Confirmation confirmation;

    @Option(names = "--zone", paramLabel = "NUMBER", description = "Number of a zone, from 0; may be repeated.")
    private List<Integer> zones = List.of();

    DeviceZoneCommand(Session session) {
        this.session = session;
    }

    /** The zones to act on. */
    List<Integer> chosen(ZonedDevice device) {
        if (zones.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, "no zone is given: add --zone NUMBER");
        }
        for (int zone : zones) {
            if (zone < 0 || zone >= device.geometry().zoneCount()) {
                throw new CommandFailure(
                        ExitCode.ZONE_REFUSED,
                        device.name() + " has no zone " + zone + ": its zones are 0 to "
                                + (device.geometry().zoneCount() - 1));
            }
        }
        return zones;
    }

    abstract String consequence();

    abstract void act(ZonedDevice device, int zone);

    @Override
    public void run() {
        try (ZonedDevice device = named.open()) {
            confirmation.require(consequence());
            for (int zone : chosen(device)) {
                act(device, zone);
                session.terminal()
                        .out()
                        .println("zone " + zone + " is now "
                                + ZoneMapView.wordOf(device.report(zone).condition()));
            }
        }
    }

    /** Empties zones. */
    @Command(name = "reset", description = "Reset zones: they are empty then, and their data is lost.")
    static final class Reset extends DeviceZoneCommand {
        @Option(names = "--all", description = "Reset every sequential zone that is not empty, read-only or offline.")
        private boolean all;

        /** For picocli's factory. */
        Reset(Session session) {
            super(session);
        }

        @Override
        List<Integer> chosen(ZonedDevice device) {
            if (!all) {
                return super.chosen(device);
            }
            return device.report().stream()
                    .filter(zone -> switch (zone.condition()) {
                        case EMPTY, NOT_WRITE_POINTER, READ_ONLY, OFFLINE -> false;
                        case IMPLICIT_OPEN, EXPLICIT_OPEN, CLOSED, FULL -> true;
                    })
                    .map(zone -> zone.index())
                    .toList();
        }

        @Override
        String consequence() {
            return "resetting a zone destroys its data";
        }

        @Override
        void act(ZonedDevice device, int zone) {
            device.resetZone(zone);
        }
    }

    /** Makes zones full. */
    @Command(name = "finish", description = "Finish zones: they are full then, without the rest having been written.")
    static final class Finish extends DeviceZoneCommand {
        /** For picocli's factory. */
        Finish(Session session) {
            super(session);
        }

        @Override
        String consequence() {
            return "a finished zone takes no more data until it is reset";
        }

        @Override
        void act(ZonedDevice device, int zone) {
            device.finishZone(zone);
        }
    }
}
