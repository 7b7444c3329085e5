package io.znsslab.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BlkzoneReportTest {
    /** Lines as util-linux 2.38 prints them. */
    private static final List<String> LINES = List.of(
            "  start: 0x000000000, len 0x002000, cap 0x001800, wptr 0x000008 reset:0 non-seq:0, zcond: 4(cl) [type: 2(SEQ_WRITE_REQUIRED)]",
            "  start: 0x000002000, len 0x002000, cap 0x001800, wptr 0x001800 reset:0 non-seq:0, zcond:14(fu) [type: 2(SEQ_WRITE_REQUIRED)]",
            "  start: 0x000004000, len 0x002000, cap 0x001800, wptr 0x000000 reset:0 non-seq:0, zcond: 1(em) [type: 2(SEQ_WRITE_REQUIRED)]");

    private static ZoneDescriptor zone(int index, ZoneCondition condition, long written) {
        long start = index * (4L << 20);
        return new ZoneDescriptor(index, ZoneType.SEQUENTIAL, condition, start, 3 << 20, start + written);
    }

    private static final List<ZoneDescriptor> SAME = List.of(
            zone(0, ZoneCondition.CLOSED, 4096), zone(1, ZoneCondition.FULL, 3 << 20), zone(2, ZoneCondition.EMPTY, 0));

    private static BlkzoneReport report() {
        return BlkzoneReport.parse(LINES.stream());
    }

    @Test
    void theSameZonesAgree() {
        assertThat(report().differences(SAME)).isEmpty();
    }

    @Test
    void anotherWritePointerIsADifference() {
        List<ZoneDescriptor> ours = List.of(zone(0, ZoneCondition.CLOSED, 8192), SAME.get(1), SAME.get(2));

        assertThat(report().differences(ours)).singleElement().asString().startsWith("zone 0: ");
    }

    @Test
    void anotherConditionIsADifference() {
        List<ZoneDescriptor> ours = List.of(SAME.get(0), zone(1, ZoneCondition.CLOSED, 3 << 20), SAME.get(2));

        assertThat(report().differences(ours)).singleElement().asString().startsWith("zone 1: ");
    }

    @Test
    void aFullZoneHasNoWritePointerToDifferIn() {
        List<ZoneDescriptor> ours = List.of(SAME.get(0), zone(1, ZoneCondition.FULL, 4 << 20), SAME.get(2));

        assertThat(report().differences(ours)).isEmpty();
    }

    @Test
    void aMissingZoneIsADifference() {
        assertThat(report().differences(SAME.subList(0, 2)))
                .singleElement()
                .asString()
                .contains("3 zones", "2");
        assertThat(BlkzoneReport.parse(Stream.of("no zones here")).differences(SAME))
                .hasSize(1);
    }
}
