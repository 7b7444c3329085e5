package io.znsslab.tier.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.format.Mutations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Damages the device file's header and zone table, and makes the checksums right again in half of the runs.
 * {@code -Dfuzz.inputs=} and {@code -Dseed=} change the number of inputs and their seed.
 */
class FileTableFuzzTest {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 20_000);
    private static final long SEED = Long.getLong("seed", 1);
    private static final FileGeometry SHAPE = FileGeometry.of(1 << 20, 16).withLimits(3, 4);
    private static final int HEADER_BYTES = 56;

    private final Mutations mutations = new Mutations(SEED);

    @Test
    void noHeaderIsTakenForAnImpossibleShape() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sound = arena.allocate(FileHeaderLayout.BLOCK_BYTES, 4096);
            MemorySegment spoiled = arena.allocate(FileHeaderLayout.BLOCK_BYTES, 4096);
            ByteBuffer view = spoiled.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            FileHeaderLayout.write(sound, SHAPE, FileHeaderLayout.VERSION);
            int accepted = 0;
            for (int i = 0; i < INPUTS; i++) {
                spoiled.copyFrom(sound);
                mutations.spoil(view, 0, HEADER_BYTES);
                boolean resealed = mutations.coin();
                if (resealed) {
                    seal(spoiled, 52);
                }
                try {
                    // An accepted header satisfies the geometry's own rules.
                    FileGeometry shape = FileHeaderLayout.read(spoiled, "fuzzed");
                    accepted++;
                    assertThat(resealed || shape.equals(SHAPE))
                            .as("input %d of -Dseed=%d", i, SEED)
                            .isTrue();
                    assertThat(FileHeaderLayout.dataOffset(shape.zoneCount())).isPositive();
                } catch (DeviceException e) {
                    assertThat(e.problem()).isIn(Problem.NOT_ZONED, Problem.FOREIGN, Problem.CORRUPT);
                }
            }
            assertThat(accepted).isPositive();
        }
    }

    @Test
    void noEntryIsTakenForAnImpossibleZone() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sound = arena.allocate(4L * ZoneEntryLayout.LENGTH, 4096);
            MemorySegment spoiled = arena.allocate(4L * ZoneEntryLayout.LENGTH, 4096);
            ByteBuffer view = spoiled.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer soundView = sound.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            ZoneEntryBatch batch = new ZoneEntryBatch();
            ZoneCondition[] conditions = ZoneCondition.values();
            int accepted = 0;
            for (int i = 0; i < INPUTS; i++) {
                for (int zone = 0; zone < 4; zone++) {
                    ZoneCondition condition = conditions[mutations.below(conditions.length)];
                    ZoneEntryLayout.write(soundView, zone, zone, condition, zone * 4096L, i);
                }
                spoiled.copyFrom(sound);
                int zone = mutations.below(4);
                mutations.spoil(view, zone * ZoneEntryLayout.LENGTH, ZoneEntryLayout.LENGTH);
                boolean changed = spoiled.mismatch(sound) != -1;
                boolean resealed = mutations.coin();
                if (resealed) {
                    seal(spoiled.asSlice((long) zone * ZoneEntryLayout.LENGTH, ZoneEntryLayout.LENGTH), 28);
                }
                batch.load(spoiled, 0, 4);
                boolean valid = batch.isValid(zone);
                if (valid) {
                    accepted++;
                    assertThat(batch.condition(zone)).isNotNull();
                    assertThat(batch.writtenBytes(zone)).isNotNegative();
                    assertThat(resealed || !changed)
                            .as("input %d of -Dseed=%d", i, SEED)
                            .isTrue();
                }
            }
            assertThat(accepted).isPositive();
        }
    }

    private static void seal(MemorySegment structure, int crcOffset) {
        CRC32C crc = new CRC32C();
        crc.update(structure.asSlice(0, crcOffset).asByteBuffer());
        structure.set(
                ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), crcOffset, (int) crc.getValue());
    }
}
