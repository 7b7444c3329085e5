package io.znsslab.cli.device;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Commands to zones: {@code zns-slab device reset}, {@code finish}, {@code open} and {@code close}. */
abstract class DeviceZoneCommand implements Runnable {
    private static final String EXAMPLES = "%nExamples:%n";

    private final Session session;

    @Mixin
    private NamedDevice named;

    @Mixin
    private Confirmation confirmation;

    @Mixin
    private LiveStore liveStore;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Choice choice;

    /** Some zones, or all that the command has a meaning for. */
    static final class Choice {
        @Option(
                names = "--zone",
                paramLabel = "NUMBER",
                required = true,
                description = "Number of a zone, from 0; may be repeated.")
        private List<Integer> zones;

        @Option(
                names = "--all",
                required = true,
                description = "Every sequential zone that the command has something to do for.")
        private boolean all;

        /** For picocli. */
        Choice() {}
    }

    DeviceZoneCommand(Session session) {
        this.session = session;
    }

    private List<Integer> chosen(ZonedDevice device) {
        if (choice.all) {
            return device.report().stream()
                    .filter(zone -> zone.type() == ZoneType.SEQUENTIAL && concerns(zone.condition()))
                    .map(ZoneDescriptor::index)
                    .toList();
        }
        for (int zone : choice.zones) {
            if (zone < 0 || zone >= device.geometry().zoneCount()) {
                throw new CommandFailure(
                        ExitCode.ZONE_REFUSED,
                        device.name() + " has no zone " + zone + ": its zones are 0 to "
                                + (device.geometry().zoneCount() - 1));
            }
        }
        return choice.zones;
    }

    /** Whether {@code --all} includes a zone in that condition. */
    abstract boolean concerns(ZoneCondition condition);

    /** What the command does, as in "... a zone". */
    abstract String doing();

    /** What is asked about before; null where nothing can be lost. */
    abstract String consequence();

    abstract void act(ZonedDevice device, int zone);

    @Override
    public void run() {
        try (ZonedDevice device = named.open()) {
            List<Integer> zones = chosen(device);
            liveStore.requireNamed(device, doing() + " a zone");
            if (consequence() != null) {
                confirmation.require(consequence());
            }
            for (int zone : zones) {
                act(device, zone);
                session.terminal()
                        .out()
                        .println("zone " + zone + " is now "
                                + ZoneMapView.wordOf(device.report(zone).condition()));
            }
            if (zones.isEmpty()) {
                session.terminal().err().println("zns-slab: no zone of " + device.name() + " needs it");
            }
        }
    }

    /** Empties zones. */
    @Command(
            name = "reset",
            description = {
                "Reset zones: they are empty then, and their data is lost. --all takes every zone that is not empty, "
                        + "read-only or offline.",
                "A device that holds a store is refused unless --store names the store."
            },
            footerHeading = EXAMPLES,
            footer = {
                "  zns-slab device reset /dev/nvme0n2 --zone 3 --zone 4 --yes",
                "  zns-slab device reset /dev/nvme0n2 --all"
            })
    static final class Reset extends DeviceZoneCommand {
        /** For picocli's factory. */
        Reset(Session session) {
            super(session);
        }

        @Override
        boolean concerns(ZoneCondition condition) {
            return condition.isActive() || condition == ZoneCondition.FULL;
        }

        @Override
        String doing() {
            return "resetting";
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
    @Command(
            name = "finish",
            description = {
                "Finish zones: they are full then, without the rest having been written. --all takes every zone that "
                        + "is open or closed.",
                "A device that holds a store is refused unless --store names the store."
            },
            footerHeading = EXAMPLES,
            footer = "  zns-slab device finish /dev/nvme0n2 --zone 3 --yes")
    static final class Finish extends DeviceZoneCommand {
        /** For picocli's factory. */
        Finish(Session session) {
            super(session);
        }

        @Override
        boolean concerns(ZoneCondition condition) {
            return condition.isActive();
        }

        @Override
        String doing() {
            return "finishing";
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

    /** Opens zones explicitly. */
    @Command(
            name = "open",
            description = {
                "Open zones explicitly: each counts as open until it is closed, finished or reset; on an embedded "
                        + "device, until the command ends. --all takes every zone that is empty or closed, as far as "
                        + "the device's limit of open zones goes.",
                "A device that holds a store is refused unless --store names the store."
            },
            footerHeading = EXAMPLES,
            footer = "  zns-slab device open /dev/nvme0n2 --zone 3")
    static final class Open extends DeviceZoneCommand {
        /** For picocli's factory. */
        Open(Session session) {
            super(session);
        }

        @Override
        boolean concerns(ZoneCondition condition) {
            return condition == ZoneCondition.EMPTY
                    || condition == ZoneCondition.CLOSED
                    || condition == ZoneCondition.IMPLICIT_OPEN;
        }

        @Override
        String doing() {
            return "opening";
        }

        @Override
        String consequence() {
            return null;
        }

        @Override
        void act(ZonedDevice device, int zone) {
            device.openZone(zone);
        }
    }

    /** Closes open zones. */
    @Command(
            name = "close",
            description = {
                "Close zones that are open; a zone that was written stays active. --all takes every open zone.",
                "A device that holds a store is refused unless --store names the store."
            },
            footerHeading = EXAMPLES,
            footer = "  zns-slab device close /dev/nvme0n2 --all")
    static final class Close extends DeviceZoneCommand {
        /** For picocli's factory. */
        Close(Session session) {
            super(session);
        }

        @Override
        boolean concerns(ZoneCondition condition) {
            return condition == ZoneCondition.IMPLICIT_OPEN || condition == ZoneCondition.EXPLICIT_OPEN;
        }

        @Override
        String doing() {
            return "closing";
        }

        @Override
        String consequence() {
            return null;
        }

        @Override
        void act(ZonedDevice device, int zone) {
            device.closeZone(zone);
        }
    }
}
