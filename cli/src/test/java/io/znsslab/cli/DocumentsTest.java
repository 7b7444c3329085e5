package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tries the commands of README.md and CONTRIBUTING.md, and compares other statements with the code. */
class DocumentsTest {
    private static final Path ROOT = Repository.root();

    private static String readme;
    private static String contributing;

    @TempDir
    private Path folder;

    @BeforeAll
    static void read() throws IOException {
        readme = Files.readString(ROOT.resolve("README.md"));
        contributing = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
    }

    private static List<String> found(String text, String pattern) {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String section(String title) {
        return readme.split("\n## " + title + "\n")[1].split("\n## ")[0];
    }

    private static String example() {
        List<String> examples = found(readme, "```java\n(.*?)```");
        assertThat(examples).hasSize(1);
        return examples.getFirst();
    }

    /** The output of this JDK's {@code java} with these arguments. */
    private static String printedByJava(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(arguments));
        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String printed = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(program.exitValue()).as(printed).isZero();
            return printed;
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void theExampleHasTenLinesAtMostBesidesItsImports() {
        assertThat(example().lines().filter(line -> !line.isBlank() && !line.startsWith("import ")))
                .hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void theExampleCompilesAndPrintsWhatTheReadmeSays() throws Exception {
        Path source = Files.writeString(folder.resolve("ColdStore.java"), example());
        Path device = folder.resolve("device");
        assertThat(CommandRun.of(folder, "device", "create", device.toString()).code())
                .isEqualTo(ExitCode.DONE);

        String printed = printedByJava(
                "--enable-native-access=ALL-UNNAMED",
                "-Dznsslab.library.path=" + System.getProperty("znsslab.library.path", ""),
                "--class-path",
                System.getProperty("java.class.path"),
                source.toString(),
                device.toString());

        assertThat(printed).isEqualTo("COLD 42\n");
        assertThat(readme).contains("It prints `COLD 42`.");
    }

    @Test
    void theCoordinatesAndTheLicenceAreTheBuilds() throws IOException {
        String tier = Files.readString(ROOT.resolve("zns-tier/pom.xml"));
        String core = Files.readString(ROOT.resolve("core/pom.xml"));
        String all = Files.readString(ROOT.resolve("pom.xml"));

        for (String element : List.of("groupId", "artifactId", "version")) {
            List<String> values = found(section("Use"), "(<" + element + ">[^<]*</" + element + ">)");
            assertThat(values).hasSize(1).allSatisfy(value -> assertThat(tier).contains(value));
        }
        assertThat(readme).contains("znsslab-core");
        assertThat(core).contains("<artifactId>znsslab-core</artifactId>");
        assertThat(readme).contains("Apache License 2.0");
        assertThat(all).contains("<name>Apache-2.0</name>");
        assertThat(ROOT.resolve("LICENSE")).content().contains("Apache License", "Version 2.0");
    }

    @Test
    void eachPropertyNamesTestsThatExist() throws IOException {
        List<String> properties = found("\n" + section("Properties"), "(\n- \\*\\*.*?)(?=\n- |\\z)");

        assertThat(properties).hasSize(5);
        for (String property : properties) {
            List<String> names = found(property.split("Tests?:")[1], "`([A-Z]\\w+)`");
            assertThat(names)
                    .as(property)
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(sourcesOfTests()).anyMatch(file -> file.endsWith(name + ".java")));
        }
    }

    @Test
    void eachPropertyOfATestIsReadByThatTest() throws IOException {
        List<String> rows = contributing
                .lines()
                .filter(line -> line.startsWith("| `") && line.contains("`-D"))
                .toList();

        assertThat(rows).hasSizeGreaterThan(5);
        for (String row : rows) {
            String test = found(row, "\\| `(\\w+)`").getFirst();
            Path source = sourcesOfTests().stream()
                    .filter(file -> file.endsWith(test + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no " + test));
            String code = Files.readString(source);
            assertThat(found(row, "-D([\\w.]+)="))
                    .allSatisfy(name -> assertThat(code).contains("\"" + name + "\""));
        }
    }

    private static List<Path> sourcesOfTests() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String folder : List.of("core/src/test", "core/src/jcstress", "zns-tier/src/test")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    @Test
    void thePictureIsWhatItsSourceDraws() throws Exception {
        String drawn = printedByJava(ROOT.resolve("docs/ObjectsWay.java").toString());

        assertThat(ROOT.resolve("docs/objects-way.svg")).hasContent(drawn);
    }

    @Test
    void everyLinkLeadsToAFile() {
        assertThat(found(readme + contributing, "\\]\\(([^):]+)\\)"))
                .hasSizeGreaterThan(3)
                .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
    }

    @Test
    void everyFolderOfTheLayoutIsAModule() throws IOException {
        String modules = Files.readString(ROOT.resolve("pom.xml"));

        assertThat(found(section("Layout"), "\n\\| `([a-z-]+)` \\|"))
                .hasSize(6)
                .allSatisfy(name -> assertThat(modules).contains("<module>" + name + "</module>"));
    }

    @Test
    void everyCommandLineIsUnderstood() {
        List<String> lines = Stream.of(readme, contributing)
                .flatMap(text -> text.replaceAll("\\\\\n +", "").lines())
                .map(line -> line.replaceFirst("^\\(\\d\\) ", "").replaceAll(" +#.*", ""))
                .filter(line -> line.startsWith("./zns-slab "))
                .toList();
        // A line has several commands where one runs another, in a micro-VM or in a shell.
        List<String> commands = lines.stream()
                .flatMap(line -> Stream.of(line.split("\\./zns-slab ")).skip(1))
                .map(command -> command.split(" --( |$)", -1)[0].replaceAll("['\\s]+$", ""))
                // The launcher runs the benchmarks; they are not part of the command.
                .filter(command -> !command.matches("jmh\\b.*"))
                .toList();

        assertThat(commands)
                .hasSizeGreaterThan(40)
                .allSatisfy(command ->
                        assertThatCode(() -> parse(command)).as(command).doesNotThrowAnyException());
    }

    /** Parses a command line without running it. */
    private static void parse(String command) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        CommandLine tree = CommandTree.of(
                new Session(Map.of(), new Terminal(nowhere, OutputStream.nullOutputStream(), nowhere, false, 80)));
        List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
        if (words.getFirst().equals("emulate")
                && !List.of("create", "list", "remove").contains(words.get(1))) {
            words.add("true"); // The command to run in the other kernel is a command of its own here.
        }
        tree.parseArgs(words.toArray(String[]::new));
    }
}
