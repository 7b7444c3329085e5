package io.znsslab.cli.store;

import io.znsslab.cli.config.Setting;
import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.device.Confirmation;
import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.InspectedZone;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.StoreOverview;
import io.znsslab.tier.inspect.Verification;
import io.znsslab.tier.scrub.ScrubReport;
import io.znsslab.tier.scrub.StoreScrub;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab store scrub}: verifies a store, and mends what can be mended. */
@Command(
        name = "scrub",
        description = {
            "Read everything that counts of the store on a device, as `store verify` does, and mend what is damaged"
                    + " without losing a byte: a log of which a copy is damaged is written anew, and a zone with a"
                    + " damaged header or summary, or with a block that can't be read, is emptied of its live slabs.",
            "What is lost stays in its place and is reported, with exit code 11, as is what could not be mended. Asks"
                    + " before it writes, or wants --yes; writes nothing if there is nothing to mend. No other process"
                    + " may have the device open. Interrupted, or after a power cut, run it again."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab store scrub /dev/nvme0n2",
            "  zns-slab store scrub --rate 200MiB/s --yes --json /dev/nvme0n2"
        })
final class StoreScrubCommand implements Callable<Integer> {
    private static final String GIVES_UP = "continue";

    private final Session session;

    @Mixin
    private NamedDevice named;

    @Mixin
    private Confirmation confirmation;

    @Mixin
    private StoreSettings settings;

    @Option(
            names = "--rate",
            paramLabel = "BYTES/s",
            converter = ReadRate.class,
            description = "Most bytes to read in a second while verifying, such as 200MiB/s (default: no limit).")
    private Long rate;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreScrubCommand(Session session) {
        this.session = session;
    }

    /** What was found on the device. */
    private record Findings(StoreOverview store, Verification verification, long slabsToMove) {
        StoreScrub scrub() {
            return StoreScrub.of(verification);
        }
    }

    @Override
    public Integer call() {
        settings.check();
        ScrubReport report;
        // Opened for this process alone from the beginning, so that what is mended is what was found.
        try (ZonedDevice device = ZonedDevice.open(named.path())) {
            Findings found = verify(device);
            if (!json) {
                DamageReport.print(session.terminal().out(), found.store.device(), found.verification);
            }
            report = ScrubReport.nothingMended(found.verification);
            try {
                if (found.scrub().isNeeded()) {
                    requireAgreement(found);
                    report = mend(device, found);
                }
            } finally {
                // Also where nothing could be mended, or was not to be: what was found took long to find.
                print(found.store, report);
            }
        }
        return report.isSound() ? ExitCode.DONE.status() : ExitCode.DATA_CORRUPT.status();
    }

    private Findings verify(ZonedDevice device) {
        try (StoreInspection inspection = StoreInspection.of(device);
                Progress progress = new Progress(session.terminal())) {
            Verification found = inspection.verify(
                    rate == null ? 0 : rate, (done, total) -> progress.reportBytes("verified", done, total));
            long toMove = inspection.zones().stream()
                    .filter(zone ->
                            found.zonesToEvacuate().contains(zone.descriptor().index()))
                    .mapToLong(InspectedZone::liveSlabs)
                    .sum();
            return new Findings(inspection.overview(), found, toMove);
        }
    }

    private void requireAgreement(Findings found) {
        boolean givesUp = settings.given(Setting.ON_ERRORS).orElse("").equals(GIVES_UP);
        boolean hasLosses = !found.verification.losses().isEmpty();
        if (hasLosses && !givesUp) {
            throw new CommandFailure(
                    ExitCode.DATA_CORRUPT,
                    "nothing was mended: the store on " + found.store.device() + " has lost something for good, and"
                            + " opening it would give that up; add --set " + Setting.ON_ERRORS.key() + "=" + GIVES_UP
                            + " to do so, and to mend the rest");
        }
        StoreScrub scrub = found.scrub();
        String moves = scrub.zones().isEmpty()
                ? ""
                : " moves " + Figures.count(found.slabsToMove, "slab") + " out of "
                        + Figures.count(scrub.zones().size(), "zone");
        String writes = scrub.isLogDamaged() ? (moves.isEmpty() ? "" : ", and") + " writes the log anew" : "";
        confirmation.require("mending the store " + found.store.store().id() + " on " + found.store.device() + moves
                + writes + (hasLosses ? ", and gives up what is lost" : ""));
    }

    /** Mends the store; the tier closes the device. */
    private ScrubReport mend(ZonedDevice device, Findings found) {
        ZnsTier tier = settings.open(settings.applyTo(ZnsTier.builder(device)));
        try (SlabAllocator _ = StoreAllocator.over(tier, found.store.shape(), settings);
                Progress progress = new Progress(session.terminal())) {
            return found.scrub().mend(tier, (done, total) -> progress.report("slabs moved:", done, total));
        }
    }

    private void print(StoreOverview store, ScrubReport report) {
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, ScrubbedStore.of(store, report));
        } else {
            ScrubbedStore.print(out, report);
        }
    }
}
