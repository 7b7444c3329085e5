package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.znsslab.emulation.EmulationException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestCacheTest {
    private static final GuestCache.Check KERNEL_IS_NEW =
            entry -> Files.readString(entry.resolve("version")).equals("new");

    @TempDir
    Path folder;

    @Test
    void itsOwnVariableWinsOverTheSharedOneAndThatOverTheHomeFolder() {
        assertThat(GuestCache.of(Map.of("ZNS_SLAB_CACHE", "/own", "XDG_CACHE_HOME", "/shared"), "/home/ada", line -> {})
                        .folder())
                .isEqualTo(Path.of("/own/guest"));
        assertThat(GuestCache.of(Map.of("XDG_CACHE_HOME", "/shared"), "/home/ada", line -> {})
                        .folder())
                .isEqualTo(Path.of("/shared/zns-slab/guest"));
        assertThat(GuestCache.of(Map.of("ZNS_SLAB_CACHE", "", "XDG_CACHE_HOME", ""), "/home/ada", line -> {})
                        .folder())
                .isEqualTo(Path.of("/home/ada/.cache/zns-slab/guest"));
    }

    @Test
    void anEntryIsMadeOnceHoweverManyAskForItAtATime() throws Exception {
        AtomicInteger made = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Path>> entries = IntStream.range(0, 8)
                    .mapToObj(thread -> threads.submit(() -> cache(folder)
                            .entry("kernel", place -> Files.writeString(place, "made " + made.incrementAndGet()))))
                    .toList();
            for (Future<Path> entry : entries) {
                assertThat(entry.get()).isEqualTo(folder.resolve("kernel")).hasContent("made 1");
            }
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void anEntryThatServesNoMoreIsMadeAnew() throws IOException {
        Path old = Files.createDirectories(folder.resolve("kernel"));
        Files.writeString(old.resolve("version"), "old");

        Path entry = cache(folder).entry("kernel", KERNEL_IS_NEW, place -> {
            Files.createDirectory(place);
            Files.writeString(place.resolve("version"), "new");
        });

        assertThat(entry.resolve("version")).hasContent("new");
        assertThat(cache(folder).entry("kernel", KERNEL_IS_NEW, place -> {
                    throw new IOException("there is one already");
                }))
                .isEqualTo(entry);
        assertThat(folder).isDirectoryNotContaining("glob:**.old").isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void anEntryThatServesNoMoreStaysWhereNoOtherCanBeMade() throws IOException {
        Path old = Files.createDirectories(folder.resolve("kernel"));
        Files.writeString(old.resolve("version"), "old");

        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() -> cache(folder).entry("kernel", KERNEL_IS_NEW, place -> {
                    throw new IOException("the line went down");
                }));

        assertThat(old.resolve("version")).hasContent("old");
    }

    @Test
    void aWaitForAnotherProcessIsReported() throws Exception {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        folder.resolve("lock").toString())
                .start();
        assertThat(holder.inputReader().readLine()).isEqualTo("held");

        // Released as soon as the wait is reported; without that report this test would never end.
        List<String> told = new ArrayList<>();
        GuestCache cache = new GuestCache(folder, line -> {
            told.add(line);
            holder.destroyForcibly();
        });
        cache.entry("kernel", Files::createDirectory);

        assertThat(told).singleElement().asString().contains("waiting for another process", folder.toString());
    }

    @Test
    void nothingIsLeftOfAnEntryThatCouldNotBeMade() {
        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() -> cache(folder).entry("kernel", place -> {
                    Files.createDirectory(place);
                    Files.writeString(place.resolve("half"), "half");
                    throw new IOException("the line went down");
                }))
                .withMessageContaining("Cannot make " + folder.resolve("kernel"))
                .withMessageContaining("the line went down");

        assertThat(folder).isDirectoryNotContaining("glob:**kernel*");
    }

    @Test
    void filesOfAKilledProcessAreRemovedBeforeTheEntryIsMade() throws IOException {
        Files.createDirectories(folder.resolve("kernel.part/deep"));
        Files.writeString(folder.resolve("kernel.part/deep/leftover"), "left");

        Path entry = cache(folder).entry("kernel", Files::createDirectory);

        assertThat(entry).isEmptyDirectory();
        assertThat(folder.resolve("kernel.part")).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeMadeIsNamedWithTheVariableThatMovesIt() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() -> cache(file.resolve("guest")).entry("kernel", Files::createDirectory))
                .withMessageContaining("ZNS_SLAB_CACHE");
    }

    @Test
    void deletingATreeDoesNotFollowItsLinks() throws IOException {
        Path kept =
                Files.createFile(Files.createDirectory(folder.resolve("kept")).resolve("file"));
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), kept.getParent());

        GuestCache.deleteTree(tree);

        assertThat(tree).doesNotExist();
        assertThat(kept).exists();
    }

    private static GuestCache cache(Path folder) {
        return new GuestCache(folder, line -> {});
    }

    /** Main class of the other process, which is needed because a file lock belongs to a whole JVM. */
    static final class LockHolder {
        private LockHolder() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(
                            Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                System.out.println(lock.isValid() ? "held" : "not held");
                // Holds the lock until this process is killed or its parent has ended.
                System.in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }
}
