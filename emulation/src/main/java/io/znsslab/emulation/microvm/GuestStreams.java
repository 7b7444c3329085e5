package io.znsslab.emulation.microvm;

import static java.util.Objects.requireNonNull;

import io.znsslab.emulation.EmulationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Forwards what a guest reads and writes while it runs: its standard streams byte by byte, its events line by line.
 *
 * <p>The end of the input reaches the command as such: this side shuts its direction of the socket down, at which QEMU
 * closes the port, and a closed port reads as ended once all before has been read
 * ({@code drivers/char/virtio_console.c}, {@code port_fops_read}).
 */
final class GuestStreams implements AutoCloseable {
    private static final int CHUNK_BYTES = 8192;

    private final Map<GuestPort, ServerSocketChannel> sockets = new EnumMap<>(GuestPort.class);
    private List<CompletableFuture<Void>> fromGuest = List.of();
    private volatile @Nullable SocketChannel inputConnection;

    /** A part of a stream's work that may fail. */
    private interface Work {
        void run() throws IOException;
    }

    private GuestStreams() {}

    /** Listens where QEMU connects to at its start. */
    static GuestStreams listeningIn(RunFolder run) throws IOException {
        GuestStreams streams = new GuestStreams();
        try {
            for (GuestPort port : GuestPort.values()) {
                ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                streams.sockets.put(port, socket);
                socket.bind(UnixDomainSocketAddress.of(run.socket(port)));
            }
            return streams;
        } catch (IOException | RuntimeException e) {
            streams.close();
            throw e;
        }
    }

    /**
     * Starts to forward. When something of the guest's can't be, the guest is ended, and finish() reports the reason.
     */
    void forward(Process emulator, GuestTask task) {
        fromGuest = List.of(
                inBackground("output", emulator, () -> copy(emulator.getInputStream(), task.output)),
                inBackground("errors", emulator, () -> copyFromPort(GuestPort.ERRORS, task.errors)),
                inBackground("events", emulator, () -> readLines(task.events)));
        Thread.ofPlatform().name("micro-VM input").daemon().start(() -> feed(task.input));
    }

    /** Waits until all that the guest wrote has been forwarded. The emulator must have ended. */
    void finish() throws IOException {
        try {
            fromGuest.getFirst().join();
            // If QEMU ended before it connected, no connection will come; an existing connection is read to its end.
            close();
            fromGuest.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw new EmulationException("What the guest wrote could not be passed on: " + e.getCause(), e.getCause());
        }
    }

    /** Closes what is this side's, but for connections that are still read. */
    @Override
    public void close() throws IOException {
        for (ServerSocketChannel socket : sockets.values()) {
            socket.close();
        }
        SocketChannel connection = inputConnection;
        if (connection != null) {
            connection.close();
        }
    }

    private static CompletableFuture<Void> inBackground(String name, Process emulator, Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().name("micro-VM " + name).daemon().start(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (ClosedChannelException e) {
                // finish() found that QEMU had ended before it connected: it wrote nothing.
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

    private SocketChannel connectionOf(GuestPort port) throws IOException {
        return requireNonNull(sockets.get(port)).accept();
    }

    private void copyFromPort(GuestPort port, OutputStream to) throws IOException {
        try (SocketChannel connection = connectionOf(port);
                InputStream from = Channels.newInputStream(connection)) {
            copy(from, to);
        }
    }

    private void readLines(Consumer<String> listener) throws IOException {
        try (SocketChannel connection = connectionOf(GuestPort.EVENTS);
                BufferedReader reader = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                listener.accept(line);
            }
        }
    }

    /**
     * A guest that ends before its input is no failure, as no program has to read all of it; an input that can't be
     * read ends where that happens.
     */
    private void feed(InputStream from) {
        try (SocketChannel connection = connectionOf(GuestPort.INPUT)) {
            inputConnection = connection;
            copyToPort(from, connection);
            connection.shutdownOutput();
            // The other direction stays open: QEMU would drop what it has not read yet from a socket that is closed.
            connection.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            return;
        }
    }

    private static void copyToPort(InputStream from, SocketChannel to) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        while (true) {
            int count;
            try {
                count = from.read(chunk);
            } catch (IOException e) {
                return;
            }
            if (count < 0) {
                return;
            }
            ByteBuffer rest = ByteBuffer.wrap(chunk, 0, count);
            while (rest.hasRemaining()) {
                to.write(rest);
            }
        }
    }
}
