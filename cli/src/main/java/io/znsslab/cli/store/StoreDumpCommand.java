package io.znsslab.cli.store;

import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.FileReason;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.inspect.HandleTrace;
import io.znsslab.tier.inspect.StoreInspection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab store dump}: the bytes of an object or a slab. */
@Command(
        name = "dump",
        description = {
            "Print the bytes of one object or one slab on a device, in hexadecimal, or as they are with --raw or"
                    + " --output. What fails its checksum is refused with exit code 11, unless --unchecked is given."
                    + " Nothing is written to the device."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab store dump --handle 0x400803002 /dev/nvme0n2",
            "  zns-slab store dump --slab 4097 --output slab.bin /dev/nvme0n2"
        })
final class StoreDumpCommand implements Runnable {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @ArgGroup(multiplicity = "1")
    private Subject subject;

    /** What is dumped. */
    static final class Subject {
        @Option(
                names = "--handle",
                paramLabel = "HANDLE",
                required = true,
                converter = HandleText.class,
                description = "The payload of that object; handle in decimal, or in hexadecimal behind 0x.")
        private Long handle;

        @Option(
                names = "--slab",
                paramLabel = "ID",
                required = true,
                description = "The image of that live slab, header and all.")
        private Long slab;
    }

    @Option(names = "--raw", description = "Print the bytes as they are, instead of in hexadecimal.")
    private boolean raw;

    @Option(names = "--output", paramLabel = "FILE", description = "File to write the bytes to, as they are.")
    private Path output;

    @Option(
            names = "--unchecked",
            description = "With --slab: the bytes that lie where the slab should be, whatever they are.")
    private boolean unchecked;

    @Option(names = "--json", description = "Print what it is and its bytes, in base64, as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreDumpCommand(Session session) {
        this.session = session;
    }

    /** The report for programs. */
    private record Report(String device, String handle, Long slab, int bytes, String content) {}

    @Override
    public void run() {
        if (unchecked && subject.slab == null) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--unchecked goes with --slab: an object of a damaged slab has no"
                            + " bytes that can be told from others");
        }
        if (json && (raw || output != null)) {
            throw new CommandFailure(ExitCode.USAGE, "--json holds the bytes itself: leave out --raw and --output");
        }
        byte[] bytes;
        try (StoreInspection inspection = StoreInspection.open(named.path())) {
            bytes = subject.slab != null ? slab(inspection) : object(inspection);
        }
        if (json) {
            Json.print(
                    session.terminal().out(),
                    new Report(
                            named.path().toString(),
                            subject.handle == null ? null : HandleText.of(subject.handle),
                            subject.slab,
                            bytes.length,
                            Base64.getEncoder().encodeToString(bytes)));
        } else if (output != null || raw) {
            write(bytes);
        } else {
            HexDump.print(session.terminal().out(), bytes);
        }
    }

    private byte[] slab(StoreInspection inspection) {
        NamedSlab.of(inspection, subject.slab);
        return unchecked ? inspection.uncheckedImage(subject.slab) : inspection.image(subject.slab);
    }

    private byte[] object(StoreInspection inspection) {
        HandleTrace trace = inspection.trace(subject.handle);
        if (trace.verdict() != HandleTrace.Verdict.LIVE) {
            boolean isGone =
                    trace.verdict() == HandleTrace.Verdict.LOST || trace.verdict() == HandleTrace.Verdict.DAMAGED;
            throw new CommandFailure(
                    isGone ? ExitCode.DATA_CORRUPT : ExitCode.USAGE,
                    HandleText.of(subject.handle) + " names no object that can be read: " + trace.reason());
        }
        return inspection.payload(subject.handle);
    }

    private void write(byte[] bytes) {
        try {
            if (output != null) {
                Files.write(output, bytes);
            } else {
                OutputStream out = session.terminal().bytes();
                out.write(bytes);
                out.flush();
            }
        } catch (IOException e) {
            String where = output == null ? "standard output" : output.toString();
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot write to " + where + ": " + FileReason.of(e), e);
        }
    }
}
