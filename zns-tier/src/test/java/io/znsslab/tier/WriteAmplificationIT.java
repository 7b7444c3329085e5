package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.SteadyStore.Deaths;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cost of garbage collection in a store that is nearly full, through the allocator and the tier. */
@Timeout(120)
class WriteAmplificationIT {
    /** Enough zones to keep slabs that moved twice apart from slabs that moved once. */
    private static final FileGeometry SHAPE = FileGeometry.of(256 << 10, 132);

    @TempDir
    Path folder;

    @Test
    void slabsThatStayAreMovedSeldomWhileMostDeathsHitFew() {
        FileZonedDevice device = FileZonedDevice.create(folder.resolve("zones"), SHAPE);
        try (SteadyStore store = new SteadyStore(device, 80, new Deaths(5, 95), 7)) {
            assertThat(store.writtenForEachDemoted(2, 2)).isLessThan(1.9);
        }
    }
}
