package io.znsslab.tier.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.HandleFormat;
import io.znsslab.core.Lifetime;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.NullZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.InspectedStore.Stored;
import io.znsslab.tier.report.RecoveryReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an inspection says of a store whose contents are known. */
class StoreInspectionTest {
    private static final InspectedStore STORE = InspectedStore.filled(HandleFormat.WIDE);

    @Test
    void theOverviewNamesTheStoreItsLogAndItsTotals() {
        StoreOverview overview = STORE.inspect(StoreInspection::overview);

        assertThat(overview.store().openings()).isEqualTo(1);
        assertThat(overview.store().slabBytes()).isEqualTo(4096);
        assertThat(overview.shape().slotBytes()).containsExactly(64, 128, 256, 768);
        assertThat(overview.shape().handles()).isEqualTo(HandleFormat.WIDE);
        assertThat(overview.found().objects()).isEqualTo(STORE.live.size());
        assertThat(overview.found().epochs()).isEqualTo(2);
        assertThat(overview.found().log().closedInOrder()).isTrue();
        assertThat(overview.found().losses()).isEmpty();
        assertThat(overview.packedSlabs())
                .isPositive()
                .isLessThan(overview.found().slabs());
        assertThat(overview.isInUse()).isFalse();
        assertThat(overview.log())
                .filteredOn(region -> region.state() == LogRegion.State.COUNTING)
                .hasSize(1)
                .allMatch(region -> region.writtenBytes() > 0 && !region.zones().isEmpty());
    }

