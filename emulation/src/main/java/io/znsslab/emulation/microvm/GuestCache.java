package io.znsslab.emulation.microvm;

import io.znsslab.emulation.EmulationException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A folder outside any checkout for files that are made once and then used by every guest.
 *
 * <p>An entry is made beside its final path and then renamed under a lock, so a reader sees the whole entry or none,
 * and two processes that need it at the same time make it once. Any thread.
 */
final class GuestCache {
    /** Keeps the threads of this JVM apart, because the JVM holds a file lock as a whole. */
    private static final ReentrantLock THIS_JVM = new ReentrantLock();

    private final Path folder;
    private final Consumer<String> progress;

    GuestCache(Path folder, Consumer<String> progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * The cache folder that the environment names: {@code ZNS_SLAB_CACHE}, else {@code XDG_CACHE_HOME/zns-slab}, else
     * {@code ~/.cache/zns-slab}.
     */
    static GuestCache of(Map<String, String> environment, String home, Consumer<String> progress) {
        String own = environment.getOrDefault("ZNS_SLAB_CACHE", "");
        String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path caches;
        if (!own.isEmpty()) {
            caches = Path.of(own);
        } else if (!shared.isEmpty()) {
            caches = Path.of(shared, "zns-slab");
        } else {
            caches = Path.of(home, ".cache", "zns-slab");
        }
        return new GuestCache(caches.resolve("guest").toAbsolutePath(), progress);
    }

    Path folder() {
        return folder;
    }

    /** Makes an entry at a path where no file exists yet. */
    interface Maker {
        void make(Path place) throws IOException;
    }

    /** Whether an existing entry, perhaps made by an older version of this program, can still be used. */
    interface Check {
        boolean serves(Path entry) throws IOException;
    }

    /** Returns the entry of this name, which never becomes outdated; makes it where it is missing. */
    Path entry(String name, Maker maker) {
        return entry(name, entry -> true, maker);
    }

    /**
     * Returns the entry of this name. Makes it where it is missing, and makes it anew where it can't be used any more.
     *
     * @throws EmulationException when it can't be made; the attempt leaves no file, and an existing entry stays
     */
    Path entry(String name, Check check, Maker maker) {
        Path entry = folder.resolve(name);
        THIS_JVM.lock();
        try {
            if (Files.exists(entry) && check.serves(entry)) {
                return entry;
            }
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = lock(channel)) {
                if (held.isValid() && !(Files.exists(entry) && check.serves(entry))) {
                    make(entry, maker);
                }
            }
            return entry;
        } catch (IOException e) {
            throw new EmulationException(
                    "Cannot make " + entry + " for the micro-VM: " + e
                            + "; set ZNS_SLAB_CACHE to a folder that can be written",
                    e);
        } finally {
            THIS_JVM.unlock();
        }
    }

    private FileLock lock(FileChannel channel) throws IOException {
        FileLock free = channel.tryLock();
        if (free != null) {
            return free;
        }
        progress.accept("waiting for another process that sets the micro-VM up in " + folder);
        return channel.lock();
    }

    private void make(Path entry, Maker maker) throws IOException {
        Path part = folder.resolve(entry.getFileName() + ".part");
        // A process that was killed while it held the lock left this file.
        deleteTree(part);
        try {
            maker.make(part);
            // The old folder is moved aside first: a move does not replace a folder, and no reader may see half of one.
            Path old = folder.resolve(entry.getFileName() + ".old");
            deleteTree(old);
            if (Files.exists(entry)) {
                Files.move(entry, old, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(part, entry, StandardCopyOption.ATOMIC_MOVE);
            deleteTree(old);
        } finally {
            deleteTree(part);
        }
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> tree = Files.walk(root)) {
            deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
