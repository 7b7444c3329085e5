package io.znsslab.adapters;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters stand above the library, and know nothing of each other. */
class AdapterArrowsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.znsslab");

    @ParameterizedTest
    @ValueSource(strings = {"bindings", "core", "tier"})
    void theLibraryUsesNoAdapter(String module) {
        noClasses()
                .that()
                .resideInAPackage("io.znsslab." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.znsslab.jcache..", "io.znsslab.netty..")
                .check(CLASSES);
    }

    @Test
    void noAdapterUsesAnotherOne() {
        slices().matching("io.znsslab.(jcache|netty)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void theStoreKnowsNothingOfTheCachesAboveIt() {
        noClasses()
                .that()
                .resideInAPackage("io.znsslab.jcache.store..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.znsslab.jcache")
                .check(CLASSES);
    }
}
