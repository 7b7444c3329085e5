package io.znsslab.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that was run to its end, with its output. */
record Program(int status, String out, String err) {
    private static final long LIMIT_MINUTES = 10;

    /** The launcher of this checkout, with an empty configuration. */
    static Program launcher(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(Repository.root().resolve("zns-slab").toString()));
        command.addAll(List.of(arguments));
        return run(folder, Map.of("XDG_CONFIG_HOME", folder.toString()), command);
    }

    static Program run(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path errors = Files.createTempFile("program", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectError(errors.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                    throw new AssertionError(command + " is still running after " + LIMIT_MINUTES + " minutes");
                }
                return new Program(process.exitValue(), out, Files.readString(errors));
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(errors);
        }
    }

    /** A summary for the descriptions of assertions. */
    String all() {
        return "status " + status + "\n--- out\n" + out + "--- err\n" + err;
    }
}
