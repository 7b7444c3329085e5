package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher, with the modules that the build has just made, and in copies of the checkout. */
class LauncherIT {
    private static final int SETUP_INCOMPLETE = 13;

    @TempDir
    private Path folder;

    private Map<String, String> environment;

    @BeforeEach
    void keepTheUsersOwnFilesOutOfIt() {
        environment = new HashMap<>();
        environment.put("HOME", folder.toString());
        environment.put("ZNS_SLAB_CACHE", folder.resolve("cache").toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
    }

    private Program run(Path launcher, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return Program.run(folder, environment, command);
    }

    /** A checkout whose path has a space, with the launcher, the built modules, and one source file. */
    private Path copy(boolean built) throws IOException {
        Path root = Files.createDirectories(folder.resolve("a checkout"));
        Path modules = Files.createDirectories(root.resolve("cli/target")).resolve("modules");
        Files.copy(Repository.root().resolve("zns-slab"), root.resolve("zns-slab"));
        Files.createDirectories(root.resolve("core/src/main"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        if (built) {
            copyModules(modules);
        }
        return root;
    }

    private static void copyModules(Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> jars = Files.list(Repository.root().resolve("cli/target/modules"))) {
            for (Path jar :
                    jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.copy(jar, to.resolve(jar.getFileName()));
            }
        }
    }

    /** A Maven that records each call and then runs the script. */
    private void putMavenOnThePath(String script) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path maven = Files.writeString(
                bin.resolve("mvn"), "#!/bin/bash\necho \"$PWD: $*\" >> '" + folder + "/maven-calls'\n" + script + "\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
    }

    private List<String> mavenCalls() throws IOException {
        Path calls = folder.resolve("maven-calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    @Test
    void itRunsThroughALinkFromAnyFolder() throws Exception {
        Path link = Files.createSymbolicLink(
                folder.resolve("a link"), Repository.root().resolve("zns-slab"));

        Program program = run(link, "--version");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.out()).startsWith("zns-slab ");
    }

    @Test
    void itRunsInACheckoutWhosePathHasASpace() throws Exception {
        Program program = run(copy(true).resolve("zns-slab"), "config", "list");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.out()).containsPattern("(?m)^device = auto +\\(the default\\)$");
    }

    @Test
    void argumentsAndExitCodesPassUnchanged() throws Exception {
        Program program = run(Repository.root().resolve("zns-slab"), "device", "info", "/no such/de vice");

        assertThat(program.status()).as(program.all()).isEqualTo(5);
        assertThat(program.err()).contains("/no such/de vice").hasLineCount(1);
    }

    @Test
    void aBuiltCheckoutIsNotBuiltAgain() throws Exception {
        Path root = copy(true);
        putMavenOnThePath("exit 1");

        assertThat(run(root.resolve("zns-slab"), "--version").status()).isZero();
        assertThat(mavenCalls()).isEmpty();
    }

    @Test
    void aNewerSourceIsBuiltOnceHoweverManyStartAtATime() throws Exception {
        Path root = copy(true);
        Path source = Files.writeString(root.resolve("core/src/main/Changed.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(1, ChronoUnit.SECONDS)));
        // As Maven would, the script makes the jars anew; it dates them later, as if the build had taken a while.
        putMavenOnThePath("touch -d '+2 seconds' '" + root + "'/cli/target/modules/*.jar");
        Callable<Program> start = () -> run(root.resolve("zns-slab"), "--version");

        List<Program> programs = new ArrayList<>();
        try (ExecutorService starters = Executors.newFixedThreadPool(3)) {
            for (Future<Program> future : starters.invokeAll(List.of(start, start, start))) {
                programs.add(future.get());
            }
        }

        assertThat(programs)
                .allSatisfy(program ->
                        assertThat(program.status()).as(program.all()).isZero());
        assertThat(mavenCalls())
                .singleElement()
                .asString()
                .startsWith(root + ": ")
                .contains("-pl cli -am package");
        assertThat(programs.stream().map(Program::err).filter(err -> err.contains("building")))
                .hasSize(1);
    }

    /** A changed source in a built copy, and a Maven that writes a log like Maven's. */
    private Path copyThatIsBuiltSlowly() throws IOException {
        Path root = copy(true);
        Path source = Files.writeString(root.resolve("core/src/main/Changed.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(1, ChronoUnit.SECONDS)));
        putMavenOnThePath("""
                echo '[INFO] Building ZNS-Slab core 0.1.0-SNAPSHOT                [3/6]'
                echo '[INFO] Downloaded from central: https://repo.example/a.jar (1 kB at 2 kB/s)'
                echo '[INFO] Building jar: /checkout/core.jar'
                touch -d '+2 seconds' '%s'/cli/target/modules/*.jar
                """.formatted(root));
        return root;
    }

    @Test
    void aBuildSaysOnStandardErrorHowFarItIs() throws Exception {
        Program program = run(copyThatIsBuiltSlowly().resolve("zns-slab"), "--version");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.err())
                .startsWith("zns-slab: building, ")
                .endsWith("zns-slab: building: ZNS-Slab core (3 of 6)\n")
                .hasLineCount(2);
        assertThat(program.out()).startsWith("zns-slab ").hasLineCount(2);
        assertThat(folder.resolve("cache/build.log")).content().contains("Building jar");
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("stamp"));
        }
    }

    @Test
    void onATerminalABuildPaintsOneLineOverAndOver() throws Exception {
        Path root = copyThatIsBuiltSlowly();

        Program program = onATerminal("'" + root.resolve("zns-slab") + "' --version");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.out()).contains("\r\033[Kzns-slab: building: ZNS-Slab core (3 of 6), ", ", 1 downloads");
    }

    /** Runs a line of a shell in a terminal of its own; its output and errors are one. */
    private Program onATerminal(String line) throws Exception {
        return Program.run(folder, environment, List.of("script", "-qec", line, "/dev/null"));
    }

    @Test
    void theWidthIsThatOfTheTerminal() throws Exception {
        Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/bash\nprintf '%s\\n' \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        String launcher = "'" + Repository.root().resolve("zns-slab") + "' --version";

        assertThat(onATerminal("stty cols 101 rows 30; " + launcher).out())
                .contains("-Dznsslab.columns=101\r\n", "-Dznsslab.terminal=true");
        assertThat(onATerminal(launcher + " > arguments").status()).isZero();
        assertThat(folder.resolve("arguments")).content().doesNotContain("znsslab.columns", "znsslab.terminal");
    }

    @Test
    void theBenchmarksHaveAHelpThatBuildsNothing() throws Exception {
        Path root = copy(true);
        putMavenOnThePath("exit 1");

        Program help = run(root.resolve("zns-slab"), "jmh", "--help");

        assertThat(help.status()).as(help.all()).isZero();
        assertThat(help.out()).startsWith("Usage: zns-slab jmh").contains("zns-slab jmh table --effort smoke");
        assertThat(run(root.resolve("zns-slab"), "--help").out()).containsPattern("(?m)^  jmh +Build and run");
        assertThat(mavenCalls()).isEmpty();
    }

    @Test
    void aBuildThatFailsShowsTheEndOfItsLog() throws Exception {
        putMavenOnThePath("echo 'the 7th line is wrong'; exit 1");

        Program program = run(copy(false).resolve("zns-slab"), "--version");

        assertThat(program.status()).isEqualTo(SETUP_INCOMPLETE);
        assertThat(program.err()).contains("the 7th line is wrong").contains("zns-slab: the build failed");
        assertThat(program.out()).isEmpty();
    }

    @Test
    void inAGuestNothingIsBuilt() throws Exception {
        putMavenOnThePath("exit 0");
        environment.put("ZNS_SLAB_GUEST_EVENTS", "/dev/null");

        Program program = run(copy(false).resolve("zns-slab"), "--version");

        assertThat(program.status()).isEqualTo(SETUP_INCOMPLETE);
        assertThat(program.err())
                .startsWith("zns-slab: ")
                .contains("has not been built")
                .hasLineCount(1);
        assertThat(mavenCalls()).isEmpty();
    }

    @Test
    void aCacheThatCannotBeWrittenToIsOneLine() throws Exception {
        Files.writeString(folder.resolve("in the way"), "");
        environment.put("ZNS_SLAB_CACHE", folder.resolve("in the way/cache").toString());

        Program program = run(Repository.root().resolve("zns-slab"), "--version");

        assertThat(program.status()).isEqualTo(SETUP_INCOMPLETE);
        assertThat(program.err()).startsWith("zns-slab: the cache ").hasLineCount(1);
    }

    @Test
    void aCheckoutWhosePathHasAColonRunsAndItsSourcesAreBuiltByAWayWithoutOne() throws Exception {
        Path root = Files.createDirectories(folder.resolve("a:b/c")).resolve("ö");
        Files.move(copy(true), root);
        environment.put("ZNS_SLAB_CACHE", folder.resolve("a:b/cache").toString());
        Path temporary = Files.createDirectories(folder.resolve("temporary"));
        environment.put("TMPDIR", temporary.toString());

        Program program = run(root.resolve("zns-slab"), "config", "list");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.out()).containsPattern("(?m)^device = auto +\\(the default\\)$");

        Path source = Files.writeString(root.resolve("core/src/main/Changed.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(1, ChronoUnit.SECONDS)));
        putMavenOnThePath("exit 1");
        assertThat(run(root.resolve("zns-slab"), "--version").status()).isEqualTo(SETUP_INCOMPLETE);
        assertThat(mavenCalls())
                .singleElement()
                .asString()
                .contains(" -f " + temporary + "/zns-slab-links-")
                .containsPattern(" -f [^:]*/pom.xml ");
    }

    /** The first locales name UTF-8 but do not exist; Java would use ASCII for a locale that it cannot find. */
    @ParameterizedTest
    @ValueSource(strings = {"xx_YY.UTF-8", "xx_YY.utf8", "C", "POSIX", ""})
    void fileNamesAreKeptUnderAnyLocale(String locale) throws Exception {
        environment.put("LC_ALL", locale);
        environment.put("LANG", locale);

        Program program = run(Repository.root().resolve("zns-slab"), "device", "create", "größe", "--zones", "16");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(folder.resolve("größe")).exists();
    }

    @Test
    void temporaryFilesAreWhereTmpdirSays() throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("temporary files"));
        environment.put("TMPDIR", "temporary files/"); // It may be relative, like any path.

        Program program = run(
                Repository.root().resolve("zns-slab"),
                "demo",
                "tiering",
                "--device",
                "file",
                "--objects",
                "100",
                "--epochs",
                "8");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.out()).contains(temporary + "/zns-slab-demo-");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void aTmpdirThatIsNoneIsSaidAndNotUsed() throws Exception {
        environment.put("TMPDIR", "/no/such/folder");

        Program program = run(Repository.root().resolve("zns-slab"), "--version");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.err())
                .isEqualTo("zns-slab: TMPDIR is /no/such/folder, which is no folder that can be written to;"
                        + " /tmp is used\n");
    }

    @Test
    void aDescriptorThatTheCallerHasOpenedStaysOpen() throws Exception {
        String launcher = Repository.root().resolve("zns-slab").toString();
        Path input = Files.writeString(folder.resolve("input"), "one\ntwo\n");

        for (String way : List.of("/dev/stdin < input", "/dev/fd/9 9< input", "/dev/fd/3 3< input")) {
            Program program = Program.run(
                    folder,
                    environment,
                    List.of(
                            "bash",
                            "-c",
                            "'" + launcher + "' demo tiering --device file --epochs 8 --json --input " + way));

            assertThat(program.status()).as(way + "\n" + program.all()).isZero();
            assertThat(program.out()).contains("\"passed\" : true");
            assertThat(input).hasContent("one\ntwo\n");
        }
    }
}
