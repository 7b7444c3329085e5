package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.tier.device.FileGeometry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** An image that is damaged, or is not the one that a reader asks for, is never returned. */
class ForgedImagesTest extends TierOnAFile {
    @Test
    void everyFlippedBitOfAnImageIsNoticed() throws IOException {
        Path path = folder.resolve("zones");
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(3);
            tier.demote(batch).join();
            TestSlabs.Slab slab = slabs.cold.get(batch.slabId(1));
            long offset = (1 << 20) + slab.location() * 4096;
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                for (int at = 0; at < SLAB; at += at < 64 ? 1 : 61) {
                    flip(file, offset + at);
                    assertCorrupt(tier, slab.slabId(), slab.sizeClass(), slab.location());
                    flip(file, offset + at);
                }
            }
            assertReadable(tier, slab);
            assertThat(tier.statistics().reads().corruptSlabs()).isGreaterThan(100);
        }
    }

    @Test
    void exchangedImagesAreNoticed() throws IOException {
        Path path = folder.resolve("zones");
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(8);
            tier.demote(batch).join();
            TestSlabs.Slab one = slabs.cold.get(batch.slabId(0));
            TestSlabs.Slab other = slabs.cold.get(batch.slabId(4));
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                byte[] first = bytesAt(file, one);
                byte[] second = bytesAt(file, other);
                write(file, one, second);
                write(file, other, first);
            }

            assertCorrupt(tier, one.slabId(), one.sizeClass(), one.location());
            assertCorrupt(tier, other.slabId(), other.sizeClass(), other.location());
            // A read that expects what is really there shows that the location holds another slab.
            assertCorrupt(tier, other.slabId(), other.sizeClass(), one.location());
        }
    }

    @Test
    void anImageOfTheZonesFormerIncarnationIsNoticed() throws IOException {
        Path path = folder.resolve("zones");
        try (ZnsTier tier = openTier(FileGeometry.of(1 << 20, 3))) {
            TestSlabs.Batch former = slabs.batch(252);
            tier.demote(former).join();
            TestSlabs.Slab old = slabs.cold.get(former.slabId(20));
            byte[] image;
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
                image = bytesAt(file, old);
            }
            for (int i = 0; i < former.size(); i++) {
                tier.release(
                        former.slabId(i), slabs.cold.remove(former.slabId(i)).location());
            }
            TestSlabs.Batch present = slabs.batch(60);
            tier.demote(present).join();
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                write(file, old, image);
            }

            assertCorrupt(tier, old.slabId(), old.sizeClass(), old.location());
        }
    }

    @Test
    void theWrongSlabOrClassIsRefusedAtTheRightLocation() {
        try (ZnsTier tier = openTier(SMALL)) {
            TestSlabs.Batch batch = slabs.batch(2);
            tier.demote(batch).join();
            TestSlabs.Slab slab = slabs.cold.get(batch.slabId(0));

            assertCorrupt(tier, slab.slabId() + 1, slab.sizeClass(), slab.location());
            assertCorrupt(tier, slab.slabId(), slab.sizeClass() + 1, slab.location());
            assertReadable(tier, slab);
        }
    }

    private void assertCorrupt(ZnsTier tier, long slabId, int sizeClass, long location) {
        MemorySegment destination = arena.allocate(SLAB).fill((byte) 3);
        assertThatThrownBy(() ->
                        tier.read(slabId, sizeClass, location, destination).join())
                .cause()
                .isInstanceOf(CorruptSlabException.class)
                .hasMessageContaining("location " + location);
        assertThat(destination.mismatch(arena.allocate(SLAB).fill((byte) 3))).isEqualTo(-1);
    }

    private static byte[] bytesAt(RandomAccessFile file, TestSlabs.Slab slab) throws IOException {
        byte[] bytes = new byte[SLAB];
        file.seek((1 << 20) + slab.location() * 4096);
        file.readFully(bytes);
        return bytes;
    }

    private static void write(RandomAccessFile file, TestSlabs.Slab slab, byte[] bytes) throws IOException {
        file.seek((1 << 20) + slab.location() * 4096);
        file.write(bytes);
    }

    private static void flip(RandomAccessFile file, long position) throws IOException {
        file.seek(position);
        int value = file.read();
        file.seek(position);
        file.write(value ^ 0x04);
    }
}
