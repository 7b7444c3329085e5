package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code mvn install} leaves for other projects. A copy of the checkout is installed into an empty local
 * repository, and the example is built from there; whatever else a build takes comes from this build's own repository,
 * without a network.
 */
class ArtifactsIT {
    private static final Map<String, String> LIBRARY = Map.of(
            "znsslab-bindings", "native-bindings",
            "znsslab-core", "core",
            "znsslab-tier", "zns-tier",
            "znsslab-adapters", "adapters");

    private static final Pattern PLUGIN =
            Pattern.compile("<artifactId>(maven-\\w+-plugin)</artifactId>\\s*<version>([^<]+)</version>");

    @TempDir
    private static Path folder;

    private static Path repository;
    private static Path classPathProgram;
    private static Path modulePathProgram;

    @BeforeAll
    static void installACopyAndBuildTheExampleFromIt() throws Exception {
        repository = folder.resolve("repository");
        Path checkout = folder.resolve("another checkout");
        copySources(checkout);
        maven(checkout, "--projects=.,native-bindings,core,core/bom,zns-tier,adapters", "-Dmaven.test.skip", "install");

        Path example = folder.resolve("embed");
        copyTree(Repository.root().resolve("docs/embed"), example);
        maven(example, "clean", "package");
        modulePathProgram = Files.move(example.resolve("target/modules"), folder.resolve("module path"));
        Files.delete(example.resolve("src/main/java/module-info.java"));
        maven(example, "clean", "package");
        classPathProgram = Files.move(example.resolve("target/modules"), folder.resolve("class path"));
    }

