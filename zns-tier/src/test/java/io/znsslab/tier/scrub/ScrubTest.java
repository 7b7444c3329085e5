package io.znsslab.tier.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.ZoneMap;
import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedOperation;
import io.znsslab.tier.inspect.Damage;
import io.znsslab.tier.inspect.Damage.What;
import io.znsslab.tier.inspect.Extent;
import io.znsslab.tier.inspect.SlabPlace;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.Verification;
import io.znsslab.tier.inspect.VerifyProgress;
import io.znsslab.tier.report.EvacuatedZone;
import io.znsslab.tier.report.EvacuatedZone.Outcome;
import io.znsslab.tier.simulation.SilentTier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A scrub mends what can be mended, and leaves the rest where it is: no byte is lost by it. */
@ExtendWith(SilentTier.class)
class ScrubTest {
    private final ScrubbedStore store = new ScrubbedStore();

    /** The first block whose damage is of that kind. */
    private long firstBlock(What kind) {
        for (long offset : store.blocksThatCount()) {
            store.damage(offset);
            boolean is = store.verify().damages().stream().anyMatch(damage -> damage.what() == kind);
            store.damage(offset);
            if (is) {
                return offset;
            }
        }
        throw new AssertionError("no block whose damage is " + kind);
    }

    private List<SlabPlace> liveSlabsOf(int zone) {
        List<SlabPlace> slabs = new ArrayList<>();
        store.inspect(inspection -> {
            inspection.slabs(slab -> {
                if (slab.zone() == zone) {
                    slabs.add(slab);
                }
            });
            return null;
        });
        return slabs;
    }

