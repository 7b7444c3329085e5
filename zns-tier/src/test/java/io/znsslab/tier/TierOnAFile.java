package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of a tier on a small device file have in common: no allocator stands above it, but {@link TestSlabs}. */
abstract class TierOnAFile {
    static final int SLAB = 4096;
    static final FileGeometry SMALL = FileGeometry.of(1 << 20, 16);

    @TempDir
    Path folder;

    final Arena arena = Arena.ofShared();
    final TestSlabs slabs = new TestSlabs(SLAB);

    @AfterEach
    void freeMemory() {
        slabs.close();
        arena.close();
    }

    ZnsTier openTier(FileGeometry shape) {
        ZnsTier tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), shape))
                .open();
        tier.attach(slabs);
        return tier;
    }

    void assertReadable(ZnsTier tier, TestSlabs.Slab slab) {
        MemorySegment destination = Arena.ofAuto().allocate(slab.page().byteSize(), 4096);
        tier.read(slab.slabId(), slab.sizeClass(), slab.location(), destination).join();
        assertSame(destination, slab);
    }

    static void assertSame(MemorySegment image, TestSlabs.Slab slab) {
        assertThat(image.asSlice(64).mismatch(slab.page().asSlice(64))).isEqualTo(-1);
    }
}
