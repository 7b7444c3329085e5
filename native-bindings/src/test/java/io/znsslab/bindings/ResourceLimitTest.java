package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ResourceLimitTest {

    @Test
    void limitsAreThoseThatTheKernelShowsForThisProcess() throws Exception {
        String limits = Files.readString(Path.of("/proc/self/limits"));

        assertThat(shown(limits, "Max locked memory")).isEqualTo(ResourceLimit.lockedMemoryBytes());
        assertThat(shown(limits, "Max open files")).isEqualTo(ResourceLimit.openFiles());
    }

    private static ResourceLimit shown(String limits, String name) {
        String[] columns = limits.lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow()
                .substring(name.length())
                .strip()
                .split("\\s+");
        return new ResourceLimit(value(columns[0]), value(columns[1]));
    }

    private static long value(String shown) {
        return shown.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(shown);
    }
}
