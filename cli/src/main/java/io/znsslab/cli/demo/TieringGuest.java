package io.znsslab.cli.demo;

import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.device.GeometryOptions;
import io.znsslab.cli.emulate.EmulatedDevice;
import io.znsslab.cli.emulate.GuestJob;
import io.znsslab.cli.report.Page;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.TemporaryFolders;
import io.znsslab.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run in a guest, which starts this program once more. The guest tells by events how far it is and leaves its report
 * in a folder; it is shown, and the report drawn, out here, where the terminal is and no instruction is emulated.
 */
final class TieringGuest {
    private final DeviceChoice.InGuest guest;
    private final TieringTask task;
    private final DeviceShape shape;
    private final boolean nvme;

    TieringGuest(DeviceChoice.InGuest guest, TieringTask task, DeviceShape shape) {
        this.guest = guest;
        this.task = task;
        this.shape = shape;
        nvme = guest.kind() == EmulatedDevice.NVME_ZNS;
        guest.kind().requirePossible(shape);
    }

    /**
     * What the guest left.
     *
     * @param status its exit status
     * @param json its report; empty where it did not come to its end, as the status says
     * @param pageText the page of the report as JSON
     */
    record Result(int status, Optional<String> json, String pageText) {
        Page page() {
            return Json.read(pageText, Page.class);
        }
    }

    /**
     * Runs it.
     *
     * @param quiet whether nothing goes to standard output
     */
    Result run(Session session, TieringDisplay display, boolean quiet) {
        try {
            Path exchange = TemporaryFolders.make("zns-slab-report-");
            try (Interruption _ = Interruption.waiting(
                    session.terminal(),
                    display,
                    () -> "interrupted: the micro-VM and its device are gone, and nothing is left")) {
                return run(exchange, session.terminal(), display, quiet);
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.NO_ZONED_KERNEL, "cannot exchange files with the micro-VM: " + e.getMessage(), e);
        }
    }

    private Result run(Path exchange, Terminal terminal, TieringDisplay display, boolean quiet) throws IOException {
        Path json = exchange.resolve("report.json");
        Path page = exchange.resolve("page.json");
        // What the guest prints would be painted over.
        ByteArrayOutputStream held = new ByteArrayOutputStream();
        OutputStream output = terminal.live() ? held : quiet ? System.err : terminal.bytes();
        try {
            long needed = task.spaceNeeded();
            long inMemory = Math.min(task.memoryBytes(), needed) + (nvme ? 0 : needed);
            GuestJob job = new GuestJob(
                    GuestJob.ownCommand(arguments(terminal.live(), quiet, json, page)),
                    nvme ? shape : null,
                    GuestJob.memoryFor(inMemory),
                    timeLimit(needed),
                    List.of(exchange),
                    output);
            int status = job.run(guest.machine(), display::showLine);
            boolean finished = Files.exists(json) && Files.exists(page);
            return new Result(
                    status,
                    finished ? Optional.of(Files.readString(json)) : Optional.empty(),
                    finished ? Files.readString(page) : "");
        } finally {
            display.close();
            if (terminal.live()) {
                held.writeTo(quiet ? System.err : terminal.bytes());
            }
            Files.deleteIfExists(json);
            Files.deleteIfExists(page);
            Files.delete(exchange);
        }
    }

    /** Generous: a guest emulates every instruction, and shares the machine with others. */
    private static Duration timeLimit(long bytes) {
        return Duration.ofMinutes(15).plusSeconds(bytes >> 17);
    }

    private List<String> arguments(boolean live, boolean quiet, Path json, Path page) {
        List<String> again = new ArrayList<>(List.of("demo", "tiering", "--chosen", task.chosen()));
        again.addAll(List.of("--device", nvme ? GuestJob.NVME_PATH : EmulatedDevice.NULL_BLK.toString()));
        if (!nvme) {
            again.addAll(GeometryOptions.arguments(shape));
        }
        again.addAll(List.of("--objects", Long.toString(task.objects())));
        again.addAll(List.of("--epochs", Long.toString(task.plan().epochs())));
        again.addAll(List.of("--object-size", task.sizes().toString()));
        again.addAll(List.of("--seed", Long.toString(task.plan().seed())));
        again.addAll(List.of("--memory", Long.toString(task.memoryBytes())));
        again.addAll(List.of("--report", json.toString(), "--page", page.toString()));
        again.addAll(task.settings().arguments());
        if (task.file() != null) {
            again.addAll(List.of("--input", task.file().pathInGuest().toString()));
        }
        if (quiet) {
            again.add("--silent");
        }
        if (live) {
            again.add("--frames");
        }
        return again;
    }
}
