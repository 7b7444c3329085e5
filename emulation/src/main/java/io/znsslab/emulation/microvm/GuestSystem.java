package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The files that a guest starts from.
 *
 * @param kernel the kernel that QEMU starts
 * @param initialRamDisk busybox, the kernel's modules and our first process
 * @param kernelPackage the package that the kernel came from
 */
record GuestSystem(Path kernel, Path initialRamDisk, String kernelPackage) {
    /** Raised whenever the content of {@link KernelParts} changes; a cache with another number is not used. */
    private static final int PARTS_VERSION = 3;

    /**
     * Finds the files in the cache, or makes them. A cached kernel that lacks a feature which guests need by now is
     * replaced.
     *
     * @throws EmulationException with a message of one line, where such a kernel cannot be had
     */
    static GuestSystem prepare(GuestCache cache, GuestKernel wanted, Consumer<String> progress) {
        KernelParts parts = partsOf(cache, wanted, progress);
        try {
            byte[] init = resource("init");
            String name = parts.packageName();
            String digest = digest((name + "\n").getBytes(StandardCharsets.UTF_8), init);
            Path initialRamDisk = cache.entry(
                    "initrd-" + PARTS_VERSION + "-" + wanted + "-" + digest + ".cpio",
                    place -> makeInitialRamDisk(place, parts, init));
            return new GuestSystem(parts.kernel(), initialRamDisk, name);
        } catch (IOException e) {
            throw new EmulationException(
                    "Cannot read the guest's kernel from the cache " + parts.folder() + ": " + e, e);
        }
    }

    /** The package of a kernel that is in the cache already, under its own name or as the distribution's. */
    static Optional<String> fetchedKernel(GuestCache cache, GuestKernel wanted) {
        boolean distributions = wanted != GuestKernel.DISTRIBUTION && isTheDistributions(cache, wanted);
        KernelParts parts =
                new KernelParts(cache.folder().resolve(entryName(distributions ? GuestKernel.DISTRIBUTION : wanted)));
        try {
            return Files.exists(parts.folder()) ? Optional.of(parts.packageName()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static KernelParts partsOf(GuestCache cache, GuestKernel wanted, Consumer<String> progress) {
        if (wanted != GuestKernel.DISTRIBUTION && isTheDistributions(cache, wanted)) {
            return partsOf(cache, GuestKernel.DISTRIBUTION, progress);
        }
        return new KernelParts(cache.entry(
                entryName(wanted),
                entry -> new KernelParts(entry).missingFeatures().isEmpty(),
                place -> makeParts(place, wanted, cache, progress)));
    }

    /** Downloads a kernel that is known by two names only once. */
    private static boolean isTheDistributions(GuestCache cache, GuestKernel wanted) {
        KernelParts parts = new KernelParts(cache.folder().resolve(entryName(GuestKernel.DISTRIBUTION)));
        try {
            return Files.exists(parts.folder())
                    && wanted.packageName().matcher(parts.packageName()).matches();
        } catch (IOException e) {
            // Another process has just replaced it; the kernel is then downloaded once more.
            return false;
        }
    }

    private static String entryName(GuestKernel kernel) {
        return "linux-" + kernel + "-" + PARTS_VERSION;
    }

    private static void makeParts(Path place, GuestKernel wanted, GuestCache cache, Consumer<String> progress)
            throws IOException {
        if (HostCommand.find("apt-get").isEmpty()) {
            throw new EmulationException(
                    "The micro-VM takes its kernel from a Debian package, and this machine has no apt-get;"
                            + " use a kernel with null_blk (modprobe null_blk nr_devices=0) or a Debian machine");
        }
        Files.createDirectories(place);
        KernelParts.make(
                place, wanted, PackageDownloads.ofThisMachine(cache.folder().resolve("apt"), progress), progress);
    }

    private static void makeInitialRamDisk(Path place, KernelParts parts, byte[] init) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(place))) {
            CpioArchive archive = new CpioArchive(out);
            archive.addFolder("bin");
            archive.add("bin/busybox", CpioArchive.PROGRAM, Files.readAllBytes(parts.busybox()));
            archive.add("init", CpioArchive.PROGRAM, init);
            archive.addFolder("modules");
            Map<String, byte[]> modules = parts.modules();
            for (Map.Entry<String, byte[]> module : modules.entrySet()) {
                archive.add("modules/" + module.getKey(), CpioArchive.FILE, module.getValue());
            }
            String list = String.join("\n", modules.keySet()) + "\n";
            archive.add("modules/list", CpioArchive.FILE, list.getBytes(StandardCharsets.UTF_8));
            archive.finish();
        }
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

    private static String digest(byte[]... contents) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] content : contents) {
                digest.update(content);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new EmulationException("This JVM has no SHA-256", e);
        }
    }
}
