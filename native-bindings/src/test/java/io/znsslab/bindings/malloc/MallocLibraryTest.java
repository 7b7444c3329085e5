package io.znsslab.bindings.malloc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** C allocators beside the process's own. */
class MallocLibraryTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSystemsOwnGivesMemoryAndTakesItBack(boolean critical) throws Throwable {
        assertThat(MallocLibrary.GLIBC.absence()).isEmpty();
        MallocLibrary.Functions functions = MallocLibrary.GLIBC.functions(critical);

        long address = (long) functions.malloc().invokeExact(100L);
        assertThat(address).isNotZero();
        functions.free().invokeExact(address);
    }

    @ParameterizedTest
    @EnumSource(MallocLibrary.class)
    void oneThatIsNotInstalledSaysHowToInstallIt(MallocLibrary library) throws Throwable {
        if (library.absence().isPresent()) {
            assertThat(library.absence().get()).containsAnyOf("apt install", "GLIBC_TUNABLES");
        } else {
            MallocLibrary.Functions functions = library.functions(false);
            functions.free().invokeExact((long) functions.malloc().invokeExact(1L));
        }
    }

    @Test
    void theLoaderSaysWhyItRefusesALibrary() {
        assertThat(DynamicLoader.open("libnone-such.so.1").refusal())
                .hasValueSatisfying(reason -> assertThat(reason).contains("libnone-such.so.1"));
    }
}