    @Test
    void aSoundStoreNeedsNoScrub() {
        StoreScrub scrub = StoreScrub.of(store.verify());

        assertThat(scrub.isNeeded()).isFalse();
        assertThat(scrub.zones()).isEmpty();
        assertThat(ScrubReport.nothingMended(store.verify()).isSound()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = "SLAB", mode = EnumSource.Mode.EXCLUDE)
    void damageWithoutLossIsMendedAsAWhole(What kind) {
        store.damage(firstBlock(kind));

        ScrubReport report = store.scrub();

        assertThat(report.found().damages()).singleElement().satisfies(damage -> {
            assertThat(damage.what()).isEqualTo(kind);
            assertThat(report.isMended(damage)).isTrue();
        });
        assertThat(report.isSound()).isTrue();
        boolean isOfLog = kind == What.SUPERBLOCK_COPY || kind == What.LOG_COPY;
        assertThat(report.isLogRewritten()).isEqualTo(isOfLog);
        assertThat(report.zones()).hasSize(isOfLog ? 0 : 1);
        Verification after = store.verify();
        assertThat(after.isSound()).as(after.damages().toString()).isTrue();
        assertThat(after.objects()).isEqualTo(ScrubbedStore.objects().size());
        store.requireAllObjectsBut(List.of());
    }

    @Test
    void damageOfAllKindsAtOnceIsMendedButForTheSlab() {
        int zone = store.fullestZone();
        List<SlabPlace> ofZone = liveSlabsOf(zone);
        SlabPlace slab = ofZone.getFirst();
        List<Long> blocks = List.of(
                slab.offsetBytes(),
                store.extents(zone).getLast().summaryOffsetBytes(),
                firstBlock(What.SUPERBLOCK_COPY),
                firstBlock(What.LOG_COPY),
                firstBlock(What.ZONE_HEADER));
        blocks.forEach(store::damage);

        ScrubReport report = store.scrub();

        assertThat(report.isSound()).isFalse();
        assertThat(report.isLogRewritten()).isTrue();
        EvacuatedZone kept = report.zones().stream()
                .filter(each -> each.zone() == zone)
                .findFirst()
                .orElseThrow();
        assertThat(kept.outcome()).isEqualTo(Outcome.UNREADABLE);
        assertThat(kept.slabsMoved()).isEqualTo(ofZone.size() - 1);
        assertThat(kept.slabsLeft()).isEqualTo(1);
        assertThat(kept.reason()).contains("was rejected");
        // The lost slab stays in its place, with the zone and what is damaged there, and is reported again.
        assertThat(liveSlabsOf(zone)).containsExactly(slab);
        List<Damage> lost =
                report.found().damages().stream().filter(Damage::isLoss).toList();
        assertThat(store.verify().damages().stream().filter(Damage::isLoss)).isEqualTo(lost);
        assertThat(store.verify().damages())
                .allSatisfy(damage -> assertThat(damage.zone()).isEqualTo(zone));
        store.requireAllObjectsBut(lost);
    }

    @Test
    void aScrubOfWhatCannotBeMendedMovesNothingAgain() {
        int zone = store.fullestZone();
        SlabPlace slab = liveSlabsOf(zone).getLast();
        store.damage(slab.offsetBytes());
        store.damage(store.extents(zone).getFirst().summaryOffsetBytes());
        store.scrub();
        // There is no need of space then, either.
        fillTheDevice();

        ScrubReport again = store.scrub();

        assertThat(again.slabsMoved()).isZero();
        assertThat(again.zones())
                .singleElement()
                .extracting(EvacuatedZone::outcome)
                .isEqualTo(Outcome.UNREADABLE);
        // Once the application gives the slab up, nothing is damaged any more.
        store.use((tier, allocator) -> {
            allocator.closeEpoch(slab.epoch(), Disposition.DISCARD).join();
            allocator.sync().join();
        });
        assertThat(store.verify().isSound()).isTrue();
    }

    @Test
    void aSlabThatIsNotWhatWasWrittenNeedsNoScrub() {
        store.damage(firstBlock(What.SLAB));
        Verification found = store.verify();

        assertThat(StoreScrub.of(found).isNeeded()).isFalse();
        assertThat(ScrubReport.nothingMended(found).isSound()).isFalse();
        store.requireAllObjectsBut(found.damages());
    }

    @Test
    void slabsAreMovedOutOfAZoneInWhichABlockCannotBeRead() {
        int zone = store.fullestZone();
        List<SlabPlace> slabs = liveSlabsOf(zone);
        SlabPlace bad = slabs.get(slabs.size() / 2);
        // The tier below sees the damage as another one; what the device says is what the verification sees.
        store.damage(bad.offsetBytes());
        Verification found;
        try (SimulatedDevice device = new SimulatedDevice(store.medium, SimulatedFaults.NONE, 1);
                StoreInspection inspection = StoreInspection.of(new DeviceWithABadBlock(device, bad.offsetBytes()))) {
            found = inspection.verify(0, VerifyProgress.NONE);
        }
        StoreScrub scrub = StoreScrub.of(found);

        ScrubReport report = store.use(SimulatedFaults.NONE, (tier, allocator) -> scrub.mend(tier, MendProgress.NONE));

        assertThat(found.damages()).singleElement().satisfies(damage -> {
            assertThat(damage.slabId()).isEqualTo(bad.slabId());
            assertThat(damage.reason()).contains("can't be read");
        });
        assertThat(scrub.zones()).containsExactly(zone);
        assertThat(report.slabsMoved()).isEqualTo(slabs.size() - 1);
        assertThat(liveSlabsOf(zone)).containsExactly(bad);
        store.requireAllObjectsBut(found.damages());
    }

    @Test
    void aWriteThatFailsIsTriedElsewhere() {
        int zone = store.fullestZone();
        store.damage(store.extents(zone).getFirst().summaryOffsetBytes());
        int[] failing = {-1};
        SimulatedFaults oneZoneFails = (operation, in) -> {
            // The first zone that slabs are written to: the log's are written before, while the store opens.
            boolean isData = operation == SimulatedOperation.WRITE && failing[0] == -2;
            if (isData) {
                failing[0] = in;
            }
            return operation == SimulatedOperation.WRITE && in == failing[0] ? SimulatedFault.EIO : null;
        };
        StoreScrub scrub = StoreScrub.of(store.verify());

        ScrubReport report = store.use(oneZoneFails, (tier, allocator) -> {
            // What the log still writes beside is behind it.
            tier.checkpoint().join();
            failing[0] = -2;
            return scrub.mend(tier, MendProgress.NONE);
        });

        assertThat(failing[0]).isNotNegative();
        assertThat(report.isSound()).as(report.toString()).isTrue();
        assertThat(store.verify().isSound()).isTrue();
        store.requireAllObjectsBut(List.of());
    }

    @Test
    void aFullDeviceIsMendedWithTheReserveUnlessASlabIsLost() {
        int zone = store.fullestZone();
        fillTheDevice();
        List<Extent> extents = store.extents(zone);
        store.damage(extents.getFirst().summaryOffsetBytes());
        SlabPlace lost = liveSlabsOf(zone).getLast();
        store.damage(lost.offsetBytes());

        ScrubReport withALoss = store.scrub();

        assertThat(withALoss.zones()).singleElement().satisfies(each -> {
            assertThat(each.outcome()).isEqualTo(Outcome.NOT_WRITTEN);
            assertThat(each.reason()).contains("no empty zone to spare").contains("was rejected");
        });
        store.damage(lost.offsetBytes());
        assertThat(store.scrub().isSound()).isTrue();
        assertThat(store.verify().isSound()).isTrue();
        store.requireAllObjectsBut(List.of());
    }

    private void fillTheDevice() {
        store.use((tier, allocator) -> {
            assertThatThrownBy(() -> {
                        while (true) {
                            demoteSome(allocator);
                        }
                    })
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            DeviceException.class,
                            refusal -> assertThat(refusal.problem()).isEqualTo(DeviceException.Problem.FULL));
        });
    }

