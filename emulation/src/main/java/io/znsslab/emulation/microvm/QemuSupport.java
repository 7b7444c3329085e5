package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The QEMU of this machine, and what its NVMe device offers. Asking starts QEMU twice, for some 0.1 s each; no machine
 * is started.
 *
 * @param program the emulator of x86-64 machines
 * @param version such as {@code 7.2.22}; empty where QEMU does not say
 * @param zonedOptions what can be set of a zoned namespace, such as {@code zoned.max_open}; empty where this QEMU has
 *     no zoned namespaces
 */
public record QemuSupport(Path program, String version, List<String> zonedOptions) {
    private static final Path ANYWHERE = Path.of("/");
    private static final Pattern VERSION = Pattern.compile("version (\\d[\\w.]*)");
    private static final Pattern ZONED = Pattern.compile("(?m)^\\s*(zoned(?:\\.\\w+)?)=");

    public QemuSupport {
        zonedOptions = List.copyOf(zonedOptions);
    }

    /** Asks it; empty where there is none, or it does not start. */
    public static Optional<QemuSupport> find() {
        return HostCommand.find("qemu-system-x86_64").flatMap(QemuSupport::of);
    }

    private static Optional<QemuSupport> of(Path program) {
        try {
            Matcher version = VERSION.matcher(HostCommand.require(ANYWHERE, List.of(program.toString(), "--version")));
            String device = HostCommand.run(ANYWHERE, List.of(program.toString(), "-device", "nvme-ns,help"))
                    .output();
            return Optional.of(
                    new QemuSupport(program, version.find() ? version.group(1) : "", zonedOptionsIn(device)));
        } catch (EmulationException e) {
            return Optional.empty();
        }
    }

    /** The options in what {@code -device nvme-ns,help} prints. */
    static List<String> zonedOptionsIn(String help) {
        return ZONED.matcher(help).results().map(match -> match.group(1)).toList();
    }
}
