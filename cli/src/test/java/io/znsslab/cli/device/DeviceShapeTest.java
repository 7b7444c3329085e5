package io.znsslab.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceShapeTest {
    @Test
    void aShapeHoldsTwiceWhatIsNeeded() {
        for (long needed = 1; needed < 1L << 40; needed *= 3) {
            DeviceShape shape = DeviceShape.holding(needed);
            assertThat(shape.zones() * shape.capacityBytes()).isGreaterThanOrEqualTo(2 * needed);
            assertThat(Long.bitCount(shape.zoneBytes())).isOne();
        }
    }

    @Test
    void aShapeIsNotLargerThanItHasToBe() {
        assertThat(DeviceShape.holding(1)).isEqualTo(DeviceShape.usual());
        assertThat(DeviceShape.holding(1L << 30).zoneBytes()).isEqualTo(64L << 20);
    }

    @Test
    void theCapacityIsWholeMebibytes() {
        for (long zone = 1 << 20; zone <= 1L << 40; zone *= 2) {
            assertThat(DeviceShape.usualCapacity(zone)).isPositive().isLessThanOrEqualTo(zone);
            assertThat(DeviceShape.usualCapacity(zone) % (1 << 20)).isZero();
        }
    }
}
