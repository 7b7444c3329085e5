package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command in a pseudo-terminal, as {@code script} makes one: what it prints there, and keys and sizes for it. */
final class PseudoTerminal implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;
    private static final Pattern TERMINAL = Pattern.compile("terminal=(/dev/pts/\\d+)");

    private final Process script;
    private final OutputStream keys;
    private final StringBuilder printed = new StringBuilder();
    private boolean ended;

    /** Starts a line of bash in a terminal of that size. */
    PseudoTerminal(Path folder, Map<String, String> environment, int rows, int columns, String line)
            throws IOException {
        String inTerminal = "stty rows " + rows + " cols " + columns + "; echo terminal=$(tty); " + line;
        ProcessBuilder builder = new ProcessBuilder("script", "-qefc", inTerminal, "/dev/null")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("SHELL", "/bin/bash");
        builder.environment().put("TERM", "xterm-256color");
        builder.environment().remove("NO_COLOR");
        builder.environment().putAll(environment);
        script = builder.start();
        keys = script.getOutputStream();
        Thread.ofPlatform().daemon().name("pseudo-terminal").start(this::read);
    }

    private void read() {
        try (InputStream output = script.getInputStream()) {
            byte[] chunk = new byte[8192];
            for (int count = output.read(chunk); count >= 0; count = output.read(chunk)) {
                add(new String(chunk, 0, count, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            add("\n(" + e + ")\n");
        }
        synchronized (printed) {
            ended = true;
            printed.notifyAll();
        }
    }

    private void add(String text) {
        synchronized (printed) {
            printed.append(text);
            printed.notifyAll();
        }
    }

    /** Everything printed so far. */
    String printed() {
        synchronized (printed) {
            return printed.toString();
        }
    }

    /**
     * Waits until the pattern is found behind {@code from}, which is an index of {@link #printed}.
     *
     * @return the index behind what was found
     */
    int await(String pattern, int from) throws InterruptedException {
        Pattern awaited = Pattern.compile(pattern, Pattern.DOTALL);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        synchronized (printed) {
            while (true) {
                Matcher matcher = awaited.matcher(printed);
                if (matcher.find(from)) {
                    return matcher.end();
                }
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                assertThat(ended || left <= 0).as("%s in %s", pattern, printed).isFalse();
                printed.wait(left);
            }
        }
    }

    /** Gives the terminal another size, as a window does. */
    void resize(int rows, int columns) throws IOException, InterruptedException {
        Matcher terminal = TERMINAL.matcher(printed());
        assertThat(terminal.find()).isTrue();
        Program stty = Program.run(
                Path.of("/"),
                Map.of(),
                List.of(
                        "stty",
                        "-F",
                        terminal.group(1),
                        "rows",
                        Integer.toString(rows),
                        "cols",
                        Integer.toString(columns)));
        assertThat(stty.status()).as(stty.all()).isZero();
    }

    /** Types. */
    void type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.US_ASCII));
        keys.flush();
    }

    /** Waits for the end; gives the exit status. */
    int awaitEnd() throws InterruptedException {
        assertThat(script.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as(printed())
                .isTrue();
        return script.exitValue();
    }

    @Override
    public void close() {
        script.descendants().forEach(ProcessHandle::destroyForcibly);
        script.destroyForcibly();
    }
}
