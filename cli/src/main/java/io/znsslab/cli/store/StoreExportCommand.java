package io.znsslab.cli.store;

import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.transfer.StoreExport;
import io.znsslab.tier.transfer.TransferReport;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zns-slab store export}: epochs as a stream. */
@Command(
        name = "export",
        description = {
            "Write epochs of the store on a device to a file or to standard output, with checksums, for"
                    + " `store import` on this machine or another. Checksums and identities are checked while reading;"
                    + " a damaged slab ends the export with exit code 11, unless --skip-damaged is given.",
            "Nothing is written to the device."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab store export --epoch 12 --epoch 13 two-epochs.zsx /dev/nvme0n2",
            "  zns-slab store export - ./device | ssh other zns-slab store import - ./device"
        })
final class StoreExportCommand implements Callable<Integer> {
    private static final String STANDARD_OUTPUT = "-";
    private static final int BUFFER_BYTES = 1 << 18;

    private final Session session;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "File to write, which must not exist; - for standard output.")
    private String file;

    @Parameters(index = "1", arity = "0..1", paramLabel = "DEVICE", description = NamedDevice.DESCRIPTION)
    private String named;

    @Option(
            names = "--epoch",
            paramLabel = "EPOCH",
            description = "Number of an epoch to export; may be given several times (default: all).")
    private Set<Long> epochs = Set.of();

    @Option(names = "--skip-damaged", description = "Leave damaged slabs out, and say how many (exit code 11).")
    private boolean skipDamaged;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreExportCommand(Session session) {
        this.session = session;
    }

    /** The report for programs. */
    private record Report(
            String device,
            String file,
            long epochs,
            long slabs,
            long objects,
            long bytes,
            long damagedSlabs,
            long damagedObjects) {}

    @Override
    public Integer call() {
        boolean toOutput = file.equals(STANDARD_OUTPUT);
        if (toOutput && json) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--json and the export can't both go to standard output: name a file");
        }
        TransferReport written;
        String device;
        try (StoreInspection inspection = StoreInspection.open(NamedDevice.pathOf(session, named));
                Progress progress = new Progress(session.terminal())) {
            device = inspection.overview().device();
            StoreExport export = new StoreExport(
                    inspection, skipDamaged, (done, total) -> progress.reportBytes("exported", done, total));
            written = toOutput ? toOutput(export) : toFile(export);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot write to " + file + ": " + e.getMessage(), e);
        }
        PrintWriter out =
                toOutput ? session.terminal().err() : session.terminal().out();
        if (json) {
            Json.print(out, report(device, written));
        } else {
            out.println("exported " + Figures.count(written.epochs(), "epoch") + ", "
                    + Figures.count(written.slabs(), "slab") + ", " + Figures.count(written.objects(), "object")
                    + " of " + device + ": " + Figures.bytes(written.bytes()));
            if (written.damagedSlabs() > 0) {
                out.println("left out " + Figures.count(written.damagedSlabs(), "damaged slab") + " with "
                        + Figures.count(written.damagedObjects(), "object") + ": `zns-slab store verify` names them");
            }
        }
        return written.damagedSlabs() > 0 ? ExitCode.DATA_CORRUPT.status() : ExitCode.DONE.status();
    }

    private Report report(String device, TransferReport written) {
        return new Report(
                device,
                file,
                written.epochs(),
                written.slabs(),
                written.objects(),
                written.bytes(),
                written.damagedSlabs(),
                written.damagedObjects());
    }

    private TransferReport toOutput(StoreExport export) throws IOException {
        OutputStream buffered = new BufferedOutputStream(session.terminal().bytes(), BUFFER_BYTES);
        return write(export, buffered);
    }

    /** A file that was not written to its end is removed. */
    private TransferReport toFile(StoreExport export) throws IOException {
        Path path = Path.of(file);
        boolean done = false;
        OutputStream opened;
        try {
            opened = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_UNUSABLE, "there is something at " + file + " already: name another file", e);
        }
        try (OutputStream out = new BufferedOutputStream(opened, BUFFER_BYTES)) {
            TransferReport written = write(export, out);
            done = true;
            return written;
        } finally {
            if (!done) {
                Files.deleteIfExists(path);
            }
        }
    }

    private TransferReport write(StoreExport export, OutputStream to) throws IOException {
        try {
            return export.write(epochs, to);
        } catch (DeviceException | CorruptSlabException e) {
            throw e;
        } catch (ZnsSlabException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
    }
}
