package io.znsslab.cli.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Dependencies between and inside the modules go one way only: cli to tier to core to bindings, with emulation beside
 * core.
 */
class ModuleArrowsTest {

    private static final String PREFIX = "io.znsslab.";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // The same tests, packaged for other modules.
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.znsslab");

    @ParameterizedTest
    @CsvSource({
        "bindings, core emulation tier cli",
        "core, emulation tier cli",
        "emulation, core tier cli",
        "tier, emulation cli"
    })
    void aModuleUsesNoneThatStandsAboveIt(String module, String above) {
        String[] forbidden = Arrays.stream(above.split(" ", -1))
                .map(name -> PREFIX + name + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(PREFIX + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "bindings, ''",
        "core, bindings",
        "emulation, bindings",
        "tier, core bindings",
        "cli, bindings core emulation tier",
    })
    void moduleDescriptorsRequireWhatTheArrowsAllowAndNoMore(String module, String allowed) {
        Set<String> ours = descriptorOf(module).requires().stream()
                .map(ModuleDescriptor.Requires::name)
                .filter(name -> name.startsWith(PREFIX))
                .map(name -> name.substring(PREFIX.length()))
                .collect(Collectors.toSet());

        assertThat(Set.of(allowed.split(" ", -1))).containsAll(ours);
    }

    @Test
    void packagesOfAModuleDoNotDependOnEachOtherInACircle() {
        slices().matching(PREFIX + "(*).(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** The tests' class path holds each module as a folder or a jar. */
    private static ModuleDescriptor descriptorOf(String module) {
        Path[] classPath = Arrays.stream(System.getProperty("java.class.path").split(":", -1))
                .map(Path::of)
                .filter(path -> path.toString().contains("znsslab-") || path.endsWith(Path.of("target", "classes")))
                .toArray(Path[]::new);
        return ModuleFinder.of(classPath).find(PREFIX + module).orElseThrow().descriptor();
    }
}
