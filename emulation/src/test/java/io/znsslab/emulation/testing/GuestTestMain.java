package io.znsslab.emulation.testing;

import io.znsslab.emulation.microvm.GuestTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Runs tests in a guest and reports them through the guest's port for events. The exit status is 0 whether tests passed
 * or failed.
 */
final class GuestTestMain {
    private GuestTestMain() {}

    /**
     * Runs the tests of one list.
     *
     * @param arguments the file that lists Jupiter's unique ids of the tests, one a line
     */
    public static void main(String[] arguments) throws IOException {
        List<String> ids = Files.readAllLines(Path.of(arguments[0]));
        Path port = Path.of(System.getenv(GuestTask.EVENTS_VARIABLE));
        try (Writer writer = Files.newBufferedWriter(port, StandardCharsets.UTF_8, StandardOpenOption.WRITE)) {
            send(writer, new TestEvent.Begun(kernel() + " in the micro-VM"));
            JupiterLauncher.run(ids, event -> send(writer, event));
        }
        // Exits even if a test left a thread running.
        System.exit(0);
    }

    /** Name and version of the kernel that this JVM runs on. */
    static String kernel() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    private static void send(Writer writer, TestEvent event) {
        synchronized (writer) {
            try {
                writer.write(event.toLine() + "\n");
                writer.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot report " + event, e);
            }
        }
    }
}