    private static void demoteSome(SlabAllocator allocator) {
        long epoch = allocator.currentEpoch();
        for (int i = 0; i < 100; i++) {
            allocator.allocateFrom(new byte[700], epoch);
        }
        allocator.advanceEpoch();
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
    }

    @Test
    void aZoneThatIsBeingWrittenIsLeftOut() {
        store.use((tier, allocator) -> {
            demoteSome(allocator);
            int written = tier.zoneMap().zones().stream()
                    .filter(zone -> zone.use() == ZoneUse.OPEN && zone.liveSlabs() > 0)
                    .map(zone -> zone.descriptor().index())
                    .findFirst()
                    .orElseThrow();
            long before = slabsIn(tier, written);

            assertThat(tier.evacuate(List.of(written)).join()).singleElement().satisfies(zone -> {
                assertThat(zone.outcome()).isEqualTo(Outcome.IN_USE);
                assertThat(zone.slabsLeft()).isEqualTo(before);
            });
        });
        store.requireAllObjectsBut(List.of());
    }

    private static long slabsIn(ZnsTier tier, int zone) {
        return tier.zoneMap().zones().get(zone).liveSlabs();
    }

    @Test
    void allZonesOfARunningStoreCanBeEmptiedOneAfterTheOther() {
        store.use((tier, allocator) -> {
            List<Integer> zones = tier.zoneMap().zones().stream()
                    .map(ZoneMap.Entry::descriptor)
                    .map(zone -> zone.index())
                    .toList();
            long live = tier.zoneMap().zones().stream()
                    .mapToLong(ZoneMap.Entry::liveSlabs)
                    .sum();

            List<EvacuatedZone> emptied = tier.evacuate(zones).join();

            assertThat(emptied).extracting(EvacuatedZone::zone).isEqualTo(zones);
            assertThat(emptied.stream()
                            .filter(zone -> zone.outcome() == Outcome.EMPTIED)
                            .mapToLong(EvacuatedZone::slabsMoved)
                            .sum())
                    .isGreaterThanOrEqualTo(live);
            allocator.sync().join();
        });
        assertThat(store.verify().isSound()).isTrue();
        store.requireAllObjectsBut(List.of());
    }
}
