package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What a guest is started from.
 *
 * @param kernel the kernel that QEMU starts
 * @param initialRamDisk busybox, the kernel's modules and our first process
 */
record GuestSystem(Path kernel, Path initialRamDisk) {
    /** Raised whenever what {@link #makeParts} leaves behind changes; a cache of another number is not used. */
    private static final int PARTS_VERSION = 2;

    private static final String KERNEL = "kernel";
    private static final String MODULES = "modules";
    private static final String BUSYBOX = "busybox";

    /** Debian's cloud kernel would be smaller, but has no 9p. */
    private static final String KERNEL_META_PACKAGE = "linux-image-amd64";

    private static final Pattern KERNEL_PACKAGE = Pattern.compile("linux-image-[0-9][^ ,]*-amd64");

    /** Finds both in the cache, or makes them: the kernel is downloaded as a package (about 70 MB), which is unpacked, not installed. */
    static GuestSystem prepare(GuestCache cache, Consumer<String> progress) {
        Path parts = cache.entry("parts-" + PARTS_VERSION, place -> makeParts(place, progress));
        byte[] init = resource("init");
        Path initialRamDisk = cache.entry(
                "initrd-" + PARTS_VERSION + "-" + digest(init) + ".cpio",
                place -> makeInitialRamDisk(place, parts, init));
        return new GuestSystem(parts.resolve(KERNEL), initialRamDisk);
    }

    private static void makeParts(Path place, Consumer<String> progress) throws IOException {
        DebianPackages packages = new DebianPackages(progress);
        if (HostCommand.find("apt-get").isEmpty()) {
            throw new EmulationException(
                    "The micro-VM takes its kernel from a Debian package, and this machine has no apt-get;"
                            + " use a kernel with null_blk (modprobe null_blk nr_devices=0) or a Debian machine");
        }
        String kernelPackage = packages.dependencyOf(KERNEL_META_PACKAGE, KERNEL_PACKAGE);
        progress.accept("downloading the guest's kernel, once: " + kernelPackage + " into " + place.getParent());
        Path tree = place.resolve("tree");
        packages.unpack(List.of(kernelPackage, "busybox-static", "xz-utils"), tree);

        Path busybox = place.resolve(BUSYBOX);
        Files.move(tree.resolve("bin/busybox"), busybox);
        // busybox has an unxz too, but not for the x86 filter that kernels are compressed with.
        UnaryOperator<byte[]> decompress = content -> decompress(content, tree.resolve("usr/bin/xz"), place);
        Files.write(
                place.resolve(KERNEL),
                bootable(Files.readAllBytes(only(tree.resolve("boot"), "vmlinuz-*")), decompress));
        Path modules = Files.createDirectory(place.resolve(MODULES));
        Map<String, byte[]> ordered = KernelModules.inLoadOrder(only(tree.resolve("lib/modules"), "*"), decompress);
        for (Map.Entry<String, byte[]> module : ordered.entrySet()) {
            Files.write(modules.resolve(module.getKey()), module.getValue());
        }
        Files.write(modules.resolve("list"), ordered.keySet());
        GuestCache.deleteTree(tree);
    }

    /** The kernel without its compression where that is one we can undo; else as it is, which only starts more slowly. */
    private static byte[] bootable(byte[] image, UnaryOperator<byte[]> decompress) {
        byte[] payload = KernelImage.payload(image);
        return KernelImage.isXz(payload) ? decompress.apply(payload) : image;
    }

    private static byte[] decompress(byte[] content, Path xz, Path folder) {
        if (!KernelImage.isXz(content)) {
            return content;
        }
        Path packed = folder.resolve("packed.xz");
        Path unpacked = folder.resolve("packed");
        try {
            Files.write(packed, content);
            HostCommand.require(folder, List.of(xz.toString(), "-d", packed.toString()));
            return Files.readAllBytes(unpacked);
        } catch (IOException e) {
            throw new EmulationException("Cannot decompress a part of the guest's kernel in " + folder + ": " + e, e);
        } finally {
            packed.toFile().delete();
            unpacked.toFile().delete();
        }
    }

    private static void makeInitialRamDisk(Path place, Path parts, byte[] init) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(place))) {
            CpioArchive archive = new CpioArchive(out);
            archive.addFolder("bin");
            archive.add("bin/busybox", CpioArchive.PROGRAM, Files.readAllBytes(parts.resolve(BUSYBOX)));
            archive.add("init", CpioArchive.PROGRAM, init);
            archive.addFolder(MODULES);
            for (String module : Files.readAllLines(parts.resolve(MODULES).resolve("list"))) {
                archive.add(
                        MODULES + "/" + module,
                        CpioArchive.FILE,
                        Files.readAllBytes(parts.resolve(MODULES).resolve(module)));
            }
            archive.add(
                    MODULES + "/list",
                    CpioArchive.FILE,
                    Files.readAllBytes(parts.resolve(MODULES).resolve("list")));
            archive.finish();
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

    private static byte[] resource(String name) {
        try (InputStream in = GuestSystem.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new EmulationException("The resource " + name + " is missing from the emulation module");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new EmulationException("Cannot read the resource " + name + ": " + e, e);
        }
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new EmulationException("This JVM has no SHA-256", e);
        }
    }
}
