package io.znsslab.tier.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills processes with {@code kill -9} at any moment of their work, on a device file. {@code -Dkills=} is the number of
 * kills, {@code -Dseed=} the first seed.
 */
class FileKillIT {
    private static final int KILLS = Integer.getInteger("kills", 24);
    private static final long SEED = Long.getLong("seed", 1);

    @TempDir
    Path folder;

    /** Checkpoints are written beside the work where eight zones may be partly written, else first. */
    @ParameterizedTest
    @ValueSource(ints = {5, 9})
    void dataAcknowledgedToAProcessSurvivesItsBeingKilled(int openZones) throws Exception {
        Path device = folder.resolve("device");
        FileZonedDevice.create(device, FileGeometry.of(512 << 10, 40).withLimits(openZones, openZones + 1))
                .close();
        Kills kills = new Kills(device, SEED);
        for (int i = 0; i < KILLS; i++) {
            kills.killOne(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"), 80);
        }
        System.out.println("device file: " + kills.summary());
        assertThat(kills.found()).isPositive();
    }
}
