package io.znsslab.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.statistics.MemoryUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AllocatorMetricsTest {
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).build();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeEach
    void bind() {
        new AllocatorMetrics("orders", allocator).bindTo(registry);
    }

    @AfterEach
    void close() {
        registry.close();
        allocator.close();
    }

    @Test
    void metersFollowTheAllocator() {
        assertThat(counter("znsslab.epochs.closed")).isZero();
        long epoch = allocator.currentEpoch();
        for (int i = 0; i < 1000; i++) {
            allocator.allocate(100, epoch);
        }
        assertThat(gauge("znsslab.arena.limit")).isEqualTo(8 << 20);
        assertThat(gauge("znsslab.arena.resident")).isGreaterThanOrEqualTo(1000 * 128);
        assertThat(gauge("znsslab.arena.granted"))
                .isEqualTo((double) allocator.arenaUsage().grantedBytes());

        allocator.closeEpoch(epoch, Disposition.DISCARD).join();

        assertThat(counter("znsslab.epochs.closed")).isEqualTo(1);
        assertThat(counter("znsslab.epochs.drained.at.close")).isEqualTo(1);
        assertThat(counter("znsslab.epochs.slabs.returned"))
                .isEqualTo((double) allocator.epochStatistics().slabsReturned())
                .isPositive();
    }

    @Test
    void memoryHasAMeterForEachUse() {
        allocator.allocate(100, allocator.currentEpoch());
        MemoryUsage usage = allocator.memoryUsage();

        assertThat(gauge("znsslab.memory.limit")).isZero();
        assertThat(used("slabs")).isEqualTo((double) usage.slabBytes()).isPositive();
        assertThat(used("tables")).isEqualTo((double) usage.tableBytes()).isPositive();
        for (String use : new String[] {"segments", "scratch", "tier.buffers", "tier.cache"}) {
            assertThat(used(use)).as(use).isZero();
        }
    }

    private double used(String use) {
        return registry.get("znsslab.memory.used").tag("use", use).gauge().value();
    }

    @Test
    void everyCounterOfEverySizeClassHasAMeter() {
        allocator.allocate(100, allocator.currentEpoch());

        assertThat(classCounter("slots.claimed", 128)).isPositive();
        assertThat(classCounter("new.slabs", 128)).isEqualTo(1);
        assertThat(classCounter("new.slabs", 64)).isZero();
        for (int slotBytes : allocator.sizeClasses()) {
            for (String name : new String[] {
                "slots.claimed",
                "refills",
                "slow.path.hits",
                "new.slabs",
                "partial.to.full",
                "full.to.partial",
                "current.null",
                "current.full",
                "empties.recycled",
                "empties.overflowed"
            }) {
                assertThat(classCounter(name, slotBytes)).as(name).isNotNegative();
            }
        }
    }

    @Test
    void packedSlabsHaveMetersOfTheirOwn() {
        allocator.allocate(2000, allocator.currentEpoch());

        assertThat(classCounter("new.slabs", "packed")).isEqualTo(1);
        assertThat(classCounter("slots.claimed", "packed")).isEqualTo(252);
    }

    private double gauge(String name) {
        return registry.get(name).tag("allocator", "orders").gauge().value();
    }

    private double counter(String name) {
        return registry.get(name).tag("allocator", "orders").functionCounter().count();
    }

    private double classCounter(String name, int slotBytes) {
        return classCounter(name, Integer.toString(slotBytes));
    }

    private double classCounter(String name, String slotBytes) {
        return registry.get("znsslab.class." + name)
                .tag("allocator", "orders")
                .tag("slot.bytes", slotBytes)
                .functionCounter()
                .count();
    }
}
