package io.znsslab.bindings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks the C compiler for the values of expressions under the headers that the bindings were generated from. */
final class CProgram {

    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <string.h>
            #include <unistd.h>
            #include <sys/file.h>
            #include <sys/ioctl.h>
            #include <sys/mman.h>
            #include <sys/resource.h>
            #include <sys/statvfs.h>
            #include <sys/syscall.h>
            #include <sys/uio.h>
            #include <linux/blkzoned.h>
            #include <linux/fs.h>
            #include <linux/membarrier.h>
            #include <libzbd/zbd.h>
            #include <liburing.h>
            """;

    private CProgram() {}

    /** Empty when a program with these headers compiles; otherwise the reason why it does not, in one line. */
    static String whatIsMissing(Path folder) throws Exception {
        try {
            Output compiled = compile("int main(void) { return 0; }\n", folder);
            return compiled.exitCode() == 0
                    ? ""
                    : "gcc says " + compiled.text().lines().findFirst().orElse("nothing");
        } catch (IOException noCompiler) {
            return "gcc can't be run (" + noCompiler.getMessage() + ")";
        }
    }

    /** Values of integer expressions, keyed by the expression. */
    static Map<String, Long> valuesOf(Collection<String> expressions, Path folder) throws Exception {
        StringBuilder body = new StringBuilder("int main(void) {\n");
        for (String expression : expressions) {
            body.append("    printf(\"%lld\\n\", (long long)(")
                    .append(expression)
                    .append("));\n");
        }
        Output compiled = compile(body.append("    return 0;\n}\n").toString(), folder);
        if (compiled.exitCode() != 0) {
            throw new AssertionError("The headers lack something that the bindings have:\n" + compiled.text());
        }
        List<String> lines =
                run(folder.resolve("program").toString()).text().lines().toList();
        Map<String, Long> values = new LinkedHashMap<>();
        int line = 0;
        for (String expression : expressions) {
            values.put(expression, Long.valueOf(lines.get(line++)));
        }
        return values;
    }

    private record Output(int exitCode, String text) {}

    private static Output compile(String body, Path folder) throws Exception {
        Path source = Files.writeString(folder.resolve("program.c"), HEADERS + body);
        return run("gcc", "-o", folder.resolve("program").toString(), source.toString());
    }

    private static Output run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(process.waitFor(), text);
    }
}
