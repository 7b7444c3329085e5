package io.znsslab.core.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs the races of {@code src/jcstress} with jcstress, in JVMs of their own, and makes each of them a test here.
 *
 * <p>{@code -Djcstress.arguments=} are passed to jcstress; {@code -Djcstress.minutes=} is the run's time limit. The
 * build sets both; the profile {@code jcstress-long} runs every compiler mode. {@code target/jcstress/run/output} says
 * how often each result was seen.
 */
class JcstressIT {
    private static final Path FOLDER = Path.of("target", "jcstress", "run");
    private static final Collection<TestResult> RESULTS = new ArrayList<>();

    @BeforeAll
    static void run() throws IOException, InterruptedException, ClassNotFoundException {
        forgetEarlierRun();
        Path output = FOLDER.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                "org.openjdk.jcstress.Main"));
        command.addAll(List.of(System.getProperty("jcstress.arguments").trim().split("\\s+")));
        command.addAll(List.of("-r", "report"));
        Process jcstress = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            long minutes = Long.getLong("jcstress.minutes");
            assertThat(jcstress.waitFor(minutes, TimeUnit.MINUTES))
                    .as("jcstress ends within %d minutes; its output is in %s", minutes, output.toAbsolutePath())
                    .isTrue();
        } finally {
            jcstress.descendants().forEach(ProcessHandle::destroyForcibly);
            jcstress.destroyForcibly();
        }
        read();
    }

    private static void forgetEarlierRun() throws IOException {
        Files.createDirectories(FOLDER);
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * The class path of this JVM, from Surefire's property where Surefire starts it with a jar that only lists the real
     * one.
     */
    private static String classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(path.split(File.pathSeparator))
                .map(element -> Path.of(element).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void read() throws IOException, ClassNotFoundException {
        List<Path> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.filter(file -> file.toString().endsWith(".bin.gz")).toList();
        }
        assertThat(files)
                .as("files of results that jcstress left in %s", FOLDER.toAbsolutePath())
                .hasSize(1);
        InProcessCollector collector = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(files.getFirst().toString(), collector);
        reader.dump();
        reader.close();
        RESULTS.addAll(collector.getTestResults());
        long samples = RESULTS.stream().mapToLong(TestResult::getTotalCount).sum();
        System.out.printf(
                "jcstress: %d races in %d runs, %,d samples%n", TestList.tests().size(), RESULTS.size(), samples);
    }

    @TestFactory
    Stream<DynamicTest> aRaceGivesNoForbiddenAnswer() {
        return TestList.tests().stream().sorted().map(race -> dynamicTest(race, () -> check(race)));
    }

    private static void check(String race) {
        TestInfo info = TestList.getInfo(race);
        List<TestResult> results =
                RESULTS.stream().filter(result -> result.getName().equals(race)).toList();
        assertThat(results).as("runs of %s", race).isNotEmpty();
        for (TestResult result : results) {
            System.out.printf("jcstress: %s%n", seen(result));
            assertThat(result.status())
                    .as("%s: %s %s %s", race, result.getMessages(), result.getVmOut(), result.getVmErr())
                    .isEqualTo(Status.NORMAL);
            assertThat(result.grading().failureMessages).as(seen(result)).isEmpty();
            assertThat(result.grading().isPassed).as(seen(result)).isTrue();
            assertThat(result.getTotalCount()).as("samples of %s", info.name()).isPositive();
        }
    }

    private static String seen(TestResult result) {
        String name = result.getName();
        return result.getStateKeys().stream()
                .map(key -> "%,d times \"%s\"".formatted(result.getCount(key), key))
                .collect(Collectors.joining(", ", name.substring(name.lastIndexOf('.') + 1) + ": ", ""));
    }
}
