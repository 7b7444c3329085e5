package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Forwards what a guest writes while it runs: its output byte by byte, its events line by line. */
final class GuestStreams {
    private static final int CHUNK_BYTES = 8192;

    private final ServerSocketChannel eventSocket;
    private final CompletableFuture<Void> output;
    private final CompletableFuture<Void> events;

    /** A part of a stream's work that may fail. */
    private interface Work {
        void run() throws IOException;
    }

    GuestStreams(Process emulator, OutputStream to, ServerSocketChannel eventSocket, Consumer<String> listener) {
        this.eventSocket = eventSocket;
        // When the output can't be forwarded, the guest is ended, and finish() reports the reason.
        output = inBackground("micro-VM output", emulator, () -> copy(emulator.getInputStream(), to));
        events = inBackground("micro-VM events", emulator, () -> readLines(eventSocket, listener));
    }

    /** Waits until all output and events have been forwarded. The emulator must have ended. */
    void finish() throws IOException {
        try {
            output.join();
            // If QEMU ended before it connected, no connection will come; an existing connection is read to its end.
            eventSocket.close();
            events.join();
        } catch (CompletionException e) {
            throw new EmulationException("What the guest wrote could not be passed on: " + e.getCause(), e.getCause());
        }
    }

    private static CompletableFuture<Void> inBackground(String name, Process emulator, Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
                emulator.destroyForcibly();
            }
        });
        return done;
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
            to.write(chunk, 0, count);
            to.flush();
        }
    }

    private static void readLines(ServerSocketChannel socket, Consumer<String> listener) throws IOException {
        try (SocketChannel connection = socket.accept();
                BufferedReader reader = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                listener.accept(line);
            }
        } catch (AsynchronousCloseException e) {
            // finish() found that QEMU had ended before it connected: there are no events.
            return;
        }
    }
}
