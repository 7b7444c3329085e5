package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.bindings.ZbdInfo;
import io.znsslab.bindings.ZoneReport;
import io.znsslab.bindings.zbd.LibZbd;
import io.znsslab.bindings.zbd.zbd_zone;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.format.Mutations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Reports of zones that no device can have, and reports that are odd but allowed. The fuzzing changes bytes and fields,
 * from {@code -Dseed=}, in {@code -Dfuzz.inputs=} reports: an accepted report is within its bounds; a refused one gives
 * one kind of exception, with one line that names what is wrong.
 */
class ReportedZonesTest {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 20_000);
    private static final long SEED = Long.getLong("seed", 1);
    private static final String DEVICE = "/dev/odd";
    private static final long BLOCK = 4096;
    private static final long ZONE = 2 << 20;
    private static final long CAPACITY = 3 << 19;
    private static final int ZONES = 9;

    /** One zone of each kind. */
    private static final int[] CONDITIONS = {
        LibZbd.ZBD_ZONE_COND_NOT_WP(),
        LibZbd.ZBD_ZONE_COND_EMPTY(),
        LibZbd.ZBD_ZONE_COND_IMP_OPEN(),
        LibZbd.ZBD_ZONE_COND_EXP_OPEN(),
        LibZbd.ZBD_ZONE_COND_CLOSED(),
        LibZbd.ZBD_ZONE_COND_FULL(),
        LibZbd.ZBD_ZONE_COND_READONLY(),
        LibZbd.ZBD_ZONE_COND_OFFLINE(),
        LibZbd.ZBD_ZONE_COND_EMPTY()
    };

    private static final int OPEN = 2;
    private static final int FULL = 5;
    private static final int READ_ONLY = 6;
    private static final int OFFLINE = 7;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment array = zbd_zone.allocateArray(ZONES, arena);

    @BeforeEach
    void makeSoundReport() {
        for (int zone = 0; zone < ZONES; zone++) {
            boolean conventional = zone == 0;
            zbd_zone.start(at(zone), zone * ZONE);
            zbd_zone.len(at(zone), ZONE);
            zbd_zone.capacity(at(zone), conventional ? ZONE : CAPACITY);
            zbd_zone.wp(at(zone), zone * ZONE + (CONDITIONS[zone] == LibZbd.ZBD_ZONE_COND_EMPTY() ? 0 : 3 * BLOCK));
            zbd_zone.type(at(zone), conventional ? LibZbd.ZBD_ZONE_TYPE_CNV() : LibZbd.ZBD_ZONE_TYPE_SWR());
            zbd_zone.cond(at(zone), CONDITIONS[zone]);
        }
    }

    @AfterEach
    void freeReport() {
        arena.close();
    }

    private MemorySegment at(int zone) {
        return zbd_zone.asSlice(array, zone);
    }

    private static ZbdInfo info(long bytes, long zoneBytes, int zones, int blockBytes, int maxOpen, int maxActive) {
        return new ZbdInfo("vendor", bytes, zoneBytes, zones, blockBytes, blockBytes, maxOpen, maxActive, true);
    }

    private static ZbdInfo soundInfo() {
        return info(ZONES * ZONE, ZONE, ZONES, (int) BLOCK, 3, 4);
    }

    private static ReportedZones shape() {
        return new ReportedZones(DEVICE, soundInfo());
    }

    private List<ZoneDescriptor> read() {
        return shape().read(ZoneReport.of(array), 0, ZONES);
    }

    private static void refused(ThrowingCallable call, String what) {
        assertThatThrownBy(call).isInstanceOfSatisfying(DeviceException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.INVALID_REPORT);
            assertThat(e).hasMessageStartingWith(DEVICE + " reports zones that can't be: " + what);
            assertThat(e.getMessage()).doesNotContain("\n");
        });
    }

    private void refusedAfter(Consumer<MemorySegment> change, int zone, String what) {
        makeSoundReport();
        change.accept(at(zone));
        refused(this::read, what);
    }

    @Test
    void eachKindOfZoneIsTakenAsItIs() {
        List<ZoneDescriptor> zones = read();

        assertThat(zones)
                .extracting(ZoneDescriptor::condition)
                .containsExactly(
                        ZoneCondition.NOT_WRITE_POINTER,
                        ZoneCondition.EMPTY,
                        ZoneCondition.IMPLICIT_OPEN,
                        ZoneCondition.EXPLICIT_OPEN,
                        ZoneCondition.CLOSED,
                        ZoneCondition.FULL,
                        ZoneCondition.READ_ONLY,
                        ZoneCondition.OFFLINE,
                        ZoneCondition.EMPTY);
        assertThat(zones.get(OPEN))
                .isEqualTo(new ZoneDescriptor(
                        OPEN,
                        ZoneType.SEQUENTIAL,
                        ZoneCondition.IMPLICIT_OPEN,
                        OPEN * ZONE,
                        CAPACITY,
                        OPEN * ZONE + 3 * BLOCK));
        assertThat(shape().geometry(zones, 1 << 20))
                .isEqualTo(new DeviceGeometry(
                        ZONE, CAPACITY, ZONES, 1, new ZoneLimits(3, 4), new TransferSizes((int) BLOCK, 1 << 20)));
    }

    @Test
    void aPartOfTheZonesIsCountedFromItsFirst() {
        ZoneReport report = ZoneReport.of(array.asSlice(OPEN * zbd_zone.sizeof(), 2 * zbd_zone.sizeof()));

        assertThat(shape().read(report, OPEN, 2))
                .extracting(ZoneDescriptor::index)
                .containsExactly(OPEN, OPEN + 1);
        refused(() -> shape().read(report, OPEN + 1, 2), "zone 3 starts at 4194304 instead of 6291456");
    }

    @Test
    void zonesThatAreNotSideBySideAreRefused() {
        refusedAfter(zone -> zbd_zone.start(zone, BLOCK), 0, "zone 0 starts at 4096 instead of 0");
        refusedAfter(zone -> zbd_zone.start(zone, 3 * ZONE - BLOCK), 3, "zone 3 starts at 6287360 instead of 6291456");
        refusedAfter(zone -> zbd_zone.start(zone, 3 * ZONE + BLOCK), 3, "zone 3 starts at 6295552 instead of 6291456");
        refusedAfter(zone -> zbd_zone.start(zone, 5 * ZONE), 4, "zone 4 starts at 10485760 instead of 8388608");
        refusedAfter(zone -> zbd_zone.start(zone, -512), 4, "zone 4 starts at 18446744073709551104 instead of");
        refusedAfter(zone -> zbd_zone.len(zone, ZONE + BLOCK), 1, "zone 1 has 2101248 bytes instead of 2097152");
        refusedAfter(zone -> zbd_zone.len(zone, ZONE - 1), 1, "zone 1 has 2097151 bytes instead of 2097152");
        refusedAfter(zone -> zbd_zone.len(zone, 0), 8, "zone 8 has 0 bytes instead of 2097152");
    }

    @Test
    void capacitiesThatDoNotFitIntoTheirZoneAreRefused() {
        for (long impossible : new long[] {0, ZONE + BLOCK, CAPACITY + 1, CAPACITY - 512, -BLOCK, Long.MIN_VALUE}) {
            refusedAfter(
                    zone -> zbd_zone.capacity(zone, impossible),
                    FULL,
                    "zone 5 has a capacity of " + Long.toUnsignedString(impossible) + " bytes, which must be whole");
        }
    }

    @Test
    void writePointersOutsideOfTheirZoneAreRefused() {
        long start = OPEN * ZONE;
        for (long impossible : new long[] {0, -1, start - BLOCK, start + 512, start + CAPACITY + BLOCK, start + ZONE}) {
            refusedAfter(
                    zone -> zbd_zone.wp(zone, impossible),
                    OPEN,
                    "zone 2 has its write pointer at " + Long.toUnsignedString(impossible) + ", which must be whole");
        }
        refusedAfter(
                zone -> zbd_zone.wp(zone, ZONE + BLOCK),
                1,
                "zone 1 is EMPTY, and its write pointer is at 2101248 instead of its start, 2097152");
    }

    @Test
    void unknownTypesAndConditionsAreRefused() {
        for (int unknown : new int[] {0, 4, 5, -1, Integer.MAX_VALUE}) {
            refusedAfter(
                    zone -> zbd_zone.type(zone, unknown),
                    4,
                    "zone 4 is of type " + Integer.toUnsignedString(unknown) + ", which is unknown");
        }
        for (int unknown : new int[] {5, 0xC, 0x10, 0xFF, -1, Integer.MIN_VALUE}) {
            refusedAfter(
                    zone -> zbd_zone.cond(zone, unknown),
                    4,
                    "zone 4 is in condition " + Integer.toUnsignedString(unknown) + ", which is unknown");
        }
    }

    @Test
    void conditionsOfTheOtherTypeOfZoneAreRefused() {
        refusedAfter(
                zone -> zbd_zone.cond(zone, LibZbd.ZBD_ZONE_COND_NOT_WP()),
                OPEN,
                "zone 2 is SEQUENTIAL and NOT_WRITE_POINTER at the same time");
        refusedAfter(
                zone -> zbd_zone.cond(zone, LibZbd.ZBD_ZONE_COND_FULL()),
                0,
                "zone 0 is CONVENTIONAL and FULL at the same time");
    }

    @Test
    void moreOrFewerZonesThanWereAskedForAreRefused() {
        refused(() -> shape().read(ZoneReport.of(array), 0, ZONES - 1), "it lists 9 zones from zone 0 on instead of 8");
        refused(
                () -> shape().read(ZoneReport.of(array.asSlice(0, 0)), 0, ZONES),
                "it lists 0 zones from zone 0 on instead of 9");
    }

    @Test
    void devicesOfImpossibleShapeAreRefusedBeforeMemoryIsTakenForTheirZones() {
        refusedShape(info(0, ZONE, 0, 4096, 0, 0), "it has 0 zones");
        refusedShape(info(ZONES * ZONE, ZONE, -1, 4096, 0, 0), "it has 4294967295 zones");
        refusedShape(info(Long.MAX_VALUE, 4096, Integer.MAX_VALUE, 4096, 0, 0), "it has 2147483647 zones");
        refusedShape(info(ZONES * ZONE, ZONE, ZONES + 1, 4096, 0, 0), "its 18874368 bytes are not the 10 zones");
        refusedShape(info(-512, ZONE, ZONES, 4096, 0, 0), "its 18446744073709551104 bytes are not the 9 zones");
        refusedShape(info(ZONES * ZONE, 0, ZONES, 4096, 0, 0), "its zones have 0 bytes");
        refusedShape(info(ZONES * ZONE, ZONE + 4096, ZONES, 4096, 0, 0), "its zones have 2101248 bytes");
        refusedShape(info(ZONES * ZONE, 2048, ZONES, 4096, 0, 0), "its zones have 2048 bytes");
        refusedShape(info(ZONES * ZONE, Long.MIN_VALUE, ZONES, 4096, 0, 0), "its zones have -9223372036854775808");
        refusedShape(info(ZONES * ZONE, ZONE, ZONES, 0, 0, 0), "its blocks have 0 bytes");
        refusedShape(info(ZONES * ZONE, ZONE, ZONES, 16_384, 0, 0), "its blocks have 16384 bytes");
        refusedShape(info(ZONE / 2, ZONE, 1, 4096, 0, 0), "zone 0 is shorter than a zone");
    }

    private static void refusedShape(ZbdInfo info, String what) {
        refused(() -> new ReportedZones(DEVICE, info), what);
    }

    @Test
    void aShorterLastZoneIsLeftOut() {
        ReportedZones shape =
                new ReportedZones(DEVICE, info((ZONES - 1) * ZONE + 5 * BLOCK, ZONE, ZONES, (int) BLOCK, 0, 0));
        ZoneReport report = ZoneReport.of(array.asSlice(0, (ZONES - 1) * zbd_zone.sizeof()));

        assertThat(shape.count()).isEqualTo(ZONES - 1);
        assertThat(shape.geometry(shape.read(report, 0, ZONES - 1), 1 << 20).sizeBytes())
                .isEqualTo((ZONES - 1) * ZONE);
    }

    @Test
    void writePointersThatMeanNothingAreNotLookedAt() {
        for (long anything : new long[] {0, -1, -512, Long.MIN_VALUE, Long.MAX_VALUE, 12_345}) {
            for (int zone : new int[] {0, FULL, READ_ONLY, OFFLINE}) {
                zbd_zone.wp(at(zone), anything);
            }
            List<ZoneDescriptor> zones = read();

            assertThat(zones.get(0).writtenBytes()).isEqualTo(ZONE);
            assertThat(zones.get(FULL).writtenBytes()).isEqualTo(CAPACITY);
            assertThat(zones.get(READ_ONLY).writtenBytes()).isEqualTo(CAPACITY);
            assertThat(zones.get(OFFLINE).writtenBytes()).isZero();
        }
    }

    @Test
    void oddButAllowedReportsAreAccepted() {
        zbd_zone.capacity(at(OFFLINE), 0);
        zbd_zone.capacity(at(FULL), BLOCK);
        zbd_zone.capacity(at(OPEN), ZONE);
        zbd_zone.wp(at(OPEN), OPEN * ZONE);
        zbd_zone.wp(at(4), 4 * ZONE + CAPACITY);
        zbd_zone.type(at(3), LibZbd.ZBD_ZONE_TYPE_SWP());
        zbd_zone.type(at(8), LibZbd.ZBD_ZONE_TYPE_CNV());
        zbd_zone.cond(at(8), LibZbd.ZBD_ZONE_COND_OFFLINE());
        List<ZoneDescriptor> zones = read();

        assertThat(zones.get(OFFLINE).capacityBytes()).isZero();
        assertThat(zones.get(FULL).writePointerBytes()).isEqualTo(FULL * ZONE + BLOCK);
        assertThat(zones.get(OPEN).writtenBytes()).isZero();
        assertThat(zones.get(4).writtenBytes()).isEqualTo(CAPACITY);
        assertThat(zones.get(3).type()).isEqualTo(ZoneType.SEQUENTIAL);
        assertThat(zones.get(8).type()).isEqualTo(ZoneType.CONVENTIONAL);
        assertThat(zones.get(8).condition()).isEqualTo(ZoneCondition.OFFLINE);
        assertThat(shape().geometry(zones, 1 << 20).conventionalZones()).isEqualTo(2);
    }

    @Test
    void limitsThatAreNotKnownAreNone() {
        DeviceGeometry geometry = new ReportedZones(DEVICE, info(ZONES * ZONE, ZONE, ZONES, (int) BLOCK, -1, -1))
                .geometry(read(), 1 << 20);

        assertThat(geometry.maxOpenZones()).isZero();
        assertThat(geometry.writableZones()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void noSpoiledReportIsTakenForZonesThatCannotBe() {
        Mutations mutations = new Mutations(SEED);
        MemorySegment sound = arena.allocate(array.byteSize()).copyFrom(array);
        ByteBuffer bytes = array.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ReportedZones shape = shape();
        ZoneReport report = ZoneReport.of(array);
        int taken = 0;
        for (int i = 0; i < INPUTS; i++) {
            array.copyFrom(sound);
            if (mutations.coin()) {
                mutations.spoil(bytes, 0, (int) array.byteSize());
            } else {
                spoilFields(mutations);
            }
            try {
                List<ZoneDescriptor> zones = shape.read(report, 0, ZONES);
                taken++;
                assertThat(zones).hasSize(ZONES);
                for (int zone = 0; zone < ZONES; zone++) {
                    assertPossible(zones.get(zone), zone, i);
                }
                assertThat(shape.geometry(zones, 1 << 20).zoneCapacityBytes()).isBetween(BLOCK, ZONE);
            } catch (DeviceException e) {
                assertSaysWhat(e, DEVICE + " reports zones that can't be: zone \\d .*", i);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("input " + i + " of -Dseed=" + SEED + ": " + e, e);
            }
        }
        assertThat(taken).isBetween(INPUTS / 100, INPUTS * 99 / 100);
    }

    /** Changes one or two fields to values that are nearly right. */
    private void spoilFields(Mutations mutations) {
        long[] distances = {0, 1, 511, 512, BLOCK, CAPACITY, CAPACITY + BLOCK, ZONE, 2 * ZONE};
        for (int changes = 1 + mutations.below(2); changes > 0; changes--) {
            MemorySegment zone = at(mutations.below(ZONES));
            long distance = distances[mutations.below(distances.length)];
            long value = mutations.coin() ? distance : -distance;
            switch (mutations.below(7)) {
                case 0 -> zbd_zone.start(zone, zbd_zone.start(zone) + value);
                case 1 -> zbd_zone.len(zone, zbd_zone.len(zone) + value);
                case 2 -> zbd_zone.capacity(zone, zbd_zone.capacity(zone) + value);
                case 3 -> zbd_zone.wp(zone, zbd_zone.start(zone) + value);
                case 4 -> zbd_zone.type(zone, mutations.below(6));
                case 5 -> zbd_zone.cond(zone, mutations.below(17));
                default -> zone.copyFrom(at(mutations.below(ZONES)).asSlice(0, zbd_zone.sizeof()));
            }
        }
    }

    private static void assertPossible(ZoneDescriptor zone, int index, int input) {
        boolean sequential = zone.type() == ZoneType.SEQUENTIAL;
        boolean possible = zone.index() == index
                && zone.startBytes() == index * ZONE
                && zone.capacityBytes() >= (zone.condition() == ZoneCondition.OFFLINE ? 0 : BLOCK)
                && zone.capacityBytes() <= ZONE
                && zone.writtenBytes() >= 0
                && zone.writtenBytes() <= zone.capacityBytes()
                && (zone.condition() != ZoneCondition.EMPTY || zone.writtenBytes() == 0)
                && (zone.condition() != ZoneCondition.FULL || zone.writtenBytes() == zone.capacityBytes())
                && zone.capacityBytes() % BLOCK == 0
                && zone.writtenBytes() % BLOCK == 0
                && (!sequential || zone.condition() != ZoneCondition.NOT_WRITE_POINTER)
                && (sequential || !zone.condition().isWritable());
        if (!possible) {
            throw new AssertionError("input " + input + " of -Dseed=" + SEED + " was taken for " + zone);
        }
    }

    private static void assertSaysWhat(DeviceException e, String pattern, int input) {
        if (e.problem() != Problem.INVALID_REPORT || !e.getMessage().matches(pattern)) {
            throw new AssertionError("input " + input + " of -Dseed=" + SEED + ": " + e.getMessage(), e);
        }
    }

    @Test
    void noSpoiledShapeIsTakenForADeviceThatCannotBe() {
        Mutations mutations = new Mutations(SEED);
        ByteBuffer facts = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        int taken = 0;
        for (int i = 0; i < INPUTS; i++) {
            facts.putLong(0, ZONES * ZONE - mutations.below(2) * BLOCK).putLong(8, ZONE);
            facts.putInt(16, ZONES).putInt(20, (int) BLOCK).putInt(24, 3).putInt(28, 4);
            mutations.spoil(facts, 0, 32);
            ZbdInfo info = info(
                    facts.getLong(0),
                    facts.getLong(8),
                    facts.getInt(16),
                    facts.getInt(20),
                    facts.getInt(24),
                    facts.getInt(28));
            try {
                ReportedZones shape = new ReportedZones(DEVICE, info);
                taken++;
                DeviceGeometry geometry = shape.geometry(List.of(), 1 << 20);
                boolean possible = shape.count() >= 1
                        && shape.count() <= ReportedZones.MOST_ZONES
                        && geometry.zoneBytes() >= geometry.blockBytes()
                        && geometry.zoneBytes() % geometry.blockBytes() == 0
                        && geometry.sizeBytes() > 0
                        && geometry.sizeBytes() <= info.bytes()
                        && geometry.writableZones() >= 1;
                assertThat(possible)
                        .as("input %d of -Dseed=%d: %s", i, SEED, info)
                        .isTrue();
            } catch (DeviceException e) {
                assertSaysWhat(e, DEVICE + " reports zones that can't be: (its|it has|zone 0) .*", i);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("input " + i + " of -Dseed=" + SEED + ": " + info, e);
            }
        }
        assertThat(taken).isBetween(INPUTS / 100, INPUTS * 99 / 100);
    }
}
