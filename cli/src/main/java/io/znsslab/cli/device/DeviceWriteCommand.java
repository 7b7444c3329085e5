package io.znsslab.cli.device;

import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.FileReason;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab device write}: bytes of a file to a zone's write pointer. */
@Command(
        name = "write",
        description = {
            "Write a file's bytes to a device, padded with zeros to whole blocks.",
            "A write that does not start at its zone's write pointer is refused (exit code 7), and so is a write to a "
                    + "device that holds a store which --store does not name (exit code 6)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab device write /dev/nvme0n2 --offset 0 --input image --yes",
            "  head -c 64K /dev/urandom | zns-slab device write --offset 4MiB --yes"
        })
final class DeviceWriteCommand implements Runnable {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @Mixin
    private Confirmation confirmation;

    @Mixin
    private LiveStore liveStore;

    @Option(
            names = "--offset",
            paramLabel = "BYTES",
            required = true,
            converter = ByteSize.class,
            description = "Position on the device of the first byte, such as 64k or 16M.")
    private long offset;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "File whose bytes are written (default: standard input).")
    private Path input;

    /** For picocli's factory. */
    DeviceWriteCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        try (InputStream from = input == null ? System.in : Files.newInputStream(input);
                ZonedDevice device = named.open();
                Arena memory = Arena.ofConfined();
                Progress progress = new Progress(session.terminal())) {
            liveStore.requireNamed(device, "writing");
            confirmation.require("writing to " + device.name() + " changes it");
            int block = device.geometry().blockBytes();
            MemorySegment buffer = memory.allocate(device.geometry().maxTransferBytes(), block);
            byte[] bytes = new byte[Math.toIntExact(buffer.byteSize())];
            long done = 0;
            int count;
            while ((count = from.readNBytes(bytes, 0, bytes.length)) > 0) {
                int whole = Math.ceilDiv(count, block) * block;
                MemorySegment piece = buffer.asSlice(0, whole).fill((byte) 0);
                MemorySegment.copy(MemorySegment.ofArray(bytes), 0, piece, 0, count);
                device.write(offset + done, piece);
                done += whole;
                progress.report("writing, bytes:", done, 0);
            }
            device.flush();
            progress.clear();
            session.terminal()
                    .out()
                    .println("wrote " + Figures.count(done) + " bytes at " + offset + " of " + device.name());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_UNUSABLE,
                    "cannot read " + (input == null ? "standard input" : input) + ": " + FileReason.of(e),
                    e);
        }
    }
}
