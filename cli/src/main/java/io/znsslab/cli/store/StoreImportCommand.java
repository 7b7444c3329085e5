package io.znsslab.cli.store;

import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.StoreOverview;
import io.znsslab.tier.transfer.DamagedExportException;
import io.znsslab.tier.transfer.StoreImport;
import io.znsslab.tier.transfer.TransferReport;
import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zns-slab store import}: an export into a store. */
@Command(
        name = "import",
        description = {
            "Read what `store export` wrote, from a file or from standard input, into a device.",
            "On a device without a store, or with one that holds nothing, the device is formatted and the handles of"
                    + " the exported objects stay valid. A store that holds something gets copies with new handles: a"
                    + " line for each object, with its old and its new handle, is printed, or written to the --map"
                    + " file.",
            "An export that is damaged or cut short is refused (exit code 4)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab store import two-epochs.zsx /dev/nvme1n2",
            "  zns-slab store import --map handles.txt - ./device < two-epochs.zsx"
        })
final class StoreImportCommand implements Runnable {
    private static final String STANDARD_INPUT = "-";
    private static final int BUFFER_BYTES = 1 << 18;

    private final Session session;

    @Parameters(index = "0", paramLabel = "FILE", description = "File to read; - for standard input.")
    private String file;

    @Parameters(index = "1", arity = "0..1", paramLabel = "DEVICE", description = NamedDevice.DESCRIPTION)
    private String named;

    @Mixin
    private StoreSettings settings;

    @Option(
            names = "--map",
            paramLabel = "FILE",
            description = "File for old and new handles where handles change (default: standard output).")
    private Path map;

    @Option(names = "--copy", description = "Copy the objects, with new handles, also into a store that holds nothing.")
    private boolean copy;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreImportCommand(Session session) {
        this.session = session;
    }

    /** The report for programs. */
    private record Report(
            String device,
            String from,
            boolean handlesKept,
            long epochs,
            long slabs,
            long objects,
            long bytes,
            List<Moved> handles) {}

    private record Moved(String exported, String imported) {}

    /** What is on the device that the export goes to. */
    private record Target(Path path, boolean hasStore, boolean isEmpty, StoreOverview.Shape shape) {
        static Target of(Path path) {
            try (ZonedDevice device = ZonedDevice.openReadOnly(path)) {
                if (ZnsTier.storeOn(device).isEmpty()) {
                    return new Target(path, false, true, null);
                }
                try (StoreInspection inspection = StoreInspection.of(device)) {
                    StoreOverview store = inspection.overview();
                    boolean isEmpty =
                            store.found().slabs() == 0 && store.found().losses().isEmpty();
                    return new Target(path, true, isEmpty, store.shape());
                }
            }
        }
    }

    @Override
    public void run() {
        settings.check();
        Target target = Target.of(NamedDevice.pathOf(session, named));
        try (InputStream in = new BufferedInputStream(open(), BUFFER_BYTES)) {
            StoreImport export = new StoreImport(in);
            boolean keeps = target.isEmpty() && !copy;
            if (keeps) {
                print(
                        target,
                        export,
                        export.keepHandles(target.path(), target.hasStore(), settings::applyTo),
                        true,
                        List.of());
            } else {
                copy(target, export);
            }
        } catch (DamagedExportException e) {
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot import " + file + ": " + e.getMessage(), e);
        }
    }

    private InputStream open() throws IOException {
        return file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(Path.of(file));
    }

    private void copy(Target target, StoreImport export) throws IOException {
        List<Moved> moved = new ArrayList<>();
        TransferReport report;
        try (PrintWriter lines = map == null ? null : new PrintWriter(newMap());
                SlabAllocator allocator = open(target, export)) {
            PrintWriter out =
                    lines != null ? lines : json ? null : session.terminal().out();
            report = export.copyInto(allocator, (exported, imported) -> {
                if (out != null) {
                    out.println(HandleText.of(exported) + " " + HandleText.of(imported));
                } else {
                    moved.add(new Moved(HandleText.of(exported), HandleText.of(imported)));
                }
            });
            if (lines != null && lines.checkError()) {
                throw new IOException("the map could not be written to " + map);
            }
        }
        print(target, export, report, false, moved);
    }

    private BufferedWriter newMap() {
        try {
            return Files.newBufferedWriter(map);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot write to " + map + ": " + e.getMessage(), e);
        }
    }

    private SlabAllocator open(Target target, StoreImport export) {
        StoreOverview.Shape shape = target.shape() != null
                ? target.shape()
                : new StoreOverview.Shape(
                        export.header().slabBytes(),
                        export.header().slotBytes(),
                        export.header().handles());
        return StoreAllocator.open(target.path(), shape, settings);
    }

    private void print(Target target, StoreImport export, TransferReport report, boolean keeps, List<Moved> handles) {
        PrintWriter out = session.terminal().out();
        String from = export.header().store().toString();
        if (json) {
            Json.print(
                    out,
                    new Report(
                            target.path().toString(),
                            from,
                            keeps,
                            report.epochs(),
                            report.slabs(),
                            report.objects(),
                            report.bytes(),
                            handles));
            return;
        }
        // The map is what goes to standard output, unless it has a file of its own.
        PrintWriter to = keeps || map != null ? out : session.terminal().err();
        to.println("imported " + Figures.count(report.epochs(), "epoch") + ", "
                + Figures.count(report.slabs(), "slab") + ", " + Figures.count(report.objects(), "object")
                + " of store " + from + " into " + target.path());
        to.println(
                keeps
                        ? "handles  are the same as before"
                        : "handles  are new: see " + (map == null ? "standard output" : map.toString()));
    }
}
