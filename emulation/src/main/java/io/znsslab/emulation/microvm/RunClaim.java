package io.znsslab.emulation.microvm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * This process's claim on the folder of a guest: a lock on a file in it, which the kernel releases when the process
 * dies, however it dies. A folder without one was left by a JVM that was killed; images of devices may lie in it. Any
 * thread.
 */
final class RunClaim implements AutoCloseable {
    private static final String LOCK = "lock";

    /** A folder younger than this may be between its making and its claim. */
    private static final Duration MINIMUM_AGE = Duration.ofHours(1);

    /**
     * Never opened a second time by this process: that would release the lock when it is closed again, see fcntl(2).
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private RunClaim(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    static RunClaim on(Path folder) throws IOException {
        OWN.add(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.lock();
        return new RunClaim(folder, channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        OWN.remove(folder);
    }

    /**
     * Removes the folders that nobody claims; what can't be removed, such as another user's, stays.
     *
     * @param parent where they lie
     * @param prefix how their names begin
     */
    static void removeUnclaimed(Path parent, String prefix) {
        Instant oldEnough = Instant.now().minus(MINIMUM_AGE);
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, prefix + "*")) {
            for (Path folder : folders) {
                if (!OWN.contains(folder)) {
                    removeIfUnclaimed(folder, oldEnough);
                }
            }
        } catch (IOException e) {
            // The folder can't be listed: making the guest's own in it will say why.
            return;
        }
    }

    private static void removeIfUnclaimed(Path folder, Instant oldEnough) {
        try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null && Files.getLastModifiedTime(folder).toInstant().isBefore(oldEnough)) {
                GuestCache.deleteTree(folder);
            }
        } catch (IOException e) {
            // Another user's, or no folder of a guest at all.
            return;
        }
    }
}
