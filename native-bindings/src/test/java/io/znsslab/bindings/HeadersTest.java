package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.znsslab.bindings.libc.LibC;
import io.znsslab.bindings.uring.LibUring;
import io.znsslab.bindings.zbd.LibZbd;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every structure, field and constant of the bindings, generated or written by hand, has the value that a C program
 * compiled against this machine's headers finds. Without compiler or headers the tests are aborted and say so; where
 * {@code CI} is {@code true} that is a failure.
 */
class HeadersTest {

    private static final List<GeneratedBindings> GENERATED = List.of(
            new GeneratedBindings(LibC.class),
            new GeneratedBindings(LibZbd.class),
            new GeneratedBindings(LibUring.class));

    @TempDir
    private static Path folder;

    @BeforeAll
    static void requireCompilerAndHeaders() throws Exception {
        String missing = CProgram.whatIsMissing(folder);
        if (missing.isEmpty()) {
            return;
        }
        String line = "NOT COMPARED WITH THE C HEADERS: " + missing
                + "; apt install gcc libc6-dev libzbd-dev liburing-dev, or dnf install gcc glibc-devel "
                + "libzbd-devel liburing-devel";
        System.out.println(line);
        if ("true".equals(System.getenv("CI"))) {
            fail(line);
        }
        Assumptions.abort(line);
    }

    @Test
    void structuresHaveTheSizeThatTheHeadersGiveThem() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        for (GeneratedBindings bindings : GENERATED) {
            bindings.structures().forEach((name, layout) -> ours.put("sizeof(struct " + name + ")", layout.byteSize()));
        }
        assertSameInC(ours, 15);
    }

    @Test
    void fieldsStandWhereTheHeadersPutThem() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        for (GeneratedBindings bindings : GENERATED) {
            for (GeneratedBindings.Field field : bindings.fields()) {
                if (field.isPadding()) {
                    continue; // becomes a field with a name in some later release
                }
                ours.put("offsetof(struct " + field.structure() + ", " + field.name() + ")", field.offset());
                if (field.size() > 0) { // a flexible array has no size in C
                    ours.put("sizeof(((struct " + field.structure() + " *)0)->" + field.name() + ")", field.size());
                }
            }
        }
        assertSameInC(ours, 200);
    }

    @Test
    void constantsHaveTheValuesOfTheHeaders() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        for (GeneratedBindings bindings : GENERATED) {
            ours.putAll(bindings.constants());
        }
        ours.remove("IORING_OP_LAST"); // how many operations the headers know, one more with most releases
        assertSameInC(ours, 150);
    }

    @Test
    void constantsWrittenByHandHaveTheValuesOfTheHeaders() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("SYS_membarrier", (long) Membarrier.SYSCALL);
        ours.put("MEMBARRIER_CMD_QUERY", (long) Membarrier.COMMAND_QUERY);
        ours.put("MEMBARRIER_CMD_PRIVATE_EXPEDITED", (long) Membarrier.COMMAND_PRIVATE_EXPEDITED);
        ours.put("MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED", (long) Membarrier.COMMAND_REGISTER_PRIVATE_EXPEDITED);
        ours.put("FALLOC_FL_KEEP_SIZE", (long) NativeFile.FALLOC_FL_KEEP_SIZE);
        ours.put("FALLOC_FL_PUNCH_HOLE", (long) NativeFile.FALLOC_FL_PUNCH_HOLE);
        for (int errno = 1; errno <= Errno.highest(); errno++) {
            if (!Errno.name(errno).startsWith("errno ")) {
                ours.put(Errno.name(errno), (long) errno);
            }
        }
        assertSameInC(ours, 130);
    }

    private static void assertSameInC(Map<String, Long> ours, int atLeast) throws Exception {
        assertThat(ours).hasSizeGreaterThanOrEqualTo(atLeast);
        Map<String, Long> theirs = CProgram.valuesOf(ours.keySet(), folder);

        assertThat(theirs).isEqualTo(ours);
        System.out.println("Compared with the C headers: " + ours.size() + " values, from "
                + ours.keySet().iterator().next() + " on");
    }
}
