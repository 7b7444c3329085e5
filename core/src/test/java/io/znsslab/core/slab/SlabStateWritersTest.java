package io.znsslab.core.slab;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitReference;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.registry.SlabIds;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One class writes a slab's state: all calls of methods that write a registry word or a frame's state are in it. */
class SlabStateWritersTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.znsslab.core");

    @ParameterizedTest
    @ValueSource(strings = {"svWord", "srWord", "casWord", "svRefusal"})
    void onlyTransitionsWriteTheWordOfASlab(String writer) {
        assertThat(callers(Registry.class, writer)).containsExactly(SlabTransitions.class.getName());
    }

    @Test
    void onlyTransitionsGiveIdsBackAndOnlyTheirListLinksThem() {
        assertThat(callers(SlabIds.class, "reuse")).containsExactly(SlabTransitions.class.getName());
        assertThat(callers(Registry.class, "svUnused")).containsExactly(SlabIds.class.getName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"svState", "srState", "casState", "beginUse", "endUse", "sopIdentity"})
    void onlyTransitionsWriteTheStateOfAFrame(String writer) {
        assertThat(callers(FrameTable.class, writer)).containsExactly(SlabTransitions.class.getName());
    }

    /** The other classes whose code calls a method of that name or refers to it. */
    private static List<String> callers(Class<?> table, String writer) {
        JavaClass owner = CORE.get(table);
        return owner.getMethods().stream()
                .filter(method -> method.getName().equals(writer))
                .flatMap(method -> Stream.concat(
                        method.getCallsOfSelf().stream().map(JavaAccess::getOriginOwner),
                        method.getReferencesToSelf().stream()
                                .map(JavaCodeUnitReference::getOrigin)
                                .map(JavaCodeUnit::getOwner)))
                .filter(caller -> !caller.equals(owner))
                .map(JavaClass::getName)
                .distinct()
                .toList();
    }
}
