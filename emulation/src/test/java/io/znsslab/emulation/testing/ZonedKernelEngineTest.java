package io.znsslab.emulation.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

class ZonedKernelEngineTest {
    @Test
    void itFindsTheTestsOfAnnotatedClassesUnderItsOwnIds() {
        TestPlan plan = EngineRun.discover(Fixtures.Mixed.class);

        TestIdentifier engine = plan.getRoots().iterator().next();
        List<TestIdentifier> all = plan.getDescendants(engine).stream().toList();
        assertThat(all)
                .extracting(TestIdentifier::getDisplayName)
                .containsExactlyInAnyOrder(
                        "Fixtures$Mixed", "passes()", "fails()", "each(int)", "Inner", "passesToo()");
        assertThat(all).extracting(TestIdentifier::getUniqueId).allMatch(id -> id.startsWith("[engine:zoned-kernel]/"));
    }

    @Test
    void aClassIsKnownByItsSourceSoThatABuildToolCanNameIt() {
        TestPlan plan = EngineRun.discover(Fixtures.Mixed.class);

        Set<TestIdentifier> classes =
                plan.getChildren(plan.getRoots().iterator().next());
        assertThat(classes).hasSize(1).allSatisfy(test -> {
            TestSource source = test.getSource().orElseThrow();
            assertThat(source).isInstanceOf(ClassSource.class);
            assertThat(((ClassSource) source).getClassName()).isEqualTo(Fixtures.Mixed.class.getName());
        });
    }

    @Test
    void itLeavesOtherClassesToOtherEngines() {
        assertThat(EngineRun.discover(Fixtures.Ordinary.class).containsTests()).isFalse();
        assertThat(EngineRun.discover(Fixtures.Mixed.class).containsTests()).isTrue();
    }
}
