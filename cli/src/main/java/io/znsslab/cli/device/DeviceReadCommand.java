package io.znsslab.cli.device;

import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.OutputFile;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab device read}: bytes of a device, to standard output or a file. */
@Command(
        name = "read",
        description = "Read bytes from a device. A read beyond a zone's write pointer is refused (exit code 8).",
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab device read /dev/nvme0n2 --offset 0 --length 64KiB --output start",
            "  zns-slab device read --offset 4MiB | xxd | head"
        })
final class DeviceReadCommand implements Runnable {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @Option(
            names = "--offset",
            paramLabel = "BYTES",
            required = true,
            converter = ByteSize.class,
            description = "Position on the device of the first byte, in whole blocks, such as 64k or 16M.")
    private long offset;

    @Option(
            names = "--length",
            paramLabel = "BYTES",
            defaultValue = "4096",
            converter = ByteSize.class,
            description = "Number of bytes, in whole blocks (default: ${DEFAULT-VALUE}).")
    private long length;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "File to write the bytes to (default: standard output).")
    private Path output;

    /** For picocli's factory. */
    DeviceReadCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if (length < 1) {
            throw new CommandFailure(ExitCode.USAGE, "--length " + length + ": must be at least one block");
        }
        OutputFile.requireWritable("--output", output);
        try (ZonedDevice device = named.openToRead();
                Arena memory = Arena.ofConfined();
                Progress progress = new Progress(session.terminal())) {
            int step = device.geometry().maxTransferBytes();
            MemorySegment buffer = memory.allocate(
                    Math.clamp(length, 1, step), device.geometry().blockBytes());
            OutputStream to = null;
            try {
                for (long done = 0; done < length; ) {
                    MemorySegment piece = buffer.asSlice(0, Math.min(buffer.byteSize(), length - done));
                    device.read(offset + done, piece);
                    // Opened only now, so that a read that is refused leaves no empty file behind.
                    to = to != null ? to : output == null ? session.terminal().bytes() : Files.newOutputStream(output);
                    to.write(piece.toArray(ValueLayout.JAVA_BYTE));
                    done += piece.byteSize();
                    if (output != null) {
                        progress.report("reading, bytes:", done, length);
                    }
                }
            } finally {
                if (to != null) {
                    to.flush();
                    if (output != null) {
                        to.close();
                    }
                }
            }
        } catch (IOException e) {
            throw OutputFile.unwritable(output, e);
        }
    }
}
