package io.znsslab.cli.doctor;

import io.znsslab.cli.terminal.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folders in which this program keeps files, and the room that they have. */
final class FolderChecks {
    private static final long KERNEL_BYTES = 400L << 20;
    private static final long DEMO_BYTES = 1L << 30;

    private FolderChecks() {}

    static void check(Machine machine, Diagnosis diagnosis) {
        cache(machine, diagnosis);
        temporary(diagnosis);
    }

    /** The folder for the micro-VM's kernel and unpacked libraries. */
    private static void cache(Machine machine, Diagnosis diagnosis) {
        String name = "cache folder";
        Path folder = machine.session().cacheFolder();
        Optional<Path> existing = nearestExisting(folder);
        String remedy = "export ZNS_SLAB_CACHE=/var/tmp/zns-slab";
        if (existing.isEmpty() || !Files.isDirectory(existing.get()) || !Files.isWritable(existing.get())) {
            diagnosis.lacking(name, folder + " cannot be written to: no micro-VM and no build here", remedy);
            return;
        }
        Optional<Long> free = freeBytes(existing.get());
        String value = folder + described(free);
        if (free.isPresent() && free.get() < KERNEL_BYTES) {
            diagnosis.warning(name, value + "; the micro-VM's kernels take 400 MiB", remedy);
        } else {
            diagnosis.ok(name, value);
        }
    }

    private static void temporary(Diagnosis diagnosis) {
        String name = "temporary folder";
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        String remedy = "export TMPDIR=/var/tmp";
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            diagnosis.lacking(name, folder + " cannot be written to", remedy);
            return;
        }
        Optional<Long> free = freeBytes(folder);
        String value = folder + described(free);
        if (free.isPresent() && free.get() < DEMO_BYTES) {
            diagnosis.warning(name, value + "; the demo's device file takes up to 1 GiB", remedy);
        } else {
            diagnosis.ok(name, value);
        }
    }

    private static String described(Optional<Long> free) {
        return free.map(bytes -> ", " + Figures.bytes(bytes) + " free").orElse("");
    }

    private static Optional<Path> nearestExisting(Path folder) {
        for (Path place = folder.toAbsolutePath(); place != null; place = place.getParent()) {
            if (Files.exists(place)) {
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }

    static Optional<Long> freeBytes(Path folder) {
        try {
            return Optional.of(Files.getFileStore(folder).getUsableSpace());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
