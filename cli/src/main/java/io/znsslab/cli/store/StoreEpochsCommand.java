package io.znsslab.cli.store;

import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.inspect.EpochContents;
import io.znsslab.tier.inspect.StoreInspection;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab store epochs}: the epochs on a device. */
@Command(
        name = "epochs",
        description = {
            "Print the epochs on a device: number, state, lifetime, age, when each expires, slabs, live objects and"
                    + " their share, label.",
            "An epoch that has expired (over) is dropped when a program opens the store.",
            "A packed object's size is in its slab alone: live bytes of packed slabs count up to the slab's end (<=)."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab store epochs /dev/nvme0n2", "  zns-slab store epochs ./device --json"})
final class StoreEpochsCommand implements Runnable {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private final Session session;

    @Mixin
    private NamedDevice named;

    @Option(names = "--json", description = "Print the epochs as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreEpochsCommand(Session session) {
        this.session = session;
    }

    /** The report for programs. */
    private record Report(String device, List<Epoch> epochs) {}

    private record Epoch(
            long number,
            String label,
            String state,
            String lifetime,
            String openedAt,
            Long ageSeconds,
            String expiresAt,
            Long expiresInSeconds,
            long slabs,
            long packedSlabs,
            int zones,
            long objects,
            long liveBytes,
            long slabBytes,
            double liveShare) {
        static Epoch of(EpochContents epoch, Instant now) {
            return new Epoch(
                    epoch.number(),
                    epoch.label(),
                    StoreInspectCommand.word(epoch.state()),
                    StoreInspectCommand.word(epoch.lifetime()),
                    epoch.opened() == null ? null : epoch.opened().toString(),
                    epoch.opened() == null
                            ? null
                            : Math.max(0, Duration.between(epoch.opened(), now).toSeconds()),
                    epoch.expires() == null ? null : epoch.expires().toString(),
                    epoch.expires() == null
                            ? null
                            : Math.max(0, Duration.between(now, epoch.expires()).toSeconds()),
                    epoch.slabs(),
                    epoch.packedSlabs(),
                    epoch.zones(),
                    epoch.objects(),
                    epoch.liveBytes(),
                    epoch.slabBytes(),
                    epoch.liveShare());
        }
    }

    @Override
    public void run() {
        List<Epoch> epochs;
        String device;
        try (StoreInspection inspection = StoreInspection.open(named.path())) {
            Instant now = Instant.now();
            device = inspection.overview().device();
            epochs = inspection.epochs().stream()
                    .map(epoch -> Epoch.of(epoch, now))
                    .toList();
        }
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, new Report(device, epochs));
        } else {
            print(out, epochs);
        }
    }

    private static void print(PrintWriter out, List<Epoch> epochs) {
        out.println(
                "       epoch  state           lifetime       age     expires     slabs  zones    objects  live bytes"
                        + "   share  label");
        for (Epoch epoch : epochs) {
            String atMost = epoch.packedSlabs > 0 ? "<=" : "  ";
            out.println(String.format(
                            Locale.ROOT,
                            "%12d  %-14s  %-8s  %8s  %10s  %8d  %5d  %9d  %10s  %s%3.0f %%  %s",
                            epoch.number,
                            epoch.state,
                            epoch.lifetime,
                            epoch.ageSeconds == null ? "?" : span(epoch.ageSeconds),
                            expiry(epoch),
                            epoch.slabs,
                            epoch.zones,
                            epoch.objects,
                            Figures.bytes(epoch.liveBytes),
                            atMost,
                            epoch.liveShare * 100,
                            epoch.label)
                    .stripTrailing());
        }
        if (epochs.isEmpty()) {
            out.println("(no epoch is on the device)");
        }
    }

    private static String expiry(Epoch epoch) {
        if (epoch.expiresInSeconds == null) {
            return "-";
        }
        return epoch.expiresInSeconds == 0 ? "over" : "in " + span(epoch.expiresInSeconds);
    }

    /** {@code 12 s}, {@code 5 min}, {@code 3.5 h}, {@code 12 d}. */
    private static String span(long seconds) {
        if (seconds < 2 * MINUTE) {
            return seconds + " s";
        }
        if (seconds < 2 * HOUR) {
            return seconds / MINUTE + " min";
        }
        return seconds < 2 * DAY ? String.format(Locale.ROOT, "%.1f h", seconds / (double) HOUR) : seconds / DAY + " d";
    }
}
