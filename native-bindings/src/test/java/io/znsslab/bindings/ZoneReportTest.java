package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.bindings.zbd.LibZbd;
import io.znsslab.bindings.zbd.zbd_info;
import io.znsslab.bindings.zbd.zbd_zone;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ZoneReportTest {

    private static final long ZONE = 64L << 20;

    @Test
    void eachZoneIsReadAtItsIndex() {
        try (Arena arena = Arena.ofConfined()) {
            ZoneReport report = reportOf(arena, LibZbd.ZBD_ZONE_COND_EMPTY(), LibZbd.ZBD_ZONE_COND_IMP_OPEN());

            assertThat(report.count()).isEqualTo(2);
            assertThat(report.start(1)).isEqualTo(ZONE);
            assertThat(report.length(1)).isEqualTo(ZONE);
            assertThat(report.writableBytes(1)).isEqualTo(ZONE / 2);
            assertThat(report.writePointer(1)).isEqualTo(ZONE + 4096);
            assertThat(report.isSequentialWriteRequired(1)).isTrue();
            assertThat(report.isConventional(1)).isFalse();
        }
    }

    @Test
    void conditionsAreDistinguishedAsLibzbdDoes() {
        try (Arena arena = Arena.ofConfined()) {
            ZoneReport report = reportOf(
                    arena,
                    LibZbd.ZBD_ZONE_COND_EMPTY(),
                    LibZbd.ZBD_ZONE_COND_IMP_OPEN(),
                    LibZbd.ZBD_ZONE_COND_EXP_OPEN(),
                    LibZbd.ZBD_ZONE_COND_CLOSED(),
                    LibZbd.ZBD_ZONE_COND_FULL(),
                    LibZbd.ZBD_ZONE_COND_READONLY(),
                    LibZbd.ZBD_ZONE_COND_OFFLINE());

            assertThat(predicates(report, 0)).isEqualTo("empty");
            assertThat(predicates(report, 1)).isEqualTo("implicit open active");
            assertThat(predicates(report, 2)).isEqualTo("explicit open active");
            assertThat(predicates(report, 3)).isEqualTo("closed active");
            assertThat(predicates(report, 4)).isEqualTo("full");
            assertThat(predicates(report, 5)).isEqualTo("read-only");
            assertThat(predicates(report, 6)).isEqualTo("offline");
        }
    }

    @Test
    void zonesThatWereNotReportedCannotBeRead() {
        try (Arena arena = Arena.ofConfined()) {
            ZoneReport report = new ZoneReport(8, arena);

            assertThat(report.count()).isZero();
            assertThatThrownBy(() -> report.start(0)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> new ZoneReport(0, arena)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aCountBeyondItsRoomIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            ZoneReport report = reportOf(arena, LibZbd.ZBD_ZONE_COND_EMPTY());

            for (int impossible : new int[] {2, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                assertThatThrownBy(() -> report.count("zbd_report_zones", impossible))
                        .isInstanceOf(NativeException.class)
                        .hasMessageContaining(
                                Integer.toUnsignedString(impossible) + " zones, more than the 1 requested");
                assertThat(report.count()).isZero();
            }
        }
    }

    @Test
    void anArrayMadeElsewhereIsReadAsAWhole() {
        try (Arena arena = Arena.ofConfined()) {
            ZoneReport report = ZoneReport.of(reportOf(arena, LibZbd.ZBD_ZONE_COND_EMPTY(), LibZbd.ZBD_ZONE_COND_FULL())
                    .zones());

            assertThat(report.count()).isEqualTo(2);
            assertThat(predicates(report, 1)).isEqualTo("full");
        }
    }

    @Test
    void theDevicesOwnFiguresAreBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = zbd_info.allocate(arena);
            zbd_info.vendor_id(info).setString(0, "QEMU NVMe ");
            zbd_info.nr_sectors(info, 8 * ZONE / 512);
            zbd_info.zone_size(info, ZONE);
            zbd_info.nr_zones(info, 8);
            zbd_info.lblock_size(info, 512);
            zbd_info.pblock_size(info, 4096);
            zbd_info.max_nr_open_zones(info, 14);
            zbd_info.max_nr_active_zones(info, 28);
            zbd_info.model(info, LibZbd.ZBD_DM_HOST_MANAGED());

            assertThat(ZbdInfo.of(info))
                    .isEqualTo(new ZbdInfo("QEMU NVMe", 8 * ZONE, ZONE, 8, 512, 4096, 14, 28, true));
        }
    }

    private static ZoneReport reportOf(Arena arena, int... conditions) {
        ZoneReport report = new ZoneReport(conditions.length, arena);
        for (int index = 0; index < conditions.length; index++) {
            MemorySegment zone = zbd_zone.asSlice(report.zones(), index);
            zbd_zone.start(zone, index * ZONE);
            zbd_zone.len(zone, ZONE);
            zbd_zone.capacity(zone, ZONE / 2);
            zbd_zone.wp(zone, index * ZONE + 4096);
            zbd_zone.type(zone, LibZbd.ZBD_ZONE_TYPE_SWR());
            zbd_zone.cond(zone, conditions[index]);
        }
        report.count("report", conditions.length);
        return report;
    }

    private static String predicates(ZoneReport report, int index) {
        StringBuilder names = new StringBuilder();
        append(names, report.isEmpty(index), "empty");
        append(names, report.isImplicitlyOpen(index), "implicit");
        append(names, report.isExplicitlyOpen(index), "explicit");
        append(names, report.isOpen(index), "open");
        append(names, report.isClosed(index), "closed");
        append(names, report.isActive(index), "active");
        append(names, report.isFull(index), "full");
        append(names, report.isReadOnly(index), "read-only");
        append(names, report.isOffline(index), "offline");
        return names.toString().strip();
    }

    private static void append(StringBuilder names, boolean holds, String name) {
        if (holds) {
            names.append(name).append(' ');
        }
    }
}
