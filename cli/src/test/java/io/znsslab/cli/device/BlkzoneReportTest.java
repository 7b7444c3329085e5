package io.znsslab.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlkzoneReportTest {
    /** Lines as util-linux 2.38 prints them. */
    private static final List<String> LINES = List.of(
            "  start: 0x000000000, len 0x002000, cap 0x001800, wptr 0x000008 reset:0 non-seq:0, zcond: 4(cl) "
                    + "[type: 2(SEQ_WRITE_REQUIRED)]",
            "  start: 0x000002000, len 0x002000, cap 0x001800, wptr 0x001800 reset:0 non-seq:0, zcond:14(fu) "
                    + "[type: 2(SEQ_WRITE_REQUIRED)]",
            "  start: 0x000004000, len 0x002000, cap 0x001800, wptr 0x000000 reset:0 non-seq:0, zcond: 1(em) "
                    + "[type: 2(SEQ_WRITE_REQUIRED)]");

    private static ZoneDescriptor zone(int index, ZoneCondition condition, long written) {
        long start = index * (4L << 20);
        return new ZoneDescriptor(index, ZoneType.SEQUENTIAL, condition, start, 3 << 20, start + written);
    }

    private static final List<ZoneDescriptor> SAME = List.of(
            zone(0, ZoneCondition.CLOSED, 4096), zone(1, ZoneCondition.FULL, 3 << 20), zone(2, ZoneCondition.EMPTY, 0));

    private static BlkzoneReport report() {
        return BlkzoneReport.parse(LINES.stream()).orElseThrow();
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
    }

    /** A description, the condition, the bytes written, and the line. */
    static Stream<Arguments> forms() {
        return Stream.of(
                form(
                        "2.38",
                        ZoneCondition.CLOSED,
                        "start: 0x000000000, len 0x002000, cap 0x001800, wptr 0x000008",
                        " 4(cl)"),
                form(
                        "2.30 to 2.36, no capacity",
                        ZoneCondition.CLOSED,
                        "start: 0x000000000, len 0x002000, wptr 0x000008",
                        " 4(cl)"),
                form(
                        "a build without zone capacity",
                        ZoneCondition.CLOSED,
                        "start: 0x000000000, len 0x002000, cap 0x002000, wptr 0x000008",
                        " 4(cl)"),
                form("before 2.30", ZoneCondition.CLOSED, "start:         0, len    2000, wptr        8", " 4(Cl)"),
                form(
                        "no write pointer, as N/A",
                        ZoneCondition.FULL,
                        "start: 0x000000000, len 0x002000, cap 0x001800, wptr N/A",
                        "14(fu)"),
                form(
                        "no write pointer, as all ones",
                        ZoneCondition.FULL,
                        "start: 0x000000000, len 0x002000, cap 0x001800, wptr 0xffffffffffffffff",
                        "14(fu)"),
                form(
                        "no write pointer, as its distance from all ones",
                        ZoneCondition.READ_ONLY,
                        "start: 0x000000000, len 0x002000, cap 0x001800, wptr 0xffffffffffffdfff",
                        "13(ro)"),
                form(
                        "no write pointer, as 0",
                        ZoneCondition.OFFLINE,
                        "start: 0x000000000, len 0x002000, cap 0x001800, wptr 0x000000",
                        "15(of)"),
                form(
                        "another word for a condition",
                        ZoneCondition.EXPLICIT_OPEN,
                        "start: 0x000000000, len 0x002000, cap 0x001800, wptr 0x000008",
                        " 3(Oe)"));
    }

    private static Arguments form(String name, ZoneCondition condition, String start, String written) {
        return Arguments.of(
                name,
                condition,
                "  " + start + " reset:0 non-seq:0, zcond:" + written + " [type: 2(SEQ_WRITE_REQUIRED)]");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void everyFormOfALineIsRead(String name, ZoneCondition condition, String line) {
        BlkzoneReport report = BlkzoneReport.parse(Stream.of(line)).orElseThrow();

        assertThat(report.differences(List.of(zone(0, condition, 4096)))).isEmpty();
        assertThat(report.differences(List.of(zone(0, ZoneCondition.EMPTY, 0))))
                .as("another condition")
                .hasSize(1);
    }

    @Test
    void whatTheDeviceFoundIsNoZone() {
        assertThat(BlkzoneReport.parse(Stream.concat(Stream.of("Found 3 zones from 0x0"), LINES.stream()))
                        .orElseThrow()
                        .differences(SAME))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no zones here",
                "",
                "  start: 0x000000000, len 0x002000, cap unlimited, wptr 0x000008 reset:0, zcond: 4(cl)",
                "  start: 0x000000000, length 8192",
                "  start: 0xffffffffffffffffff, len 0x002000, cap 0x001800, wptr 0x000008 reset:0, zcond: 4(cl)",
                "  start: 0x000000000, len 0x002000, cap 0x001800, wptr 0x000008 reset:0, zcond: closed"
            })
    void anUnreadableReportIsRefused(String line) {
        assertThat(BlkzoneReport.parse(Stream.of(line))).isEmpty();
        assertThat(BlkzoneReport.parse(Stream.concat(LINES.stream().limit(1), Stream.of(line))))
                .as("beside a line that can be read")
                .matches(report -> report.isPresent() != line.contains("start:"));
    }
}
