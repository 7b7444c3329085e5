package io.znsslab.core.benchmark.scoreboard;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine that the figures come from.
 *
 * @param processor its model
 * @param processors number of processors
 * @param kernel name and release
 * @param jvm name and version
 * @param hugePages the kernel's setting for transparent huge pages, with the chosen value in brackets
 * @param loadBefore load average of the minute before the run
 */
record Machine(String processor, int processors, String kernel, String jvm, String hugePages, double loadBefore) {
    static Machine here() throws IOException {
        return new Machine(
                processorModel(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                hugePageSetting(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String processorModel() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse("unknown");
    }

    private static String hugePageSetting() throws IOException {
        Path setting = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        return Files.isReadable(setting) ? Files.readString(setting).strip() : "unknown";
    }

    @Override
    public String toString() {
        return "%d x %s, %s, %s, transparent huge pages %s, load before the run %.2f"
                .formatted(processors, processor, kernel, jvm, hugePages, loadBefore);
    }
}
