package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What README.md says is tried, or compared with the code. */
class ReadmeTest {
    private static String readme;

    @TempDir
    private Path folder;

    @BeforeAll
    static void read() throws IOException {
        readme = Files.readString(Repository.root().resolve("README.md"));
    }

    private static String embeddingExample() {
        Matcher code = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertThat(code.find()).as("a Java example in README.md").isTrue();
        return code.group(1);
    }

    @Test
    void theEmbeddingExampleHasFewerThanTwentyLines() {
        assertThat(embeddingExample().lines().count()).isLessThan(20);
    }

    @Test
    void theEmbeddingExampleCompilesAndPrintsWhatTheReadmeSays() throws Exception {
        Path source = Files.writeString(folder.resolve("ColdStore.java"), embeddingExample());
        Path device = folder.resolve("device");
        assertThat(CommandRun.of(folder, "device", "create", device.toString()).code())
                .isEqualTo(ExitCode.DONE);

        compile(source);
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dznsslab.library.path=" + System.getProperty("znsslab.library.path", ""),
                        "--class-path",
                        folder + ":" + System.getProperty("java.class.path"),
                        "ColdStore",
                        device.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(printed).isEqualTo("COLD\n42\n");
        assertThat(readme).contains("It prints `COLD` and `42`.");
        assertThat(program.exitValue()).isZero();
    }

    private void compile(Path source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int status = compiler.run(
                null,
                new PrintStream(messages, true, StandardCharsets.UTF_8),
                new PrintStream(messages, true, StandardCharsets.UTF_8),
                "-Xlint:all",
                "-proc:none",
                "-d",
                folder.toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                source.toString());
        assertThat(status).as(messages.toString(StandardCharsets.UTF_8)).isZero();
    }

    @Test
    void everyFolderThatTheReadmeNamesIsAModule() throws IOException {
        String modules = Files.readString(Repository.root().resolve("pom.xml"));
        List<String> named = readme.lines()
                .map(Pattern.compile("\\| `([a-z-]+)` \\|.*")::matcher)
                .filter(Matcher::matches)
                .map(row -> row.group(1))
                .toList();

        assertThat(named).hasSize(5).allSatisfy(name -> assertThat(modules).contains("<module>" + name + "</module>"));
    }

    @Test
    void everyCommandLineOfTheReadmeIsUnderstood() {
        List<String> lines = readme.lines()
                .filter(line -> line.startsWith("./zns-slab "))
                // benchmarks are the launcher's business, and no part of the command
                .filter(line -> !line.startsWith("./zns-slab jmh"))
                .map(line -> line.replaceAll(" +#.*", ""))
                .toList();

        assertThat(lines).hasSizeGreaterThan(10).allSatisfy(line -> {
            List<String> words = Arrays.asList(line.split(" ")).subList(1, line.split(" ").length);
            String command =
                    words.stream().takeWhile(word -> !word.equals("--")).collect(Collectors.joining(" "));
            assertThat(CommandTreeParsing.understands(command)).as(command).isTrue();
        });
    }

    /** Command lines that are parsed and not run. */
    private static final class CommandTreeParsing {
        private CommandTreeParsing() {}

        static boolean understands(String command) {
            PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
            CommandLine tree = CommandTree.of(
                    new Session(Map.of(), new Terminal(nowhere, OutputStream.nullOutputStream(), nowhere, false, 80)));
            List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
            if (words.getFirst().equals("emulate")) {
                words.add("true"); // the command that is run in the other kernel is not ours to parse
            }
            try {
                tree.parseArgs(words.toArray(String[]::new));
                return true;
            } catch (CommandLine.ParameterException e) {
                return false;
            }
        }
    }
}
