package io.znsslab.tier;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slabs larger than the device's largest transfer. */
class SmallTransfersTest {
    private static final int PAYLOAD = 760;
    private static final int OBJECTS = 900;

    private final SimulatedMedium medium =
            new SimulatedMedium(FileGeometry.of(512 << 10, 16).withLimits(4, 5));
    private final List<Long> handles = new ArrayList<>();

    private SlabAllocator open(int transferBytes, int slabBytes) {
        SimulatedDevice device = new SimulatedDevice(medium, SimulatedFaults.NONE, 1, transferBytes);
        return SlabAllocator.builder()
                .limitBytes(16 << 20)
                .slabBytes(slabBytes)
                .coldTier(ZnsTier.builder(device).parallelZones(2).open())
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 4096",
        "4096, 8192",
        "4096, 16384",
        "4096, 65536",
        "8192, 4096",
        "8192, 16384",
        "8192, 65536",
        "126976, 4096",
        "126976, 32768",
        "126976, 65536"
    })
    void areReadBackAsTheyWereWritten(int transferBytes, int slabBytes) {
        try (SlabAllocator store = open(transferBytes, slabBytes)) {
            for (int i = 0; i < OBJECTS; i++) {
                long handle = store.allocate(PAYLOAD, 0);
                MemorySegment object = store.resolve(handle);
                object.set(JAVA_LONG, 0, handle);
                object.set(JAVA_LONG, PAYLOAD - 8, ~handle);
                handles.add(handle);
            }
            store.advanceEpoch();
            store.closeEpoch(0, Disposition.DEMOTE).join();
            requireThere(store);
        }
        try (SlabAllocator store = open(transferBytes, slabBytes)) {
            requireThere(store);
        }
    }

    private void requireThere(SlabAllocator store) {
        try (Arena arena = Arena.ofShared()) {
            List<MemorySegment> copies = new ArrayList<>();
            List<CompletableFuture<Integer>> reads = new ArrayList<>();
            for (long handle : handles) {
                assertThat(store.tierOf(handle)).isEqualTo(Tier.COLD);
                MemorySegment copy = arena.allocate(PAYLOAD, 8);
                copies.add(copy);
                // In both ways: by the reading thread, and by the caller.
                reads.add(copies.size() % 2 == 0 ? store.readAsync(handle, copy) : now(store, handle, copy));
            }
            for (int i = 0; i < handles.size(); i++) {
                assertThat(reads.get(i).join()).isEqualTo(PAYLOAD);
                assertThat(copies.get(i).get(JAVA_LONG, 0)).isEqualTo(handles.get(i));
                assertThat(copies.get(i).get(JAVA_LONG, PAYLOAD - 8)).isEqualTo(~handles.get(i));
            }
        }
    }

    private static CompletableFuture<Integer> now(SlabAllocator store, long handle, MemorySegment copy) {
        return CompletableFuture.completedFuture(store.read(handle, copy));
    }
}
