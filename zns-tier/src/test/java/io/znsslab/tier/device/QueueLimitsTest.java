package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueLimitsTest {
    @ParameterizedTest
    @CsvSource({
        "4, 4096",
        "8, 8192",
        "124, 126976",
        "127, 126976",
        "1280, 1310720",
        "5, 4096",
        "1, 4096",
        "0, 4096",
        "-1, 4096",
        "2097152, 67108864",
        "4294967295, 67108864",
        "9223372036854775807, 67108864",
        "99999999999999999999, 4096",
        "unlimited, 4096",
        "'', 4096"
    })
    void anyLimitOfTransfersIsTakenAsWholeBlocks(String maxSectorsKb, int bytes) {
        assertThat(QueueLimits.transferBytes(maxSectorsKb)).isEqualTo(bytes);
    }

    @Test
    void aPathThatMayNotBeLookedAtIsAQuestionOfPermission() {
        assertThat(QueueLimits.unknown(Path.of("/root/device"), new AccessDeniedException("/root/device"))
                        .problem())
                .isEqualTo(DeviceException.Problem.ACCESS_DENIED);
        assertThat(QueueLimits.unknown(Path.of("/nothing"), new NoSuchFileException("/nothing"))
                        .problem())
                .isEqualTo(DeviceException.Problem.MISSING);
        assertThat(QueueLimits.unknown(Path.of("/dev/sda"), new IOException("broken"))
                        .problem())
                .isEqualTo(DeviceException.Problem.IO_ERROR);
    }
}
