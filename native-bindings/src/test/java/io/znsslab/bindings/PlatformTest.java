package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PlatformTest {

    @Test
    void anotherArchitectureIsRefusedInOneLine() {
        assertThatThrownBy(() -> Platform.requireSupported("Linux", "aarch64"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("ZNS-Slab runs on x86-64 Linux only")
                .hasMessageEndingWith("this is Linux on aarch64");
        assertThatThrownBy(() -> Platform.requireSupported("Mac OS X", "amd64"))
                .hasMessageEndingWith("this is Mac OS X on amd64");
        assertThatCode(Platform::requireSupported).doesNotThrowAnyException();
    }
}