    @Test
    void epochsHaveTheirLabelsLifetimesAndLiveShares() {
        List<EpochContents> epochs = STORE.inspect(StoreInspection::epochs);

        assertThat(epochs)
                .extracting(EpochContents::number, EpochContents::label, EpochContents::lifetime)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(STORE.orders, "orders", Lifetime.LONG),
                        org.assertj.core.groups.Tuple.tuple(STORE.ticks, "ticks", Lifetime.UNSTATED));
        assertThat(epochs).allMatch(epoch -> epoch.state() == EpochContents.State.COLD);
        assertThat(epochs.getFirst().objects()).isEqualTo(InspectedStore.OBJECTS * 2 / 3);
        assertThat(epochs.getFirst().packedSlabs()).isZero();
        assertThat(epochs.getFirst().expires()).isNull();
        assertThat(epochs.getLast().expires()).isEqualTo(InspectedStore.TICKS_EXPIRE);
        assertThat(epochs.getFirst().liveShare()).isBetween(0.2, 0.7);
        assertThat(epochs.getLast().packedSlabs()).isEqualTo(epochs.getLast().slabs());
    }

    @Test
    void zonesSayWhatTheStoreUsesThemFor() {
        List<InspectedZone> zones = STORE.inspect(StoreInspection::zones);
        RecoveryReport found = STORE.inspect(StoreInspection::overview).found();

        assertThat(zones).hasSize(24);
        assertThat(zones.stream().mapToLong(InspectedZone::liveSlabs).sum()).isEqualTo(found.slabs());
        assertThat(zones.stream().mapToLong(InspectedZone::liveObjects).sum()).isEqualTo(found.objects());
        assertThat(zones)
                .extracting(InspectedZone::use)
                .contains(InspectedZone.Use.LOG, InspectedZone.Use.DATA, InspectedZone.Use.EMPTY);
        assertThat(zones).allMatch(zone -> zone.writtenSlabs() >= zone.liveSlabs());
    }

    @Test
    void extentsShowLiveSlabsAndDeadOnes() {
        List<SlabPlace> inExtents = new ArrayList<>();
        Set<Long> live = new HashSet<>();
        STORE.inspect(inspection -> {
            for (InspectedZone zone : inspection.zones()) {
                for (Extent extent : inspection.extents(zone.descriptor().index())) {
                    assertThat(extent.damage()).isNull();
                    assertThat(extent.summaryOffsetBytes() - extent.offsetBytes())
                            .isEqualTo(extent.slabs().size() * 4096L);
                    inExtents.addAll(extent.slabs());
                }
            }
            inspection.slabs(slab -> live.add(slab.slabId()));
            return null;
        });

        assertThat(inExtents.stream().filter(SlabPlace::isLive).map(SlabPlace::slabId))
                .containsExactlyInAnyOrderElementsOf(live);
        assertThat(inExtents).anyMatch(slab -> !slab.isLive() && slab.epoch() == STORE.gone);
    }

    @Test
    void theObjectsOfAllSlabsAreTheLiveOnes() {
        Set<Long> handles = new HashSet<>();
        STORE.inspect(inspection -> {
            inspection.slabs(slab -> inspection.objects(slab.slabId()).forEach(object -> handles.add(object.handle())));
            return null;
        });

        assertThat(handles)
                .containsExactlyInAnyOrderElementsOf(
                        STORE.live.stream().map(Stored::handle).toList());
    }

    @ParameterizedTest
    @EnumSource
    void aHandleLeadsToTheBytesThatWereStored(HandleFormat handles) {
        InspectedStore store = InspectedStore.filled(handles);
        store.inspect(inspection -> {
            for (Stored stored : store.live) {
                HandleTrace trace = inspection.trace(stored.handle());
                assertThat(trace.verdict()).as(trace.reason()).isEqualTo(HandleTrace.Verdict.LIVE);
                assertThat(trace.epochLabel()).isIn("orders", "ticks");
                assertThat(trace.extentOffsetBytes())
                        .isPositive()
                        .isLessThanOrEqualTo(trace.slab().offsetBytes());
                assertThat(trace.summaryOffsetBytes())
                        .isGreaterThan(trace.slab().offsetBytes());
                assertThat(store.bytesAt(trace.object().payloadOffsetBytes(), stored.payload().length))
                        .isEqualTo(stored.payload());
                assertThat(inspection.payload(stored.handle())).startsWith(stored.payload());
            }
            return null;
        });
    }

    @Test
    void aPackedObjectHasItsOwnNumberOfBytes() {
        STORE.inspect(inspection -> {
            for (Stored stored : STORE.live.subList(0, InspectedStore.OBJECTS)) {
                assertThat(inspection.payload(stored.handle())).isEqualTo(stored.payload());
            }
            return null;
        });
    }

    @Test
    void handlesThatNameNothingAreToldApart() {
        STORE.inspect(inspection -> {
            assertThat(STORE.freed)
                    .allMatch(object -> inspection.trace(object.handle()).verdict() == HandleTrace.Verdict.STALE
                            || inspection.trace(object.handle()).verdict() == HandleTrace.Verdict.NOT_ON_DEVICE);
            assertThat(inspection.trace(STORE.freed.getFirst().handle()).reason())
                    .contains("freed");
            HandleTrace discarded = inspection.trace(STORE.discarded.getFirst().handle());
            assertThat(discarded.verdict()).isEqualTo(HandleTrace.Verdict.NOT_ON_DEVICE);
            assertThat(discarded.reason()).contains("discarded");
            assertThat(inspection.trace(0).verdict()).isEqualTo(HandleTrace.Verdict.NO_HANDLE);
            assertThat(inspection.trace(-1).verdict()).isEqualTo(HandleTrace.Verdict.NO_HANDLE);
            assertThat(inspection.trace(1).reason()).contains("compact").contains("wide");
            assertThat(inspection.trace(-2).verdict()).isEqualTo(HandleTrace.Verdict.NEVER_ISSUED);
            long next = STORE.live.getFirst().handle() + (1L << 10);
            assertThat(inspection.trace(next).verdict()).isEqualTo(HandleTrace.Verdict.NEVER_ISSUED);
            assertThatThrownBy(() -> inspection.payload(next))
                    .isInstanceOf(ZnsSlabException.class)
                    .hasMessageContaining("generation");
            return null;
        });
    }

    @Test
    void aDamagedImageIsToldAndItsBytesCanBeHadUnchecked() {
        InspectedStore store = InspectedStore.filled(HandleFormat.WIDE);
        Stored object = store.live.getFirst();
        HandleTrace before = store.inspect(inspection -> inspection.trace(object.handle()));
        store.flip(before.object().payloadOffsetBytes());

        store.inspect(inspection -> {
            HandleTrace trace = inspection.trace(object.handle());
            assertThat(trace.verdict()).isEqualTo(HandleTrace.Verdict.DAMAGED);
            assertThat(trace.reason())
                    .contains("CRC32C")
                    .contains("offset " + trace.slab().offsetBytes());
            long slabId = trace.slab().slabId();
            assertThatThrownBy(() -> inspection.image(slabId)).isInstanceOf(CorruptSlabException.class);
            assertThatThrownBy(() -> inspection.objects(slabId)).isInstanceOf(CorruptSlabException.class);
            assertThatThrownBy(() -> inspection.payload(object.handle())).isInstanceOf(CorruptSlabException.class);
            assertThat(inspection.uncheckedImage(slabId))
                    .isEqualTo(store.bytesAt(trace.slab().offsetBytes(), 4096));
            return null;
        });
    }

    @Test
    void aStoreThatLostItsLogIsShownWithItsLosses() {
        InspectedStore store = InspectedStore.filled(HandleFormat.WIDE);
        LogRegion counting = store.inspect(StoreInspection::overview).log().stream()
                .filter(region -> region.state() == LogRegion.State.COUNTING)
                .findFirst()
                .orElseThrow();
        long start = counting.zones().getFirst() * store.medium.shape().zoneBytes();
        for (long at = 2; at < 4; at++) {
            store.flip(start + at * InspectedStore.BLOCK + 100);
        }

        StoreOverview overview = store.inspect(StoreInspection::overview);

        assertThat(overview.found().losses()).isNotEmpty();
        try (ZonedDevice device = store.openDevice();
                ZnsTier tier =
                        ZnsTier.builder(device).onErrors(ErrorPolicy.CONTINUE).open()) {
            assertThat(overview.found().losses()).isEqualTo(tier.recovery().losses());
            assertThat(overview.found().slabs()).isEqualTo(tier.recovery().slabs());
        } catch (DeviceException e) {
            assertThat(e.problem()).isEqualTo(DeviceException.Problem.CORRUPT);
        }
    }

    @Test
    void whatIsNotThereIsRefusedByName() {
        try (ZonedDevice empty = new NullZonedDevice(FileGeometry.of(1 << 20, 8))) {
            assertThatThrownBy(() -> StoreInspection.of(empty))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("there is no store on device");
        }
        assertThatThrownBy(() -> StoreInspection.open(Path.of("/no/such/device")))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("/no/such/device");
        assertThatThrownBy(() -> StoreInspection.of(null)).isInstanceOf(NullPointerException.class);
        STORE.inspect(inspection -> {
            for (long slabId : new long[] {-1, 0, 1L << 30, Long.MAX_VALUE}) {
                assertThatThrownBy(() -> inspection.slab(slabId))
                        .isInstanceOf(ZnsSlabException.class)
                        .hasMessageContaining("slab " + slabId + " is not on");
            }
            assertThatThrownBy(() -> inspection.extents(24))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("24 zones");
            assertThatThrownBy(() -> inspection.extents(-1)).isInstanceOf(DeviceException.class);
            assertThatThrownBy(() -> inspection.verify(-1, VerifyProgress.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
            return null;
        });
    }
}
