package io.znsslab.tier.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.HandleFormat;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.inspect.Damage.What;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A verification finds each damaged byte that counts, names its place, and finds nothing where there is nothing. */
class VerificationTest {
    private static final long FAST = 0;

    private final InspectedStore store = InspectedStore.filled(HandleFormat.WIDE);

    private Verification verify() {
        return store.inspect(inspection -> inspection.verify(FAST, VerifyProgress.NONE));
    }

    @Test
    void aSoundStoreIsReadAsAWholeAndFoundSound() {
        List<Long> told = new ArrayList<>();
        Verification verification = store.inspect(inspection -> inspection.verify(FAST, (done, total) -> {
            assertThat(done).isLessThanOrEqualTo(total);
            told.add(done);
        }));

        assertThat(verification.isSound()).as(verification.damages().toString()).isTrue();
        assertThat(verification.objects()).isEqualTo(store.live.size());
        assertThat(verification.slabs())
                .isEqualTo(store.inspect(StoreInspection::overview).found().slabs());
        assertThat(verification.extents()).isPositive();
        assertThat(told).isSorted().last().isEqualTo(verification.bytesRead());
    }

    @Test
    void aBitOfAnySlabIsFoundByZoneOffsetEpochAndSlab() {
        List<SlabPlace> slabs = new ArrayList<>();
        store.inspect(inspection -> {
            inspection.slabs(slabs::add);
            return null;
        });
        for (SlabPlace slab : slabs) {
            long at = slab.offsetBytes() + 64 + slab.slabId() % 4000;
            store.flip(at);
            Verification verification = verify();
            store.flip(at);

            assertThat(verification.damages()).singleElement().satisfies(damage -> {
                assertThat(damage.what()).isEqualTo(What.SLAB);
                assertThat(damage.isLoss()).isTrue();
                assertThat(damage.zone()).isEqualTo(slab.zone());
                assertThat(damage.offsetBytes()).isEqualTo(slab.offsetBytes());
                assertThat(damage.epoch()).isEqualTo(slab.epoch());
                assertThat(damage.slabId()).isEqualTo(slab.slabId());
                assertThat(damage.objects()).isEqualTo(slab.objects());
            });
            assertThat(verification.damagedSlabs()).isEqualTo(1);
            assertThat(verification.damagedObjects()).isEqualTo(slab.objects());
            assertThat(verification.objects()).isEqualTo(store.live.size() - slab.objects());
        }
    }

    @Test
    void aBitOfEachBlockThatCountsIsFound() {
        Map<What, Integer> found = new HashMap<>();
        List<InspectedZone> zones = store.inspect(StoreInspection::zones);
        LogRegion counting = store.inspect(StoreInspection::overview).log().stream()
                .filter(region -> region.state() == LogRegion.State.COUNTING)
                .findFirst()
                .orElseThrow();
        for (InspectedZone zone : zones) {
            int index = zone.descriptor().index();
            boolean counts =
                    zone.use() == InspectedZone.Use.DATA || counting.zones().contains(index);
            for (long at = 0; counts && at < zone.descriptor().writtenBytes(); at += InspectedStore.BLOCK) {
                long offset = zone.descriptor().startBytes() + at;
                store.flip(offset + 9);
                Verification verification = verify();
                store.flip(offset + 9);

                assertThat(verification.losses()).isEmpty();
                for (Damage damage : verification.damages()) {
                    assertThat(damage.zone()).isEqualTo(index);
                    assertThat(damage.offsetBytes()).isEqualTo(offset);
                    found.merge(damage.what(), 1, Integer::sum);
                }
            }
        }
        assertThat(found).containsKeys(What.values());
        assertThat(verify().isSound()).isTrue();
    }

    @Test
    void slabsAreFoundBehindADamagedSummary() {
        List<Extent> sound = new ArrayList<>();
        store.inspect(inspection -> {
            inspection
                    .zones()
                    .forEach(zone ->
                            sound.addAll(inspection.extents(zone.descriptor().index())));
            return null;
        });
        int zone = sound.stream()
                .filter(extent -> sound.stream()
                                .filter(other -> other.zone() == extent.zone())
                                .count()
                        > 1)
                .findFirst()
                .orElseThrow()
                .zone();
        List<Extent> ofZone =
                sound.stream().filter(extent -> extent.zone() == zone).toList();
        store.flip(ofZone.getLast().summaryOffsetBytes() + 9);

        List<Extent> found = store.inspect(inspection -> inspection.extents(zone));

        assertThat(found).hasSameSizeAs(ofZone);
        assertThat(found.subList(0, found.size() - 1)).isEqualTo(ofZone.subList(0, ofZone.size() - 1));
        assertThat(found.getLast().damage()).isNotNull();
    }

    @Test
    void aRateHoldsTheReadingBack() {
        long bytes = verify().bytesRead();

        Verification slow = store.inspect(inspection -> inspection.verify(bytes * 5, VerifyProgress.NONE));

        assertThat(slow.nanos()).isGreaterThanOrEqualTo(190_000_000);
    }

    @Test
    void anInterruptEndsASlowVerification() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> store.inspect(inspection -> inspection.verify(1, VerifyProgress.NONE)))
                    .isInstanceOf(ZnsSlabException.class)
                    .hasMessageContaining("interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
