package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.cold.SlabBatch;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Errors in code that the tier's threads call: each is the outcome of a single request, and ends no thread. */
class ErrorsInTierThreadsTest {
    private static final int SLAB = 4096;
    private static final long SECONDS = 20;

    private final TestSlabs slabs = new TestSlabs(SLAB);
    private final Arena arena = Arena.ofShared();
    private ZnsTier tier;

    @BeforeEach
    void openTier() {
        SimulatedMedium medium = new SimulatedMedium(FileGeometry.of(1 << 20, 16));
        tier = ZnsTier.builder(new SimulatedDevice(medium, SimulatedFaults.NONE, 1))
                .open();
        tier.attach(slabs);
    }

    @AfterEach
    void closeTier() {
        tier.close();
        slabs.close();
        arena.close();
    }

    private static SlabBatch throwing(SlabBatch batch, Error error) {
        return (SlabBatch) Proxy.newProxyInstance(
                SlabBatch.class.getClassLoader(), new Class<?>[] {SlabBatch.class}, (_, method, arguments) -> {
                    if (method.getName().equals("demoted")) {
                        throw error;
                    }
                    try {
                        return method.invoke(batch, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void anErrorOfTheOwnerAtTheHandOverFailsThatDemotionAlone() {
        Error error = new StackOverflowError("deliberate");
        assertThat(tier.demote(throwing(slabs.batch(50), error)))
                .failsWithin(SECONDS, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCause(error);
        assertThat(tier.demote(slabs.batch(50))).succeedsWithin(SECONDS, TimeUnit.SECONDS);
        assertThat(tier.sync()).succeedsWithin(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void anErrorOfAListenerEndsNoOtherRead() {
        TestSlabs.Batch batch = slabs.batch(10);
        assertThat(tier.demote(batch)).succeedsWithin(SECONDS, TimeUnit.SECONDS);
        TestSlabs.Slab slab = slabs.cold.get(batch.slabId(3));
        MemorySegment destination = arena.allocate(SLAB);
        for (int i = 0; i < 3; i++) {
            tier.read(slab.slabId(), slab.sizeClass(), slab.location(), arena.allocate(SLAB), _ -> {
                throw new OutOfMemoryError("deliberate");
            });
            assertThat(tier.read(slab.slabId(), slab.sizeClass(), slab.location(), destination))
                    .succeedsWithin(SECONDS, TimeUnit.SECONDS);
        }
        assertThat(destination.asSlice(64).mismatch(slab.page().asSlice(64))).isEqualTo(-1);
    }
}
