package io.znsslab.cli.store;

import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.core.Handle;
import io.znsslab.tier.inspect.HandleTrace;
import io.znsslab.tier.inspect.ObjectPlace;
import io.znsslab.tier.inspect.SlabPlace;
import io.znsslab.tier.inspect.StoreInspection;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zns-slab store trace}: from a handle to its block. */
@Command(
        name = "trace",
        description = {
            "Decode a handle, and follow it to its object on a device: epoch, slab, slot or granule, extent, zone and"
                    + " byte offset; or print why it names no object there.",
            "Exit code 11 if the object is lost or damaged. Nothing is written."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab store trace 0x400803002 /dev/nvme0n2",
            "  zns-slab store trace 17188270082 ./device --json"
        })
final class StoreTraceCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            index = "0",
            paramLabel = "HANDLE",
            converter = HandleText.class,
            description = "Handle in decimal, or in hexadecimal behind 0x.")
    private long handle;

    @Parameters(index = "1", arity = "0..1", paramLabel = "DEVICE", description = NamedDevice.DESCRIPTION)
    private String named;

    @Option(names = "--json", description = "Print the trace as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreTraceCommand(Session session) {
        this.session = session;
    }

    /** The report for programs. */
    private record Report(
            String device, String handle, String verdict, String reason, Parts parts, Slab slab, ObjectReport object) {
        static Report of(String device, HandleTrace trace) {
            return new Report(
                    device,
                    HandleText.of(trace.handle()),
                    StoreInspectCommand.word(trace.verdict()),
                    trace.reason(),
                    Parts.of(trace.parts()),
                    Slab.of(trace),
                    ObjectReport.of(trace.object()));
        }
    }

    private record Parts(String format, long slab, int generation, int slot, Integer sizeClass) {
        static Parts of(Handle parts) {
            return parts == null
                    ? null
                    : new Parts(
                            StoreInspectCommand.word(parts.format()),
                            parts.slabId(),
                            parts.generation(),
                            parts.slot(),
                            parts.sizeClass() < 0 ? null : parts.sizeClass());
        }
    }

    private record Slab(
            long id,
            long epoch,
            String label,
            boolean packed,
            int slotBytes,
            int baseGeneration,
            int objects,
            int zone,
            long offset,
            Long extentOffset,
            Long summaryOffset) {
        static Slab of(HandleTrace trace) {
            SlabPlace slab = trace.slab();
            return slab == null
                    ? null
                    : new Slab(
                            slab.slabId(),
                            slab.epoch(),
                            trace.epochLabel(),
                            slab.isPacked(),
                            slab.slotBytes(),
                            slab.baseGeneration(),
                            slab.objects(),
                            slab.zone(),
                            slab.offsetBytes(),
                            trace.extentOffsetBytes() < 0 ? null : trace.extentOffsetBytes(),
                            trace.summaryOffsetBytes() < 0 ? null : trace.summaryOffsetBytes());
        }
    }

    private record ObjectReport(long offset, long payloadOffset, int payloadBytes) {
        static ObjectReport of(ObjectPlace object) {
            return object == null
                    ? null
                    : new ObjectReport(object.offsetBytes(), object.payloadOffsetBytes(), object.payloadBytes());
        }
    }

    @Override
    public Integer call() {
        HandleTrace trace;
        String device;
        try (StoreInspection inspection = StoreInspection.open(NamedDevice.pathOf(session, named))) {
            device = inspection.overview().device();
            trace = inspection.trace(handle);
        }
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, Report.of(device, trace));
        } else {
            print(out, trace);
        }
        boolean isGone = trace.verdict() == HandleTrace.Verdict.LOST || trace.verdict() == HandleTrace.Verdict.DAMAGED;
        return isGone ? ExitCode.DATA_CORRUPT.status() : ExitCode.DONE.status();
    }

    private static void print(PrintWriter out, HandleTrace trace) {
        out.println("handle   " + HandleText.of(trace.handle()) + " (" + Long.toUnsignedString(trace.handle()) + ")");
        Handle parts = trace.parts();
        if (parts != null) {
            out.println("bits     " + StoreInspectCommand.word(parts.format()) + ": slab " + parts.slabId()
                    + ", generation " + parts.generation() + ", slot " + parts.slot()
                    + (parts.sizeClass() < 0 ? "" : ", size class " + parts.sizeClass()));
        }
        SlabPlace slab = trace.slab();
        if (slab != null) {
            out.println("epoch    " + slab.epoch()
                    + (trace.epochLabel().isEmpty() ? "" : " \"" + trace.epochLabel() + "\""));
            out.println("slab     " + slab.slabId() + ", "
                    + (slab.isPacked() ? "packed in granules of " : "slots of ") + slab.slotBytes() + " bytes, "
                    + Figures.count(slab.objects(), "live object") + ", generations from " + slab.baseGeneration());
            out.println("zone     " + slab.zone());
            if (trace.summaryOffsetBytes() >= 0) {
                out.println("extent   at offset " + trace.extentOffsetBytes() + ", its summary at offset "
                        + trace.summaryOffsetBytes());
            }
            out.println("image    at offset " + slab.offsetBytes());
        }
        ObjectPlace object = trace.object();
        if (object != null) {
            out.println("object   at offset " + object.offsetBytes() + ", " + (slab.isPacked() ? "granule " : "slot ")
                    + object.slot() + " of the slab");
            out.println("payload  " + Figures.count(object.payloadBytes(), "byte") + " at offset "
                    + object.payloadOffsetBytes());
        }
        out.println("verdict  " + StoreInspectCommand.word(trace.verdict()).replace('_', ' ')
                + (trace.reason().isEmpty() ? "" : ": " + trace.reason()));
    }
}
