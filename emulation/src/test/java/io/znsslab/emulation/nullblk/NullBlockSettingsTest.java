package io.znsslab.emulation.nullblk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class NullBlockSettingsTest {
    private static final long MEBIBYTE = 1L << 20;

    @Test
    void theDefaultsAreAMemoryBackedDeviceOfSixteenZonesThatCannotBeFilledToTheirEnd() {
        NullBlockSettings settings = NullBlockSettings.builder().build();

        assertThat(settings.zones()).isEqualTo(16);
        assertThat(settings.zoneCapacityBytes()).isLessThan(settings.zoneBytes());
        assertThat(settings.memoryBacked()).isTrue();
    }

    @Test
    void aDelayMakesTheTimerCompleteTheRequests() {
        NullBlockSettings settings =
                NullBlockSettings.builder().completionDelayNanos(50_000).build();

        assertThat(settings.completion()).isEqualTo(NullBlockSettings.Completion.TIMER);
        assertThat(settings.completionDelayNanos()).isEqualTo(50_000);
    }

    @Test
    void zonesOfNoPowerOfTwoAreRefused() {
        refused(builder -> builder.zoneBytes(48 * MEBIBYTE), "zoneBytes is 50331648, must be a power of two");
        refused(builder -> builder.zoneBytes(MEBIBYTE / 2), "at least 1 MiB");
    }

    @Test
    void aSizeThatIsNotWholeZonesIsRefused() {
        refused(builder -> builder.sizeBytes(100 * MEBIBYTE), "must be whole zones of 67108864");
        refused(builder -> builder.sizeBytes(0), "sizeBytes is 0");
    }

    @Test
    void aCapacityThatExceedsTheZoneOrIsNotWholeMebibytesIsRefused() {
        refused(builder -> builder.zoneCapacityBytes(65 * MEBIBYTE), "at most zoneBytes, 67108864");
        refused(builder -> builder.zoneCapacityBytes(MEBIBYTE + 4096), "whole MiB");
        refused(builder -> builder.zoneCapacityBytes(0), "zoneCapacityBytes is 0");
    }

    @Test
    void aDeviceOfConventionalZonesAloneIsRefusedInsteadOfSilentlyChanged() {
        refused(builder -> builder.conventionalZones(16), "must be 0 to 15 of 16 zones");
        refused(builder -> builder.conventionalZones(-1), "conventionalZones is -1");
    }

    @Test
    void limitsThatTheDriverWouldDropAreRefused() {
        refused(builder -> builder.maxOpenZones(16), "less than the 16 sequential zones");
        refused(
                builder -> builder.conventionalZones(8).maxOpenZones(8).maxActiveZones(0),
                "less than the 8 sequential zones");
        refused(builder -> builder.maxOpenZones(4).maxActiveZones(16), "less than the 16 sequential zones");
        refused(builder -> builder.maxOpenZones(8).maxActiveZones(4), "at least maxOpenZones, 8");
        refused(builder -> builder.maxOpenZones(-1), "maxOpenZones is -1");
    }

    @Test
    void noLimitsAtAllAreTaken() {
        NullBlockSettings settings =
                NullBlockSettings.builder().maxOpenZones(0).maxActiveZones(0).build();

        assertThat(settings.maxOpenZones()).isZero();
        assertThat(settings.maxActiveZones()).isZero();
    }

    @Test
    void blocksThatTheDriverWouldRoundAreRefused() {
        refused(builder -> builder.blockBytes(8192), "must be 512, 1024, 2048 or 4096");
        refused(builder -> builder.blockBytes(1000), "blockBytes is 1000");
    }

    @Test
    void aTransferThatIsNotWholeBlocksIsRefused() {
        refused(builder -> builder.maxTransferBytes(4096 + 512), "whole blocks of 4096");
        refused(builder -> builder.blockBytes(512).maxTransferBytes(512), "at least 4096");
    }

    @Test
    void aDelayWithoutTheTimerAndATimerWithoutADelayAreRefused() {
        refused(
                builder -> builder.completionDelayNanos(10).completion(NullBlockSettings.Completion.INLINE),
                "completionDelayNanos is 10 with completion INLINE");
        refused(builder -> builder.completion(NullBlockSettings.Completion.TIMER), "must be positive with TIMER");
    }

    private static void refused(UnaryOperator<NullBlockSettings.Builder> change, String rule) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> change.apply(NullBlockSettings.builder()).build())
                .withMessageContaining(rule);
    }
}
