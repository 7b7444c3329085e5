package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hides native libraries from a program, as if they were not installed: its loader looks for names that do not exist.
 */
final class HiddenLibraries {
    private static final String HIDDEN = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <string.h>
            void *dlopen(const char *name, int flags) {
                void *(*next)(const char *, int) = (void *(*)(const char *, int)) dlsym(RTLD_NEXT, "dlopen");
                return next(name != 0 && (CONDITION) ? "this-library-is-hidden.so" : name, flags);
            }
            """;

    private HiddenLibraries() {}

    /**
     * Compiles it in that folder.
     *
     * @param libraries such as {@code libzbd}
     * @return a library for {@code LD_PRELOAD}
     */
    static Path build(Path folder, String... libraries) throws IOException, InterruptedException {
        String condition = Stream.of(libraries)
                .map(library -> "strstr(name, \"" + library + "\") != 0")
                .collect(Collectors.joining(" || "));
        Path source = Files.writeString(folder.resolve("hide.c"), HIDDEN.replace("CONDITION", condition));
        Program compiler = Program.run(
                folder, Map.of(), List.of("gcc", "-shared", "-fPIC", "-o", "hide.so", source.toString(), "-ldl"));
        assertThat(compiler.status()).as(compiler.all()).isZero();
        return folder.resolve("hide.so");
    }
}
