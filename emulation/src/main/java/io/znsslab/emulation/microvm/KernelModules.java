package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The modules that the guest's kernel needs, in the order in which they have to be loaded.
 *
 * <p>A module names its dependencies in its own {@code .modinfo} section ({@code depends=a,b}). {@code depmod} reads
 * them there too, so neither depmod nor modprobe is needed.
 */
final class KernelModules {
    /**
     * The modules of the devices that the guest offers, and of the file systems that show it the host's folders.
     * Modules that a kernel has built in are left out.
     */
    private static final List<String> WANTED = List.of(
            "virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay", "configfs", "null_blk", "nvme", "zonefs");

    private final Map<String, Path> files;
    private final List<String> builtIn;
    private final UnaryOperator<byte[]> decompress;
    private final Map<String, byte[]> ordered = new LinkedHashMap<>();

    private KernelModules(Map<String, Path> files, List<String> builtIn, UnaryOperator<byte[]> decompress) {
        this.files = files;
        this.builtIn = builtIn;
        this.decompress = decompress;
    }

    /**
     * Reads the wanted modules and all that they depend on, directly or indirectly.
     *
     * @param folder {@code lib/modules/VERSION} of the kernel
     * @param decompress turns an xz file into its content
     * @return name of file to content, in the order of loading
     */
    static Map<String, byte[]> inLoadOrder(Path folder, UnaryOperator<byte[]> decompress) throws IOException {
        Map<String, Path> files = new HashMap<>();
        try (Stream<Path> tree = Files.walk(folder.resolve("kernel"))) {
            tree.filter(file -> file.getFileName().toString().contains(".ko"))
                    .forEach(file -> files.put(moduleName(file.getFileName().toString()), file));
        }
        List<String> builtIn = Files.readAllLines(folder.resolve("modules.builtin")).stream()
                .map(line -> moduleName(Path.of(line).getFileName().toString()))
                .toList();
        KernelModules modules = new KernelModules(files, builtIn, decompress);
        for (String wanted : WANTED) {
            modules.add(wanted, new ArrayList<>());
        }
        return modules.ordered;
    }

    /** The dependencies that a module's {@code .modinfo} names. */
    static List<String> dependencies(byte[] module) {
        String text = new String(module, StandardCharsets.ISO_8859_1);
        String key = "\0depends=";
        int start = text.indexOf(key);
        if (start < 0) {
            return List.of();
        }
        start += key.length();
        String names = text.substring(start, text.indexOf('\0', start));
        return names.isEmpty() ? List.of() : List.of(names.split(","));
    }

    private void add(String name, List<String> path) throws IOException {
        String canonical = moduleName(name);
        String fileName = canonical + ".ko";
        if (ordered.containsKey(fileName) || builtIn.contains(canonical)) {
            return;
        }
        Path file = files.get(canonical);
        if (file == null) {
            throw new EmulationException(
                    "The kernel package has no module " + name + (path.isEmpty() ? "" : ", needed by " + path));
        }
        if (path.contains(canonical)) {
            throw new EmulationException("The kernel's modules depend on each other in a circle: " + path);
        }
        byte[] content = decompress.apply(Files.readAllBytes(file));
        List<String> deeper = new ArrayList<>(path);
        deeper.add(canonical);
        for (String dependency : dependencies(content)) {
            add(dependency, deeper);
        }
        ordered.put(fileName, content);
    }

    /** The kernel treats '-' and '_' in a module's name as the same character. */
    private static String moduleName(String fileName) {
        int extension = fileName.indexOf(".ko");
        return (extension < 0 ? fileName : fileName.substring(0, extension)).replace('-', '_');
    }
}
