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
 * The folder of what is made once and used by every guest, outside any checkout.
 *
 * <p>An entry is made beside its place and then renamed into it, under a lock: it is there as a whole or not at all,
 * and two processes that need it at the same time make it once. Any thread.
 */
final class GuestCache {
    /** A file lock is held by the whole JVM; this one keeps its own threads apart. */
    private static final ReentrantLock THIS_JVM = new ReentrantLock();

    private final Path folder;
    private final Consumer<String> progress;

    GuestCache(Path folder, Consumer<String> progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * Where the environment says that caches lie: {@code ZNS_SLAB_CACHE}, else {@code XDG_CACHE_HOME/zns-slab}, else
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

    /** Makes an entry at a place where nothing is yet. */
    interface Maker {
        void make(Path place) throws IOException;
    }

    /** Whether an entry that was made once, perhaps by an older version of this program, still serves. */
    interface Check {
        boolean serves(Path entry) throws IOException;
    }

    /** The entry of this name, which serves for ever; made first, where it is missing. */
    Path entry(String name, Maker maker) {
        return entry(name, entry -> true, maker);
    }

    /**
     * The entry of this name; made first, where it is missing, and made anew, where it does not serve any more.
     *
     * @throws EmulationException when it can't be made; nothing is left of the attempt, and what was there before stays
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
        // Left by a process that was killed while it held the lock.
        deleteTree(part);
        try {
            maker.make(part);
            // Moved aside first: a folder is not replaced by a move, and readers must not see half of one.
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
