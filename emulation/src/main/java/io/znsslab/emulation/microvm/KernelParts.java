package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The parts of a kernel package that a guest needs, and busybox, in one folder of the cache.
 *
 * @param folder with {@code kernel}, {@code modules}, {@code busybox}, and the name of the {@code package}
 */
record KernelParts(Path folder) {
    private static final String KERNEL = "kernel";
    private static final String MODULES = "modules";
    private static final String LIST = "list";
    private static final String BUSYBOX = "busybox";
    private static final String PACKAGE = "package";

    /** The kernel that QEMU starts. */
    Path kernel() {
        return folder.resolve(KERNEL);
    }

    /** Statically linked, so that it runs in a guest without libraries. */
    Path busybox() {
        return folder.resolve(BUSYBOX);
    }

    /** The package that the kernel came from. */
    String packageName() throws IOException {
        return Files.readString(folder.resolve(PACKAGE)).strip();
    }

    /** Name of file to decompressed content, in the order of loading. */
    Map<String, byte[]> modules() throws IOException {
        Path modules = folder.resolve(MODULES);
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (String name : Files.readAllLines(modules.resolve(LIST))) {
            contents.put(name, Files.readAllBytes(modules.resolve(name)));
        }
        return contents;
    }

    /** The features that the guest needs and this kernel lacks. */
    List<String> missingFeatures() throws IOException {
        return KernelFeatures.missing(modules());
    }

    /**
     * Downloads the package of the newest such kernel (70 to 110 MB), and unpacks it; nothing is installed.
     *
     * @param folder the folder to make
     * @throws EmulationException when there is none, or it lacks a feature that a guest needs
     */
    static KernelParts make(Path folder, GuestKernel wanted, PackageDownloads packages, Consumer<String> progress)
            throws IOException {
        packages.update();
        Optional<String> kernelPackage = packages.dependencyOf(wanted.metaPackages(), wanted.packageName());
        if (kernelPackage.isEmpty()) {
            throw new EmulationException("No package " + String.join(" or ", wanted.metaPackages()) + " depends on a "
                    + wanted.packageName() + "; the sources of apt have to name a suite that has one, such as"
                    + " bookworm-security" + packages.doubt());
        }
        progress.accept("downloading the guest's kernel, once: " + kernelPackage.get() + " into " + folder.getParent());
        Path tree = folder.resolve("tree");
        packages.unpack(List.of(kernelPackage.get(), "busybox-static", "xz-utils", "zstd"), tree);
        KernelParts parts = new KernelParts(folder);
        parts.take(tree, kernelPackage.get());
        GuestCache.deleteTree(tree);
        List<String> missing = parts.missingFeatures();
        if (!missing.isEmpty()) {
            throw new EmulationException("The newest kernel that apt's sources offer, " + kernelPackage.get()
                    + ", lacks "
                    + String.join(", ", missing) + "; add a suite that has a newer one, such as bookworm-security"
                    + packages.doubt());
        }
        return parts;
    }

    private void take(Path tree, String kernelPackage) throws IOException {
        Files.move(tree.resolve("bin/busybox"), busybox());
        // busybox has an unxz too, but it lacks the x86 filter with which kernels are compressed.
        UnaryOperator<byte[]> decompress = content -> decompress(content, tree.resolve("usr/bin"));
        byte[] image = Files.readAllBytes(only(tree.resolve("boot"), "vmlinuz-*"));
        Files.write(kernel(), bootable(image, decompress));
        Path modules = Files.createDirectory(folder.resolve(MODULES));
        Map<String, byte[]> ordered = KernelModules.inLoadOrder(only(tree.resolve("lib/modules"), "*"), decompress);
        for (Map.Entry<String, byte[]> module : ordered.entrySet()) {
            Files.write(modules.resolve(module.getKey()), module.getValue());
        }
        Files.write(modules.resolve(LIST), ordered.keySet());
        Files.writeString(folder.resolve(PACKAGE), kernelPackage + "\n");
    }

    /**
     * The uncompressed kernel where its compression is known; else the kernel as it is, which only starts more slowly.
     */
    private static byte[] bootable(byte[] image, UnaryOperator<byte[]> decompress) {
        byte[] payload = KernelImage.payload(image);
        return KernelImage.isXz(payload) || KernelImage.isZstandard(payload) ? decompress.apply(payload) : image;
    }

    private byte[] decompress(byte[] content, Path programs) {
        List<String> command = new ArrayList<>();
        if (KernelImage.isXz(content)) {
            command.addAll(List.of(programs.resolve("xz").toString(), "-d", "-k", "-q"));
        } else if (KernelImage.isZstandard(content)) {
            command.addAll(List.of(programs.resolve("zstd").toString(), "-d", "-q"));
        } else {
            return content;
        }
        Path packed = folder.resolve(KernelImage.isXz(content) ? "packed.xz" : "packed.zst");
        Path unpacked = folder.resolve("packed");
        command.add(packed.toString());
        try {
            Files.write(packed, content);
            HostCommand.require(folder, command);
            return Files.readAllBytes(unpacked);
        } catch (IOException e) {
            throw new EmulationException("Cannot decompress a part of the guest's kernel in " + folder + ": " + e, e);
        } finally {
            packed.toFile().delete();
            unpacked.toFile().delete();
        }
    }

    private static Path only(Path folder, String pattern) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, pattern)) {
            for (Path path : found) {
                return path;
            }
        }
        throw new EmulationException("The kernel package has no " + folder.resolve(pattern));
    }
}
