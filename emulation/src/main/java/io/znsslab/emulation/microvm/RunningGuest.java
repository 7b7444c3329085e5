package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A guest that was started. It ends with its command, at its time limit, when it is cut off, and in any case with this
 * JVM. Thread-safe.
 */
public final class RunningGuest implements AutoCloseable {
    private final GuestTask task;
    private final RunFolder run;
    private final CompletableFuture<Process> started = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final Thread shutdownHook = new Thread(this::cutOffWithTheProcess, "micro-VM shutdown");
    private volatile boolean cutOff;
    private volatile boolean processEnds;

    private RunningGuest(GuestTask task, RunFolder run) {
        this.task = task;
        this.run = run;
    }

    static RunningGuest start(Path qemu, GuestSystem system, GuestTask task) {
        RunningGuest guest = new RunningGuest(task, RunFolder.create(task));
        List<String> command = new ArrayList<>(apartFromTheTerminal());
        command.addAll(diesWithItsStarter());
        command.addAll(QemuCommandLine.of(qemu, system, task, guest.run));
        Thread.ofPlatform().name("micro-VM").daemon().start(() -> guest.live(command));
        try {
            guest.started.get();
            return guest;
        } catch (ExecutionException e) {
            throw new EmulationException(
                    "Cannot start QEMU: " + guest.started.exceptionNow().getMessage(), e);
        } catch (InterruptedException e) {
            guest.close();
            Thread.currentThread().interrupt();
            throw new EmulationException("Interrupted while QEMU was starting", e);
        }
    }

    /**
     * Waits until the command has ended. Does not return where this JVM ends first, by a signal or by another thread,
     * and takes the guest with it: there is nothing left to be done about a guest that was lost.
     *
     * @return its exit status, 0 to 255; 128 and the signal's number where a signal ended it
     * @throws GuestFailedException when the guest ended without a status; the message has its console's last lines
     */
    public int waitFor() throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            if (processEnds) {
                new CountDownLatch(1).await();
            }
            if (e.getCause() instanceof EmulationException failure) {
                throw failure;
            }
            throw new EmulationException("The guest was lost: " + e.getCause(), e);
        }
    }

    /**
     * Cuts the guest's power, as it were: QEMU ends at once, and all that the guest kept in memory is lost. Returns
     * when QEMU has ended and the guest's files on the host are removed. {@link #waitFor} fails from then on, unless
     * the command had ended before.
     */
    public void cutOff() {
        cutOff = true;
        started.thenAccept(Process::destroyForcibly)
                .exceptionally(neverStarted -> null)
                .join();
        ended.handle((status, failure) -> null).join();
    }

    private void cutOffWithTheProcess() {
        processEnds = true;
        cutOff();
    }

    /** The guest's own folder, which exists while the guest runs. */
    Path folder() {
        return run.folder();
    }

    /** Cuts the guest off if it still runs. */
    @Override
    public void close() {
        if (!ended.isDone()) {
            cutOff();
        }
    }

    /** Ctrl-C on the terminal is this process's to answer, which then cuts the guest off. */
    private static List<String> apartFromTheTerminal() {
        return HostCommand.find("setsid").map(path -> List.of(path.toString())).orElse(List.of());
    }

    /**
     * The kernel kills QEMU when the thread that started it dies, so that even a killed JVM leaves no guest behind; for
     * the same reason one thread does all of this and lives as long as QEMU.
     */
    private static List<String> diesWithItsStarter() {
        return HostCommand.find("setpriv")
                .map(path -> List.of(path.toString(), "--pdeathsig", "KILL"))
                .orElse(List.of());
    }

    private void live(List<String> command) {
        try {
            Runtime.getRuntime().addShutdownHook(shutdownHook);
            int status;
            try {
                status = runEmulator(command);
            } finally {
                run.delete();
                forgetShutdownHook();
            }
            ended.complete(status);
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.completeExceptionally(e);
            ended.completeExceptionally(e);
        }
    }

    private int runEmulator(List<String> command) throws IOException, InterruptedException {
        try (GuestStreams streams = GuestStreams.listeningIn(run)) {
            Process process = new ProcessBuilder(command)
                    .redirectError(run.emulatorLog().toFile())
                    .start();
            streams.forward(process, task);
            started.complete(process);
            boolean inTime = process.waitFor(task.timeLimit.toNanos(), TimeUnit.NANOSECONDS);
            process.destroyForcibly().waitFor();
            streams.finish();
            OptionalInt status = run.status();
            if (status.isEmpty()) {
                throw new GuestFailedException(obituary(inTime, process.exitValue()), run.lastConsoleLines());
            }
            return status.getAsInt();
        }
    }

    private String obituary(boolean inTime, int emulatorStatus) {
        String command = String.join(" ", task.command);
        if (cutOff) {
            return "The guest was cut off while it ran " + command;
        }
        if (!inTime) {
            return "The guest did not finish within " + task.timeLimit.toSeconds() + " s, and was cut off while it ran "
                    + command;
        }
        return "The guest ended without an exit status of " + command + " (QEMU's own is " + emulatorStatus + ")";
    }

    private void forgetShutdownHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down, and its shutdown hook may have ended this guest.
            return;
        }
    }
}
