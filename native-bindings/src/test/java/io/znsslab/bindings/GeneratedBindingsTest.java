package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.bindings.libc.LibC;
import io.znsslab.bindings.uring.LibUring;
import io.znsslab.bindings.zbd.LibZbd;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedBindingsTest {

    @ParameterizedTest
    @ValueSource(classes = {LibC.class, LibZbd.class, LibUring.class})
    void everyFunctionIsInItsLibrary(Class<?> header) {
        assertThat(new GeneratedBindings(header).functions())
                .hasSizeGreaterThan(10)
                .doesNotContainValue(MemorySegment.NULL);
    }
}
