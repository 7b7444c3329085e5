package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what works without a zoned device; the tier's device tests cover the rest. */
class ZbdDeviceTest {

    @TempDir
    private Path folder;

    @Test
    void filesAndOtherDevicesAreNotZoned() throws Exception {
        assertThat(ZbdDevice.isZoned(Path.of("/dev/null"))).isFalse();
        assertThat(ZbdDevice.isZoned(Files.createFile(folder.resolve("regular"))))
                .isFalse();
    }

    @Test
    void openingWhatIsNotZonedSaysSo() {
        assertThatThrownBy(() -> ZbdDevice.open(Path.of("/dev/null"), OpenFlag.READ_WRITE))
                .isInstanceOf(NativeException.class)
                .hasMessageStartingWith("zbd_open /dev/null [READ_WRITE]: ENXIO (6)")
                .hasMessageEndingWith("; it is not a zoned block device");
    }

    @Test
    void openingWhatIsMissingSaysSo() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> ZbdDevice.open(missing, OpenFlag.READ_WRITE))
                .isInstanceOf(NativeException.class)
                .hasMessageContaining(missing + ": ENOENT (2), No such file or directory");
    }

    @Test
    void aDescriptorForWhichLibzbdHasNoRoomIsRefusedBeforeItIsTouched() {
        List<NativeFile> open = new ArrayList<>();
        try {
            for (int file = 0; file <= ZbdDevice.HIGHEST_SAFE_DESCRIPTOR; file++) {
                open.add(NativeFile.open(Path.of("/dev/null"), OpenFlag.READ_ONLY));
            }
            assertThatThrownBy(() -> ZbdDevice.requireLowDescriptor("zbd_open /dev/zoned"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("more than 768 files open");
        } finally {
            open.forEach(NativeFile::close);
        }
    }
}
