package io.znsslab.core.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.ArenaFullException;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.Handle;
import io.znsslab.core.RecordedWarnings;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.WrappedTier;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.patched.Concurrently;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tier makes slab ids and epoch numbers durable before the allocator uses them. */
class ReservationTest {
    private final RecordedWarnings warnings = new RecordedWarnings(DurableReservations.class);
    private final ZnsSlabException full = new ZnsSlabException("the log is full");

    private final List<Long> idsWanted = new ArrayList<>();
    private final List<Long> idsAnnounced = new ArrayList<>();
    private final List<Long> epochsWanted = new ArrayList<>();
    private Runnable whileReserving = () -> {};
    private boolean fails;
    private SlabAllocator allocator;

    private final WrappedTier tier = new WrappedTier() {
        @Override
        public long reserveSlabIds(long wanted) {
            idsWanted.add(wanted);
            if (fails) {
                throw full;
            }
            return wanted + 64;
        }

        @Override
        public void expectSlabIds(long wanted) {
            idsAnnounced.add(wanted);
        }

        @Override
        public long reserveEpochs(long wanted) {
            epochsWanted.add(wanted);
            if (fails) {
                throw full;
            }
            whileReserving.run();
            return wanted + 4;
        }
    };

    @BeforeEach
    void open() {
        allocator = SlabAllocator.builder().limitBytes(4 << 20).coldTier(tier).build();
    }

    @AfterEach
    void checkAndClose() {
        allocator.checkInvariants();
        allocator.close();
        warnings.close();
    }

    private long fillSlab() {
        long handle = 0;
        for (int i = 0; i < 31; i++) {
            handle = allocator.allocate(100, allocator.currentEpoch());
        }
        return handle;
    }

    @Test
    void idsAreReservedBeforeTheyAreIssued() {
        assertThat(idsWanted).isEmpty();
        for (int slab = 1; slab <= 200; slab++) {
            long id = Handle.decode(fillSlab()).slabId();
            assertThat(id).isLessThan(idsWanted.getLast() + 64);
        }
        assertThat(idsWanted).containsExactly(1L, 65L, 129L, 193L);
    }

    @Test
    void moreIdsAreAnnouncedWhenHalfOfThoseReservedAreTaken() {
        for (int slab = 1; slab <= 200; slab++) {
            fillSlab();
            if (!idsAnnounced.isEmpty()) {
                assertThat(idsAnnounced.getLast()).isEqualTo(idsWanted.getLast() + 64);
            }
        }
        assertThat(idsAnnounced).containsExactly(65L, 129L, 193L, 257L);
    }

    @Test
    void withoutAReservationNoIdIsLeftForTheMoment() {
        fails = true;
        assertThat(allocator.allocate(100, 0)).isEqualTo(Handle.IDS_EXHAUSTED);
        assertThat(allocator.allocate(100, 0)).isEqualTo(Handle.IDS_EXHAUSTED);
        assertThat(idsWanted).containsExactly(1L, 1L);
        assertThat(warnings.messages()).hasSize(2).contains("no new slab can be named, from id 1 on: the log is full");
        fails = false;
        assertThat(Handle.decode(allocator.allocate(100, 0)).slabId()).isEqualTo(1);
    }

    @Test
    void aDomainSaysThatNoIdIsLeft() {
        try (EpochDomain domain = allocator.openDomain()) {
            fails = true;
            assertThatThrownBy(() -> domain.allocate(100))
                    .isInstanceOf(ArenaFullException.class)
                    .hasMessage("no slab id is left in the handle format; build the allocator with HandleFormat.WIDE");
            fails = false;
        }
    }

    @Test
    void epochsAreReservedBeforeTheyAreOpened() {
        assertThat(epochsWanted).containsExactly(0L);
        for (int epoch = 1; epoch < 9; epoch++) {
            allocator.advanceEpoch();
            assertThat(allocator.currentEpoch()).isLessThan(epochsWanted.getLast() + 4);
        }
        assertThat(epochsWanted).containsExactly(0L, 4L, 8L);
    }

    @Test
    void domainsReserveEpochsToo() {
        for (int round = 0; round < 3; round++) {
            try (EpochDomain domain = allocator.openDomain()) {
                domain.allocate(8);
                assertThat(domain.epoch()).isLessThan(epochsWanted.getLast() + 4);
            }
        }
        assertThat(epochsWanted).contains(0L).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void othersOpenAndCloseEpochsWhileMoreAreBeingReserved() {
        long[] byAnother = {-1};
        whileReserving = () -> {
            whileReserving = () -> {};
            byAnother[0] = Concurrently.run(() -> {
                try (EpochDomain domain = allocator.openDomain()) {
                    return domain.epoch();
                }
            });
        };
        for (int epoch = 1; epoch <= 4; epoch++) {
            allocator.advanceEpoch();
        }
        assertThat(byAnother[0]).isEqualTo(4);
        assertThat(allocator.currentEpoch()).isEqualTo(5);
        assertThat(epochsWanted).containsExactly(0L, 4L, 4L);
    }

    @Test
    void anEpochThatCannotBeReservedIsNotOpened() {
        allocator.advanceEpoch();
        allocator.advanceEpoch();
        allocator.advanceEpoch();
        fails = true;
        assertThatThrownBy(allocator::advanceEpoch).isSameAs(full);
        assertThat(allocator.currentEpoch()).isEqualTo(3);
        assertThatThrownBy(() -> allocator.allocate(100, 4)).hasMessageContaining("epoch 4 was never opened");
        fails = false;
        assertThat(allocator.advanceEpoch()).isEqualTo(4);
    }
}
