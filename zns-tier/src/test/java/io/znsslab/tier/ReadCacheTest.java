package io.znsslab.tier;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads with a cache that leave slabs on the tier, through a real allocator. */
class ReadCacheTest {
    private static final int PAYLOAD = 1000;
    private static final int OBJECTS = 300;

    @TempDir
    Path folder;

    private ZnsTier tier;
    private SlabAllocator allocator;
    private final long[] handles = new long[OBJECTS];
    private final Arena arena = Arena.ofShared();
    private final MemorySegment copy = arena.allocate(PAYLOAD, Long.BYTES);

    @BeforeEach
    void demoteSomeObjects() {
        tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), FileGeometry.of(1 << 20, 8)))
                .readCacheBytes(1 << 20)
                .open();
        allocator = SlabAllocator.builder()
                .limitBytes(8 << 20)
                .sizeClasses(PAYLOAD + 8)
                .coldTier(tier)
                .build();
        for (int i = 0; i < OBJECTS; i++) {
            handles[i] = allocator.allocate(PAYLOAD, 0);
            allocator.resolve(handles[i]).set(JAVA_LONG, 0, handles[i]);
        }
        allocator.closeEpoch(0, Disposition.DEMOTE).join();
    }

    @AfterEach
    void close() {
        allocator.close();
        arena.close();
    }

    private void requireReadable(long handle) {
        assertThat(allocator.read(handle, copy)).isEqualTo(PAYLOAD);
        assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(handle);
    }

    @Test
    void objectsOfASlabThatWasReadAreReadFromMemory() {
        for (long handle : handles) {
            requireReadable(handle);
        }
        assertThat(tier.statistics().reads().slabsRead()).isEqualTo(OBJECTS / 4);
        assertThat(tier.statistics().cache().misses()).isEqualTo(OBJECTS / 4);
        assertThat(tier.statistics().cache().hits()).isEqualTo(OBJECTS * 3 / 4);
        assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.COLD);
    }

    @Test
    void staleStaysStaleAndADeadSlabLeavesTheCache() {
        for (long handle : handles) {
            requireReadable(handle);
        }
        long cached = tier.statistics().cache().slabs();
        assertThat(allocator.free(handles[0])).isTrue();
        assertThat(allocator.read(handles[0], copy)).isEqualTo(-1);
        requireReadable(handles[1]);
        for (int i = 1; i < 4; i++) {
            assertThat(allocator.free(handles[i])).isTrue();
            assertThat(allocator.read(handles[i], copy)).isEqualTo(-1);
        }
        assertThat(tier.statistics().cache().slabs()).isEqualTo(cached - 1);
        allocator.closeEpoch(0, Disposition.DISCARD).join();
        assertThat(tier.statistics().cache().slabs()).isZero();
        for (long handle : handles) {
            assertThat(allocator.read(handle, copy)).isEqualTo(-1);
        }
    }

    @Test
    void aSlabThatWasPromotedAndChangedIsReadAsItIs() {
        requireReadable(handles[0]);
        allocator.resolve(handles[0]).set(JAVA_LONG, 0, 77);
        assertThat(allocator.read(handles[0], copy)).isEqualTo(PAYLOAD);
        assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(77);
        allocator.closeEpoch(0, Disposition.DEMOTE).join();
        assertThat(allocator.tierOf(handles[0])).isEqualTo(Tier.COLD);
        for (int i = 0; i < 3; i++) {
            assertThat(allocator.read(handles[0], copy)).isEqualTo(PAYLOAD);
            assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(77);
        }
    }

    @Test
    void readingWithoutWaitingCopiesTheSame() {
        for (int i = 0; i < OBJECTS; i++) {
            assertThat(allocator.readAsync(handles[i], copy).join()).isEqualTo(PAYLOAD);
            assertThat(copy.get(JAVA_LONG, 0)).isEqualTo(handles[i]);
        }
        assertThat(allocator.free(handles[5])).isTrue();
        assertThat(allocator.readAsync(handles[5], copy).join()).isEqualTo(-1);
        allocator.resolve(handles[6]);
        assertThat(allocator.readAsync(handles[6], copy).join()).isEqualTo(PAYLOAD);
        assertThat(allocator.readAsync(0x123456789abcdefL, copy).join()).isEqualTo(-1);
    }
}
