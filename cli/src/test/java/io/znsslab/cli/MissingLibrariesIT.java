package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and the command on a machine that has neither libzbd nor liburing, nor a way to get them. */
class MissingLibrariesIT {
    @TempDir
    private Path folder;

    private Map<String, String> environment;

    @BeforeEach
    void makeTheMachine() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        putOnThePath(bin, "ldconfig", "exit 0");
        putOnThePath(bin, "apt-get", "echo \"$*\" >> '" + folder + "/apt-calls'; echo 'no network' >&2; exit 100");
        environment = new HashMap<>();
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        environment.put("HOME", folder.toString());
        environment.put("XDG_CONFIG_HOME", folder.toString());
        environment.put("ZNS_SLAB_CACHE", folder.resolve("cache").toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put(
                "LD_PRELOAD",
                HiddenLibraries.build(folder, "libzbd", "liburing").toString());
    }

    private static void putOnThePath(Path bin, String name, String script) throws IOException {
        Path program = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private Program run(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Repository.root().resolve("zns-slab").toString()));
        command.addAll(List.of(arguments));
        return Program.run(folder, environment, command);
    }

    private Program done(String... arguments) throws Exception {
        Program program = run(arguments);
        assertThat(program.status()).as(program.all()).isZero();
        return program;
    }

    @Test
    void deviceFilesAreUsedByPlainSystemCallsAndTheLibrariesAreTriedOnce() throws Exception {
        Program first = done("device", "create", "device", "--zones", "16");
        int calls = Files.readAllLines(folder.resolve("apt-calls")).size();
        Program second = done("device", "format", "device", "--yes");

        assertThat(calls).isPositive();
        assertThat(folder.resolve("apt-calls")).content().hasLineCount(calls);
        assertThat(first.err().lines().filter(line -> line.contains("could not be had")))
                .singleElement()
                .asString()
                .contains("block devices need libzbd", "without liburing transfers are slower", "apt install");
        assertThat(second.err()).doesNotContain("could not be had");
        assertThat(second.err().lines().filter(line -> line.contains("plain system calls")))
                .singleElement()
                .asString()
                .startsWith("zns-slab: warning: ")
                .contains("liburing.so.2");
        assertThat(done("device", "info", "device").out()).contains("I/O            by plain system calls");
    }

    @Test
    void theDemoTakesADeviceFileUnlessToldOtherwise() throws Exception {
        Program demo = done("demo", "tiering", "--objects", "1000", "--epochs", "8");

        assertThat(demo.all()).contains("embedded file, because no device is configured and null_blk needs libzbd");
        assertThat(demo.out()).contains("PASSED");
        assertThat(demo.err().lines().filter(line -> line.contains("by plain system calls")))
                .hasSize(1);
    }

    @Test
    void whereTheRingIsRequiredItIsMissed() throws Exception {
        Program demo =
                run("demo", "tiering", "--device", "file", "--objects", "1000", "--set", "tier.require-ring=true");

        assertThat(demo.status()).as(demo.all()).isEqualTo(ExitCode.SETUP_INCOMPLETE.status());
        assertThat(demo.err().lines().filter(line -> line.contains("is to be used by io_uring alone")))
                .singleElement()
                .asString()
                .contains("liburing.so.2", "apt install");
    }
}
