package io.znsslab.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.cli.terminal.CommandFailure;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "auto",
                "file",
                "file:/tmp/device",
                "file:device",
                "null_blk",
                "nvme-zns",
                "/dev/nvme0n2",
                "./device",
                "pom.xml"
            })
    void aNameIsReadBackFromItsText(String text) {
        assertThat(DeviceName.parse(text).text()).isEqualTo(text);
        assertThat(DeviceName.parse(DeviceName.parse(text).text())).isEqualTo(DeviceName.parse(text));
    }

    @Test
    void aFileKeepsEverythingBehindTheColon() {
        assertThat(DeviceName.parse("file:/tmp/a b:c"))
                .isEqualTo(new DeviceName.EmbeddedFile(Optional.of(Path.of("/tmp/a b:c"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nullblk", "file:", "NULL_BLK", "sda", "/dev/\0"})
    void whatIsNoNameIsRefused(String text) {
        assertThatThrownBy(() -> DeviceName.parse(text)).isInstanceOf(CommandFailure.class);
    }
}
