package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.statistics.MemoryUsage;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A memory limit over an allocator and a tier on a device. */
class TierMemoryTest {
    private static final int LIMIT = 24 << 20;
    private static final int PAYLOAD = 1000;
    private static final int OBJECTS = 8000;

    @TempDir
    private Path folder;

    private int devices;

    private Path newDevice() {
        Path file = folder.resolve("zones" + devices++);
        FileZonedDevice.create(file, FileGeometry.of(4 << 20, 16)).close();
        return file;
    }

    private static SlabAllocator open(Path file, long limit, UnaryOperator<ZnsTierBuilder> settings) {
        ZnsTier tier = settings.apply(ZnsTier.builder(ZonedDevice.open(file))).open();
        return SlabAllocator.builder().memoryLimit(limit).coldTier(tier).build();
    }

    private MemoryUsage usage(UnaryOperator<ZnsTierBuilder> settings) {
        try (SlabAllocator allocator = open(newDevice(), 64 << 20, settings)) {
            return allocator.memoryUsage();
        }
    }

    @Test
    void whatTheTierTakesFollowsFromItsSettings() {
        MemoryUsage usual = usage(builder -> builder);

        assertThat(usual.tierBufferBytes()).isBetween(2L * 5 * (512 << 10) + 128 * 4096, 16L << 20);
        assertThat(usual.tierCacheBytes()).isZero();
        assertThat(usage(builder -> builder.readCacheBytes(3 << 20)).tierCacheBytes())
                .isEqualTo(3 << 20);
        assertThat(usage(builder -> builder.readDepth(256)).tierBufferBytes() - usual.tierBufferBytes())
                .isBetween(128 * 4096L, 160 * 4096L);
        assertThat(usage(builder -> builder.writeBytes(1 << 20)).tierBufferBytes() - usual.tierBufferBytes())
                .isEqualTo(2L * 5 * (512 << 10));
        assertThat(usual.tierBufferBytes()
                        - usage(builder -> builder.parallelZones(2)).tierBufferBytes())
                .isGreaterThanOrEqualTo(2L * 2 * (512 << 10));
    }

    @Test
    void alwaysBelowTheLimitWhileObjectsAreDemotedReadAndFoundAgainAfterARestart() {
        Path file = newDevice();
        List<Long> handles = new ArrayList<>();
        try (SlabAllocator allocator = open(file, LIMIT, builder -> builder.readCacheBytes(1 << 20))) {
            for (int round = 0; round < 5; round++) {
                long epoch = allocator.currentEpoch();
                for (int i = 0; i < OBJECTS / 5; i++) {
                    long handle = allocator.allocate(PAYLOAD, epoch);
                    assertThat(Handle.isHandle(handle)).isTrue();
                    handles.add(handle);
                }
                allocator.advanceEpoch();
                allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
                assertWithinTheLimit(allocator);
            }
            readAll(allocator, handles);
            allocator.sync().join();
        }
        try (SlabAllocator allocator = open(file, LIMIT, builder -> builder)) {
            assertThat(allocator.memoryUsage().tableBytes()).isGreaterThan(handles.size() / 4 * 20L);
            readAll(allocator, handles);
        }
    }

    private static void readAll(SlabAllocator allocator, List<Long> handles) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(PAYLOAD);
            for (long handle : handles) {
                assertThat(allocator.read(handle, copy)).isEqualTo(PAYLOAD);
            }
        }
        assertWithinTheLimit(allocator);
    }

    private static void assertWithinTheLimit(SlabAllocator allocator) {
        MemoryUsage usage = allocator.memoryUsage();
        assertThat(usage.usedBytes()).as(usage::toString).isLessThanOrEqualTo(usage.limitBytes());
    }

    @Test
    void aLimitThatTheTierAloneExceedsIsRefusedInOneSentenceAndLeavesTheDeviceFree() {
        Path file = newDevice();

        assertThatThrownBy(() -> open(file, 1 << 20, builder -> builder.readCacheBytes(1 << 20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "memory limit 1048576: too small, the least that works is \\d+, of which the cold tier"
                                + " takes \\d+ for buffers and 1048576 for its read cache");
        try (SlabAllocator allocator = open(file, LIMIT, builder -> builder)) {
            assertThat(Handle.isHandle(allocator.allocate(PAYLOAD, allocator.currentEpoch())))
                    .isTrue();
        }
    }
}
