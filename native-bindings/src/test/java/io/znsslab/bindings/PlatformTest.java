package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlatformTest {

    @Test
    void anotherArchitectureIsRefusedInOneLine() {
        assertThatThrownBy(() -> Platform.requireSupported("Linux", "aarch64"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("ZNS-Slab runs on x86-64 Linux with glibc only")
                .hasMessageEndingWith("this is Linux on aarch64");
        assertThatThrownBy(() -> Platform.requireSupported("Mac OS X", "amd64"))
                .hasMessageEndingWith("this is Mac OS X on amd64");
        assertThatCode(Platform::requireSupported).doesNotThrowAnyException();
    }

    @Test
    void anotherCLibraryIsRefusedInOneLine() {
        assertThatThrownBy(() -> Platform.requireGlibc(false))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("ZNS-Slab runs on x86-64 Linux with glibc only")
                .hasMessageContaining("musl")
                .hasMessageNotContaining("\n");
        assertThatCode(() -> Platform.requireGlibc(true)).doesNotThrowAnyException();
        assertThat(Platform.isSupported()).isTrue();
    }

    @Test
    void theOptionThatIsMissingIsNamedAsTheModuleNeedsIt() {
        assertThat(Platform.forbiddenBy(Platform.class.getModule()))
                .endsWith(": start java with --enable-native-access=ALL-UNNAMED");
        assertThat(Platform.forbiddenBy(Object.class.getModule())).endsWith(" --enable-native-access=java.base");
    }

    @Test
    void aJvmThatForbidsNativeCallsIsAnsweredByTheOptionThatAllowsThem() throws Exception {
        ChildJvm.Result child =
                ChildJvm.runWithoutNativeAccess(List.of("--illegal-native-access=deny"), ReservesMemory.class);

        assertThat(child.output())
                .isEqualTo("IllegalCallerException: ZNS-Slab has to call native functions, and this JVM forbids it: "
                        + "start java with --enable-native-access=ALL-UNNAMED\n");
    }

    @Test
    void aJvmThatWarnsOfNativeCallsNamesTheOptionAndGoesOn() throws Exception {
        ChildJvm.Result child = ChildJvm.runWithoutNativeAccess(List.of(), ReservesMemory.class);

        assertThat(child.output())
                .contains("WARNING: Use --enable-native-access=ALL-UNNAMED")
                .endsWith("reserved\n");
    }

    static final class ReservesMemory {

        private ReservesMemory() {}

        public static void main(String[] arguments) {
            try (Arena arena = Arena.ofConfined()) {
                Platform.requireSupported();
                AddressSpace.reserve(AddressSpace.pageBytes(), arena);
                System.out.println("reserved");
            } catch (RuntimeException | LinkageError failure) {
                System.out.println(failure.getClass().getSimpleName() + ": " + failure.getMessage());
            }
        }
    }
}
