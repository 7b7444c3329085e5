package io.znsslab.tier.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.Damage.What;
import io.znsslab.tier.inspect.InspectedZone;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.Verification;
import io.znsslab.tier.inspect.VerifyProgress;
import io.znsslab.tier.report.EvacuatedZone;
import io.znsslab.tier.report.EvacuatedZone.Outcome;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store in a device file, damaged in the file by hand, is mended, however few zones may be partly written. */
class ScrubOfAFileTest {
    private static final int BLOCK = 4096;
    private static final int OBJECTS = 2000;

    @TempDir
    private Path folder;

    private final Map<Long, byte[]> objects = new LinkedHashMap<>();

    private Path fill(int limit) {
        Path file = folder.resolve("device");
        FileZonedDevice.create(file, FileGeometry.of(1 << 20, 16).withLimits(limit, limit))
                .close();
        try (SlabAllocator allocator = open(file)) {
            SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < OBJECTS; i++) {
                byte[] payload = new byte[1 + random.nextInt(1000)];
                random.nextBytes(payload);
                objects.put(allocator.allocateFrom(payload, allocator.currentEpoch()), payload);
                if (i % 500 == 499) {
                    long epoch = allocator.currentEpoch();
                    allocator.advanceEpoch();
                    allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
                }
            }
        }
        return file;
    }

    private static SlabAllocator open(Path file) {
        return over(ZnsTier.builder(ZonedDevice.open(file)).open());
    }

    private static SlabAllocator over(ZnsTier tier) {
        return SlabAllocator.builder().limitBytes(32 << 20).coldTier(tier).build();
    }

    private static Verification verify(Path file) {
        try (StoreInspection inspection = StoreInspection.open(file)) {
            return inspection.verify(0, VerifyProgress.NONE);
        }
    }

    private static ScrubReport scrub(Path file) {
        StoreScrub scrub = StoreScrub.of(verify(file));
        ZnsTier tier = ZnsTier.builder(ZonedDevice.open(file)).open();
        try (SlabAllocator allocator = over(tier)) {
            assertThat(allocator.currentEpoch()).isNotNegative();
            return scrub.mend(tier, MendProgress.NONE);
        }
    }

    /** Changes a bit of a block, which is looked for by what the device reads at that offset. */
    private static void damage(Path file, long offsetBytes) throws IOException {
        byte[] block;
        try (Arena arena = Arena.ofConfined();
                ZonedDevice device = ZonedDevice.openReadOnly(file)) {
            MemorySegment buffer = arena.allocate(BLOCK, BLOCK);
            device.read(offsetBytes, buffer);
            block = buffer.toArray(ValueLayout.JAVA_BYTE);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer read = ByteBuffer.allocate(BLOCK);
            for (long at = 0; at < channel.size(); at += BLOCK) {
                read.clear();
                channel.read(read, at);
                if (Arrays.equals(read.array(), block)) {
                    read.array()[20] ^= 1;
                    channel.write(read.clear(), at);
                    return;
                }
            }
        }
        throw new AssertionError("the file does not hold what the device reads at " + offsetBytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 14, 0})
    void whatWasDamagedInTheFileIsMended(int limit) throws IOException {
        Path file = fill(limit);
        InspectedZone zone;
        long summary;
        try (StoreInspection inspection = StoreInspection.open(file)) {
            List<InspectedZone> data = inspection.zones().stream()
                    .filter(each -> each.use() == InspectedZone.Use.DATA)
                    .toList();
            zone = data.getFirst();
            summary = inspection
                    .extents(data.getLast().descriptor().index())
                    .getLast()
                    .summaryOffsetBytes();
        }
        damage(file, zone.descriptor().startBytes());
        damage(file, summary);

        ScrubReport mended = scrub(file);

        assertThat(mended.found().damages()).hasSize(2);
        assertThat(mended.isSound()).as(mended.toString()).isTrue();
        assertThat(mended.zones()).extracting(EvacuatedZone::outcome).containsOnly(Outcome.EMPTIED);
        Verification after = verify(file);
        assertThat(after.isSound()).as(after.damages().toString()).isTrue();
        assertThat(after.objects()).isEqualTo(OBJECTS);
        try (SlabAllocator allocator = open(file);
                Arena arena = Arena.ofConfined()) {
            MemorySegment payload = arena.allocate(allocator.largestPayloadBytes());
            objects.forEach((handle, bytes) -> {
                assertThat(allocator.read(handle, payload)).isGreaterThanOrEqualTo(bytes.length);
                assertThat(payload.asSlice(0, bytes.length).toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(bytes);
            });
        }
        assertThat(mended.found().damages().getFirst().what()).isEqualTo(What.ZONE_HEADER);
    }
}