    /** What the library's jars are made from, and the POMs of the other modules, which the parent names. */
    private static void copySources(Path checkout) throws IOException {
        Path root = Repository.root();
        for (String file : List.of("LICENSE", "pom.xml", "core/bom/pom.xml", "emulation/pom.xml", "cli/pom.xml")) {
            copyTree(root.resolve(file), checkout.resolve(file));
        }
        copyTree(root.resolve(".mvn"), checkout.resolve(".mvn"));
        for (String module : LIBRARY.values()) {
            for (String part : List.of("pom.xml", "src/main", "src/generated")) {
                copyTree(root.resolve(module, part), checkout.resolve(module, part));
            }
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        if (Files.notExists(from)) {
            return;
        }
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(file -> !file.toString().contains("/target")).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** Runs the Maven that runs this test, in another time zone and language, with an empty local repository. */
    private static void maven(Path project, String... arguments) throws Exception {
        String cache = System.getProperty("maven.repository", System.getProperty("user.home") + "/.m2/repository");
        Path settings = Files.writeString(
                folder.resolve("settings.xml"),
                "<settings><mirrors><mirror><id>cache</id><mirrorOf>*</mirrorOf><url>"
                        + Path.of(cache).toUri() + "</url></mirror></mirrors></settings>");
        String maven = System.getProperty("maven.home") == null ? "mvn" : System.getProperty("maven.home") + "/bin/mvn";
        List<String> command = new ArrayList<>(List.of(
                maven,
                "--batch-mode",
                "--quiet",
                "--settings=" + settings,
                "-Dmaven.repo.local=" + repository,
                // Both are for the sources, which this build has checked, and change no byte of a jar.
                "-Derrorprone.main=-proc:none",
                "-Dspotless.check.skip",
                // As long as everything else together, and made by this build as well.
                "-Dmaven.javadoc.skip"));
        command.addAll(List.of(arguments));
        Map<String, String> environment =
                Map.of("JAVA_HOME", System.getProperty("java.home"), "TZ", "Pacific/Auckland", "LC_ALL", "C");
        Program program = Program.run(project, environment, command);
        assertThat(program.status()).as(program.all()).isZero();
    }

    private static Path installed(String artifact, String ending) throws IOException {
        return only(repository.resolve("io/znsslab").resolve(artifact), artifact, ending);
    }

    private static Path built(String artifact, String ending) throws IOException {
        return only(Repository.root().resolve(LIBRARY.get(artifact), "target"), artifact, ending);
    }

    /** The file of that name, a version and that ending. */
    private static Path only(Path under, String artifact, String ending) throws IOException {
        String name = artifact + "-\\d.*?(?<!-sources|-javadoc)" + Pattern.quote(ending);
        try (Stream<Path> files = Files.walk(under, 2)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().matches(name))
                    .toList();
            assertThat(found).as(name).hasSize(1);
            return found.getFirst();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"znsslab-bindings", "znsslab-core", "znsslab-tier", "znsslab-adapters"})
    void twoBuildsGiveTheSameBytes(String artifact) throws Exception {
        assertThat(installed(artifact, ".jar")).hasSameBinaryContentAs(built(artifact, ".jar"));
        assertThat(installed(artifact, "-sources.jar")).hasSameBinaryContentAs(built(artifact, "-sources.jar"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"znsslab-bindings", "znsslab-core", "znsslab-tier", "znsslab-adapters"})
    void aJarIsAModuleWithVersionAndLicence(String artifact) throws Exception {
        Path path = installed(artifact, ".jar");
        ModuleDescriptor module =
                ModuleFinder.of(path).findAll().iterator().next().descriptor();

        assertThat(module.name()).isEqualTo("io.znsslab." + artifact.substring("znsslab-".length()));
        assertThat(path.getFileName().toString())
                .isEqualTo(artifact + "-" + module.rawVersion().orElseThrow() + ".jar");
        try (JarFile jar = new JarFile(path.toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertThat(jar.getEntry("META-INF/LICENSE").getSize())
                    .isEqualTo(Files.size(Repository.root().resolve("LICENSE")));
            assertThat(manifest.getValue("Implementation-Title")).startsWith("ZNS-Slab ");
            assertThat(manifest.getValue("Implementation-Version"))
                    .isEqualTo(module.rawVersion().orElseThrow());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"znsslab-bindings", "znsslab-core", "znsslab-tier", "znsslab-adapters"})
    void thePackagesThatAreComparedWithAReleaseAreThoseExported(String artifact) throws Exception {
        ModuleDescriptor module = ModuleFinder.of(installed(artifact, ".jar"))
                .findAll()
                .iterator()
                .next()
                .descriptor();
        String pom = Files.readString(Repository.root().resolve(LIBRARY.get(artifact), "pom.xml"));

        assertThat(Pattern.compile("<include>([\\w.]+)</include>").matcher(pom).results())
                .extracting(include -> include.group(1))
                .containsExactlyInAnyOrderElementsOf(module.exports().stream()
                        .filter(exported -> !exported.isQualified())
                        .map(ModuleDescriptor.Exports::source)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"znsslab-bindings", "znsslab-core", "znsslab-tier", "znsslab-adapters"})
    void sourcesAndDocumentsStandBesideTheJar(String artifact) throws Exception {
        try (JarFile sources = new JarFile(installed(artifact, "-sources.jar").toFile());
                JarFile documents = new JarFile(built(artifact, "-javadoc.jar").toFile())) {
            assertThat(sources.getEntry("module-info.java")).isNotNull();
            assertThat(documents.getEntry("index.html")).isNotNull();
        }
    }

    @Test
    void theBomNamesTheLibraryAndNothingThatItIsBuiltWith() throws Exception {
        String bom = Files.readString(installed("znsslab-bom", ".pom"));

        assertThat(bom)
                .contains("<artifactId>znsslab-core</artifactId>", "<artifactId>znsslab-tier</artifactId>")
                .contains("<artifactId>znsslab-bindings</artifactId>", "<artifactId>znsslab-adapters</artifactId>")
                .contains("<name>Apache-2.0</name>", "<scm ")
                .doesNotContain("<parent>", "junit", "netty", "picocli");
    }

    @ParameterizedTest
    @CsvSource({"true,io.znsslab.bindings", "false,ALL-UNNAMED"})
    void theExampleFindsItsObjectAgainAfterARestart(boolean modular, String ofNativeAccess) throws Exception {
        String device = folder.resolve("device of " + ofNativeAccess).toString();
        String option = "--enable-native-access=" + ofNativeAccess;

        Program first = example(modular, List.of(option), device);
        String handle = first.out().split(" ", 2)[0];
        Program second = example(modular, List.of(option), device, handle);

        assertThat(first.all()).isEqualTo("status 0\n--- out\n" + handle + " is COLD: kept on a device\n--- err\n");
        assertThat(second.all()).isEqualTo(first.all());
    }

    @ParameterizedTest
    @CsvSource({"true,io.znsslab.bindings", "false,ALL-UNNAMED"})
    void withoutNativeAccessTheOptionIsNamed(boolean modular, String ofNativeAccess) throws Exception {
        String device = folder.resolve("device without " + ofNativeAccess).toString();
        String option = "--enable-native-access=" + ofNativeAccess;

        Program warned = example(modular, List.of(), device);
        Program refused = example(modular, List.of("--illegal-native-access=deny"), device);

        assertThat(warned.status()).as(warned.all()).isZero();
        assertThat(warned.err()).contains("WARNING: Use " + option + " ");
        assertThat(refused.status()).isNotZero();
        assertThat(refused.err().lines().findFirst().orElseThrow())
                .endsWith("ZNS-Slab has to call native functions, and this JVM forbids it: start java with " + option);
    }

    private static Program example(boolean modular, List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dznsslab.library.path=" + System.getProperty("znsslab.library.path", ""));
        command.addAll(options);
        command.addAll(
                modular
                        ? List.of("--module-path", modulePathProgram.toString(), "--module", "embed/embed.Embed")
                        : List.of("--class-path", classPathProgram + "/*", "embed.Embed"));
        command.addAll(List.of(arguments));
        return Program.run(folder, Map.of(), command);
    }

    @Test
    void theExampleHasLessThanThirtyLinesAndTheBuildsPlugins() throws Exception {
        Path example = Repository.root().resolve("docs/embed");
        String build = Files.readString(Repository.root().resolve("pom.xml"));

        assertThat(Files.readAllLines(example.resolve("src/main/java/embed/Embed.java")))
                .filteredOn(line -> !line.isBlank() && !line.startsWith("import ") && !line.startsWith("package "))
                .hasSizeLessThan(30);
        assertThat(PLUGIN.matcher(Files.readString(example.resolve("pom.xml"))).results())
                .hasSize(5)
                .allSatisfy(plugin ->
                        assertThat(build).contains("<" + plugin.group(1) + ".version>" + plugin.group(2) + "</"));
    }
}
