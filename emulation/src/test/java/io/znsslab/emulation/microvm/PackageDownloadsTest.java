package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.znsslab.emulation.EmulationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs scripts in place of apt; their package lists are files with the output of {@code apt-cache show}. */
class PackageDownloadsTest {
    private static final Pattern KERNEL = Pattern.compile("linux-image-6\\.1\\.[^ ,]*-amd64");

    @TempDir
    Path folder;

    private Path machinesLists;
    private Path server;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void makeAMachineWithOldLists() throws IOException {
        machinesLists = Files.createDirectory(folder.resolve("machine"));
        server = Files.createDirectory(folder.resolve("server"));
        list(machinesLists, "6.1.0-50");
        list(server, "6.1.0-57");
    }

    @Test
    void aPackageIsLookedUpInFreshListsAndTheMachinesOwnStayAsTheyAre() throws IOException {
        PackageDownloads downloads = downloads("cp \"$server\"/* \"$lists\"");

        downloads.update();

        assertThat(downloads.dependencyOf(List.of("linux-image-amd64"), KERNEL)).contains("linux-image-6.1.0-57-amd64");
        assertThat(downloads.doubt()).isEmpty();
        assertThat(machinesLists.resolve("linux-image-amd64")).content().contains("6.1.0-50");
        assertThat(told).singleElement().asString().contains("apt-get update");
    }

    @Test
    void withoutAServerTheMachinesListsAreUsedAndLaterErrorsSaySo() throws IOException {
        PackageDownloads downloads =
                downloads("echo 'W: Failed to fetch http://deb/InRelease  no route'; echo 'W: ignored'", "exit 100");

        downloads.update();

        assertThat(downloads.dependencyOf(List.of("linux-image-amd64"), KERNEL)).contains("linux-image-6.1.0-50-amd64");
        assertThat(downloads.doubt())
                .isEqualTo(
                        "; the package lists could not be updated: W: Failed to fetch http://deb/InRelease  no route");
        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() -> downloads.unpack(List.of("some"), folder.resolve("tree")))
                .withMessageStartingWith("Cannot download [some]: E: Unable to fetch")
                .withMessageEndingWith(downloads.doubt());
    }

    @Test
    void aMachineWithoutAnyListsHasFreshOnesToo() throws IOException {
        Files.delete(machinesLists.resolve("linux-image-amd64"));
        Files.delete(machinesLists);
        PackageDownloads downloads = downloads("cp \"$server\"/* \"$lists\"");

        downloads.update();

        assertThat(downloads.dependencyOf(List.of("linux-image-amd64"), KERNEL)).contains("linux-image-6.1.0-57-amd64");
    }

    @Test
    void theFirstMetaPackageThatDependsOnSuchAKernelNamesIt() throws IOException {
        PackageDownloads downloads = downloads("cp \"$server\"/* \"$lists\"");

        downloads.update();

        assertThat(downloads.dependencyOf(List.of("linux-image-6.1-amd64", "linux-image-amd64"), KERNEL))
                .contains("linux-image-6.1.0-57-amd64");
        assertThat(downloads.dependencyOf(List.of("linux-image-amd64"), GuestKernel.LINUX_6_12.packageName()))
                .isEmpty();
    }

    private PackageDownloads downloads(String update) throws IOException {
        return downloads(update, "exit 100");
    }

    private PackageDownloads downloads(String update, String download) throws IOException {
        Path aptGet = Files.writeString(folder.resolve("apt-get"), """
                for argument; do case $argument in Dir::State::Lists=*) lists=${argument#*=} ;; esac; done
                server=%s
                case "$*" in
                  *update*) %s ;;
                  *download*) echo 'E: Unable to fetch some archives'; %s ;;
                esac
                """.formatted(server, update, download));
        Path aptCache = Files.writeString(folder.resolve("apt-cache"), """
                for argument; do case $argument in Dir::State::Lists=*) lists=${argument#*=} ;; esac; done
                cat "$lists/${*: -1}"
                """);
        return new PackageDownloads(
                folder.resolve("apt"),
                machinesLists,
                List.of("bash", aptGet.toString()),
                List.of("bash", aptCache.toString()),
                told::add);
    }

    private static void list(Path lists, String version) throws IOException {
        Files.writeString(
                lists.resolve("linux-image-amd64"),
                "Package: linux-image-amd64\nDepends: linux-image-" + version + "-amd64 (= 6.1)\n");
    }
}
