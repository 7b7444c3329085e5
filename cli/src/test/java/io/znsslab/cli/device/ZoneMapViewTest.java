package io.znsslab.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.TransferSizes;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneLimits;
import io.znsslab.tier.device.ZoneType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZoneMapViewTest {
    private static final long ZONE = 1000;

    private static DeviceGeometry geometry(int zones) {
        return new DeviceGeometry(ZONE, ZONE, zones, 0, ZoneLimits.NONE, new TransferSizes(10, 100));
    }

    private static ZoneDescriptor zone(int index, ZoneType type, ZoneCondition condition, long written) {
        return new ZoneDescriptor(index, type, condition, index * ZONE, ZONE, index * ZONE + written);
    }

    private static char sign(ZoneType type, ZoneCondition condition, long written) {
        return new ZoneMapView(geometry(1), List.of(), zone -> false).sign(zone(0, type, condition, written));
    }

    private static String print(int zones, int columns) {
        List<ZoneDescriptor> all = new ArrayList<>();
        for (int index = 0; index < zones; index++) {
            all.add(zone(index, ZoneType.SEQUENTIAL, index < 3 ? ZoneCondition.FULL : ZoneCondition.EMPTY, 0));
        }
        StringWriter text = new StringWriter();
        new ZoneMapView(geometry(zones), all, zone -> zone == 0).print(new PrintWriter(text, true), columns);
        return text.toString();
    }

    @Test
    void aPartlyWrittenZoneShowsItsFillInTenths() {
        assertThat(sign(ZoneType.SEQUENTIAL, ZoneCondition.IMPLICIT_OPEN, 10)).isEqualTo('0');
        assertThat(sign(ZoneType.SEQUENTIAL, ZoneCondition.EXPLICIT_OPEN, 550)).isEqualTo('5');
        assertThat(sign(ZoneType.SEQUENTIAL, ZoneCondition.CLOSED, 999)).isEqualTo('9');
    }

    @Test
    void everyOtherConditionHasItsSign() {
        assertThat(sign(ZoneType.SEQUENTIAL, ZoneCondition.EMPTY, 0)).isEqualTo('.');
        assertThat(sign(ZoneType.SEQUENTIAL, ZoneCondition.FULL, ZONE)).isEqualTo('#');
        assertThat(sign(ZoneType.SEQUENTIAL, ZoneCondition.READ_ONLY, 0)).isEqualTo('R');
        assertThat(sign(ZoneType.SEQUENTIAL, ZoneCondition.OFFLINE, 0)).isEqualTo('X');
        assertThat(sign(ZoneType.CONVENTIONAL, ZoneCondition.NOT_WRITE_POINTER, 0))
                .isEqualTo('C');
    }

    @Test
    void theMapHasOneSignForEachZoneAndSaysHowManyThereAre() {
        String map = print(70, 80);

        assertThat(map).startsWith("zones    70 zones of 1000 B each: 1 metadata, 2 full, 67 empty\n");
        assertThat(map).contains("     0  M##..... ........").contains("    64  ......\n");
    }

    @Test
    void theLegendExplainsTheSignsThatAreInTheMapAndNoOthers() {
        assertThat(print(70, 80))
                .contains(". empty", "# full", "M metadata")
                .doesNotContain("partly written", "conventional", "read-only", "offline", "each sign");
    }

    @Test
    void aMapOfVeryManyZonesStillFitsTheScreen() {
        List<String> map = print(40_000, 80).lines().toList();

        assertThat(map).hasSizeLessThan(30);
        assertThat(map.get(1)).as("metadata among full zones").contains("       0  M");
        assertThat(map.getLast()).contains("each sign is ");
        assertThat(map.stream().skip(1)).allMatch(line -> line.length() <= 80);
    }

    @Test
    void noLineIsWiderThanTheScreen() {
        for (int columns = 40; columns <= 120; columns++) {
            int width = columns;
            assertThat(print(1000, columns).lines().skip(1)).allMatch(line -> line.length() <= width);
        }
    }
}
