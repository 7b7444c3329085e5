package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.SlabAllocator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Device files that programs of earlier format versions have written: twelve zones of 64 KiB, with three epochs of 24
 * objects. Two objects of each were freed, epoch 1 was discarded, the store closed in order. Version 4 knew no packed
 * slabs, and version 5, whose store has an epoch of five larger objects as well, no root; version 6, whose store has a
 * root of 1,500 bytes besides, no epochs that expire.
 */
class FormerVersionTest {
    private static final int OBJECTS = 24;
    private static final int[] BYTES = {8, 16, 32, 64, 128, 760};

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void unpack() throws IOException {
        unpack(4);
    }

    private void unpack(int version) throws IOException {
        path = folder.resolve("zones-" + version);
        try (InputStream packed = getClass().getResourceAsStream("store-of-version-" + version + ".base64")) {
            byte[] bytes = Base64.getMimeDecoder().decode(packed.readAllBytes());
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(path, new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes());
        }
    }

    private SlabAllocator open() {
        return SlabAllocator.builder()
                .limitBytes(16 << 20)
                .coldTier(ZnsTier.open(path))
                .build();
    }

    /** The handle of an object: slabs have ids from 1 on, of four classes in each epoch. */
    private static long handle(int epoch, int object) {
        int kind = object % BYTES.length;
        int slab = 4 * epoch + Math.max(0, kind - 2);
        int slot = kind < 3 ? object / BYTES.length * 3 + kind : object / BYTES.length;
        return 0x4_0000_0402L + ((long) slab << 34) + 4L * slot;
    }

    private static boolean wasFreed(int epoch, int object) {
        return epoch == 1 || object == 3 || object == 17;
    }

    /** Checks all objects. Returns how many were read. */
    private static int check(SlabAllocator store) {
        int found = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(store.largestPayloadBytes());
            for (int epoch = 0; epoch < 3; epoch++) {
                for (int object = 0; object < OBJECTS; object++) {
                    long handle = handle(epoch, object);
                    int bytes = store.read(handle, copy);
                    if (wasFreed(epoch, object)) {
                        assertThat(bytes).as("0x%x", handle).isEqualTo(-1);
                    } else {
                        assertThat(bytes).as("0x%x", handle).isGreaterThanOrEqualTo(BYTES[object % BYTES.length]);
                        for (int at = 0; at < BYTES[object % BYTES.length]; at++) {
                            assertThat(copy.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) (epoch * 31 + object));
                        }
                        found++;
                    }
                }
            }
        }
        return found;
    }

    @Test
    void aStoreOfTheVersionBeforeOpensAsBefore() {
        try (SlabAllocator store = open()) {
            assertThat(check(store)).isEqualTo(2 * (OBJECTS - 2));
        }
        try (SlabAllocator store = open()) {
            assertThat(check(store)).isEqualTo(2 * (OBJECTS - 2));
        }
    }

    @Test
    void aStoreOfTheVersionBeforeTakesPackedSlabs() {
        Map<Long, Integer> large = new LinkedHashMap<>();
        try (SlabAllocator store = open()) {
            long epoch = store.currentEpoch();
            for (int bytes = 761; bytes <= store.largestPayloadBytes(); bytes += 97) {
                long handle = store.allocate(bytes, epoch);
                store.resolve(handle).fill((byte) bytes);
                large.put(handle, bytes);
            }
            store.advanceEpoch();
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
        try (SlabAllocator store = open()) {
            assertThat(check(store)).isEqualTo(2 * (OBJECTS - 2));
            large.forEach((handle, bytes) -> {
                MemorySegment payload = store.resolve(handle);
                assertThat(payload.byteSize()).isEqualTo((long) bytes);
                assertThat(payload.get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo((byte) (int) bytes);
            });
        }
    }

    @Test
    void aStoreOfVersion5OpensAsBeforeAndTakesARoot() throws IOException {
        unpack(5);
        byte[] root = {1, 2, 3};
        try (SlabAllocator store = open()) {
            assertThat(store.root()).isEmpty();
            assertThat(check(store)).isEqualTo(2 * (OBJECTS - 2));
            store.setRoot(root);
        }
        for (int opening = 0; opening < 2; opening++) {
            try (SlabAllocator store = open()) {
                assertThat(store.root()).isEqualTo(root);
                assertThat(check(store)).isEqualTo(2 * (OBJECTS - 2));
                List<Long> sizes = new ArrayList<>();
                var _ = store.walk(3).forEach((_, payload) -> {
                    sizes.add(payload.byteSize());
                    assertThat(payload.get(ValueLayout.JAVA_BYTE, payload.byteSize() - 1))
                            .isEqualTo((byte) (payload.byteSize() / 100));
                });
                assertThat(sizes).containsExactlyInAnyOrder(1000L, 1500L, 2000L, 2500L, 3000L);
                assertThat(store.epochInfo(3).label()).isEqualTo("packed");
            }
        }
    }

    @Test
    void aStoreOfVersion6OpensAsBeforeAndItsEpochsExpireOnceThatIsSaid() throws IOException {
        unpack(6);
        byte[] root = new byte[1500];
        for (int i = 0; i < root.length; i++) {
            root[i] = (byte) (i * 7);
        }
        Instant expires = Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MILLIS);
        try (SlabAllocator store = open()) {
            assertThat(store.root()).isEqualTo(root);
            assertThat(check(store)).isEqualTo(2 * (OBJECTS - 2));
            assertThat(store.epochs())
                    .extracting(EpochInfo::expires)
                    .allSatisfy(end -> assertThat(end).isEmpty());
            store.discardAt(3, expires);
        }
        for (int opening = 0; opening < 2; opening++) {
            try (SlabAllocator store = open()) {
                assertThat(store.root()).isEqualTo(root);
                assertThat(check(store)).isEqualTo(2 * (OBJECTS - 2));
                assertThat(store.epochInfo(2).expires()).isEmpty();
                assertThat(store.epochInfo(3).expires()).contains(expires);
            }
        }
    }

    /** Programs of versions 4 to 6 know no later version, and name one that they meet. */
    @Test
    void whatIsWrittenNowIsOfAnotherVersion() throws IOException {
        open().close();

        byte[] device = Files.readAllBytes(path);
        byte[] magic = "ZSLS".getBytes(StandardCharsets.US_ASCII);
        int superblocks = 0;
        for (int at = 0; at < device.length; at += 4096) {
            boolean isSuperblock = device[at] == magic[0]
                    && device[at + 1] == magic[1]
                    && device[at + 2] == magic[2]
                    && device[at + 3] == magic[3];
            superblocks += isSuperblock && device[at + 4] == 7 ? 1 : 0;
        }
        assertThat(superblocks).isEqualTo(2);
    }
}
