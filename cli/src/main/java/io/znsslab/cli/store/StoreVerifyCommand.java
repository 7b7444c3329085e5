package io.znsslab.cli.store;

import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.Verification;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab store verify}: reads all that counts, and checks it. */
@Command(
        name = "verify",
        description = {
            "Read everything that counts of the store on a device, and check every checksum and identity: the log and"
                    + " its superblocks, both copies of each, zone headers, extent summaries, and all live slabs.",
            "Ends with a report of what is damaged and lost, by place, and with exit code 11 if anything is."
                    + " Nothing is written."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab store verify /dev/nvme0n2", "  zns-slab store verify --rate 200MiB/s --json /dev/nvme0n2"
        })
final class StoreVerifyCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @Option(
            names = "--rate",
            paramLabel = "BYTES/s",
            converter = ReadRate.class,
            description = "Most bytes to read in a second, such as 200MiB/s (default: no limit).")
    private Long rate;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreVerifyCommand(Session session) {
        this.session = session;
    }

    /** The report for programs. */
    private record Report(
            String device,
            boolean sound,
            long bytesRead,
            double seconds,
            long slabs,
            long objects,
            long extents,
            long damagedSlabs,
            long damagedObjects,
            List<DamageReport> damages,
            long damagesLeftOut,
            List<LossReport> losses) {
        static Report of(String device, Verification found) {
            return new Report(
                    device,
                    found.isSound(),
                    found.bytesRead(),
                    found.nanos() / 1e9,
                    found.slabs(),
                    found.objects(),
                    found.extents(),
                    found.damagedSlabs(),
                    found.damagedObjects(),
                    DamageReport.of(found.damages()),
                    found.damagesLeftOut(),
                    LossReport.of(found.losses()));
        }
    }

    @Override
    public Integer call() {
        Verification found;
        String device;
        try (StoreInspection inspection = StoreInspection.open(named.path());
                Progress progress = new Progress(session.terminal())) {
            device = inspection.overview().device();
            found = inspection.verify(
                    rate == null ? 0 : rate, (done, total) -> progress.reportBytes("verified", done, total));
        }
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, Report.of(device, found));
        } else {
            print(out, device, found);
        }
        return found.isSound() ? ExitCode.DONE.status() : ExitCode.DATA_CORRUPT.status();
    }

    private static void print(PrintWriter out, String device, Verification found) {
        DamageReport.print(out, device, found);
        out.println("result   " + result(found));
    }

    private static String result(Verification found) {
        if (found.isSound()) {
            return "sound: every checksum and identity is right";
        }
        if (found.damagedSlabs() == 0 && found.losses().isEmpty()) {
            return "damaged, without loss of objects";
        }
        return "damaged: " + DamageReport.lost(found);
    }
}
