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
 * dies, however it dies. A folder without a claim was left by a killed JVM; it may hold images of devices. Any thread.
 */
final class RunClaim implements AutoCloseable {
    private static final String LOCK = "lock";

    /** A younger folder may have been made but not claimed yet. */
    private static final Duration MINIMUM_AGE = Duration.ofHours(1);

    /** Never opened a second time by this process: closing the second one would release the lock, see fcntl(2). */
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
     * Removes the folders without a claim; a folder that can't be removed, such as another user's, stays.
     *
     * @param parent the folder that holds them
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
            // The folder can't be listed; making the guest's own folder in it will report why.
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
            // It belongs to another user, or is not the folder of a guest.
            return;
        }
    }
}
