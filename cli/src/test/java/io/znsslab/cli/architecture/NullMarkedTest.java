package io.znsslab.cli.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NullAway looks only at packages that are marked, and must not lose one silently. */
class NullMarkedTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /** Rooms of the tier that are not checked: none of them is exported. */
    private static final Pattern UNMARKED = Pattern.compile(".*/tier/(demote|read|recovery)/package-info.java");

    @ParameterizedTest
    @ValueSource(strings = {"native-bindings", "emulation", "core", "zns-tier", "adapters"})
    void everyPackageOfAModuleIsNullMarked(String module) throws Exception {
        List<Path> packages = filesOf(module, "package-info.java");

        assertThat(packages)
                .isNotEmpty()
                .filteredOn(file -> !UNMARKED.matcher(file.toString()).matches())
                .allSatisfy(file -> assertThat(file).content().containsPattern("(?m)^@NullMarked$"));
    }

    @Test
    void theCompilerRefusesNullInPackagesThatAreMarked() throws Exception {
        String build = Files.readString(ROOT.resolve("pom.xml"));

        assertThat(build)
                .contains(
                        "<errorprone.main>${errorprone} -Xep:NullAway:ERROR ${errorprone.nulls} ",
                        "<arg>${errorprone.main}</arg>");
    }

    /** In a comment beside it, or on the line above. */
    @Test
    void noCodeIsLeftUncheckedWithoutAReason() throws Exception {
        for (Path file : filesOf(".", ".java")) {
            List<String> lines = Files.readAllLines(file);
            assertThat(IntStream.range(1, lines.size())
                            .filter(line -> lines.get(line).matches(".*@(SuppressWarnings.*\"NullAway|NullUnmarked).*"))
                            .filter(line -> !lines.get(line).contains("// ")
                                    && !lines.get(line - 1).contains("// "))
                            .boxed())
                    .as(file + " suppresses NullAway and says no reason in the lines, counted from 0")
                    .isEmpty();
        }
    }

    private static List<Path> filesOf(String module, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
            return files.filter(file -> file.toString().contains("/src/main/java/"))
                    .filter(file -> file.toString().endsWith(ending))
                    .toList();
        }
    }
}
