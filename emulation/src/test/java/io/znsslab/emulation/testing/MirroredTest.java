package io.znsslab.emulation.testing;

import java.util.Set;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;

/** Our engine's copy of a test or container of Jupiter: the same name and source, under our own id. */
final class MirroredTest extends AbstractTestDescriptor {
    private final String jupiterId;
    private final Type type;
    private final String legacyName;
    private final Set<TestTag> tags;

    private MirroredTest(
            String jupiterId,
            UniqueId id,
            String displayName,
            TestSource source,
            Type type,
            String legacyName,
            Set<TestTag> tags) {
        super(id, displayName, source);
        this.jupiterId = jupiterId;
        this.type = type;
        this.legacyName = legacyName;
        this.tags = tags;
    }

    static MirroredTest of(TestIdentifier test, UniqueId engine) {
        return new MirroredTest(
                test.getUniqueId(),
                underOurEngine(test.getUniqueId(), engine),
                test.getDisplayName(),
                test.getSource().orElse(null),
                test.getType(),
                test.getLegacyReportingName(),
                test.getTags());
    }

    static MirroredTest of(TestEvent.Registered test, UniqueId engine) {
        TestSource source = null;
        if (!test.methodName().isEmpty()) {
            source = MethodSource.from(test.className(), test.methodName(), test.methodParameters());
        } else if (!test.className().isEmpty()) {
            source = ClassSource.from(test.className());
        }
        return new MirroredTest(
                test.id(),
                underOurEngine(test.id(), engine),
                test.displayName(),
                source,
                test.container() ? Type.CONTAINER : Type.TEST,
                test.legacyName(),
                Set.of());
    }

    /** Jupiter's own unique id of this test. */
    String jupiterId() {
        return jupiterId;
    }

    @Override
    public Type getType() {
        return type;
    }

    /** True for a test and for a method that makes tests as it runs: both can be selected in Jupiter. */
    @Override
    public boolean mayRegisterTests() {
        return isTest() || getSource().orElse(null) instanceof MethodSource;
    }

    @Override
    public String getLegacyReportingName() {
        return legacyName;
    }

    @Override
    public Set<TestTag> getTags() {
        return tags;
    }

    private static UniqueId underOurEngine(String jupiterId, UniqueId engine) {
        UniqueId id = engine;
        for (UniqueId.Segment segment :
                UniqueId.parse(jupiterId).getSegments().stream().skip(1).toList()) {
            id = id.append(segment);
        }
        return id;
    }
}
