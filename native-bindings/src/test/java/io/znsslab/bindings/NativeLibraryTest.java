package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {

    @TempDir
    private Path folder;

    @Test
    void aMissingLibraryIsNamedTogetherWithWhatToInstall() {
        assertThatThrownBy(() -> NativeLibrary.load("libabsent.so.2", List.of(folder)))
                .isInstanceOf(MissingLibraryException.class)
                .hasMessageContaining("libabsent.so.2")
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("apt install libzbd2 liburing2")
                .hasMessageContaining("dnf install libzbd liburing");
    }

    @Test
    void foldersOfThePropertyComeBeforeTheSystemsOwn() throws Exception {
        // A library under a name that the system's loader does not know can only have come from our folder.
        Path installed = Path.of("/usr/lib/x86_64-linux-gnu/libzbd.so.2");
        Files.copy(installed, folder.resolve("libunpacked.so.2"));

        assertThat(NativeLibrary.load("libunpacked.so.2", List.of(folder.resolve("absent"), folder))
                        .find("zbd_open"))
                .isPresent();
    }

    @Test
    void thePropertyIsAListOfFolders() {
        assertThat(NativeLibrary.folders("/a/b:/c")).containsExactly(Path.of("/a/b"), Path.of("/c"));
        assertThat(NativeLibrary.folders("")).isEmpty();
    }

    @Test
    void aProgramWithoutTheLibraryGetsOurErrorAndNoInitializerError() throws Exception {
        Path unloadable = Files.writeString(folder.resolve("libzbd.so.2"), "not an ELF file");

        ChildJvm.Result child = ChildJvm.run(
                List.of("-D" + NativeLibrary.PATH_PROPERTY + "=" + folder), OpensAZonedDevice.class, "/dev/null");

        assertThat(child.output())
                .contains("MissingLibraryException: Can't load libzbd.so.2: " + unloadable + " is there but")
                .doesNotContain("InInitializer");
    }

    static final class OpensAZonedDevice {

        private OpensAZonedDevice() {}

        public static void main(String[] arguments) {
            try {
                System.out.println("zoned: " + ZbdDevice.isZoned(Path.of(arguments[0])));
            } catch (RuntimeException | LinkageError failure) {
                System.out.println(failure.getClass().getSimpleName() + ": " + failure.getMessage());
            }
        }
    }
}
