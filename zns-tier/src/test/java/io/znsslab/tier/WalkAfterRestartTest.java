package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.core.walk.EpochWalk;
import io.znsslab.core.walk.WalkCursor;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoRequest;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that has kept no handle finds everything again by walks. */
class WalkAfterRestartTest {
    private static final int OBJECTS = 12_000;

    @TempDir
    Path folder;

    private Path path;
    /** What each object holds, by handle. */
    private final Map<Long, String> stored = new HashMap<>();

    /** Reads of 64 KiB and more, and smaller ones. */
    private record Transfer(long offset, int bytes) {}

    private final List<Transfer> reads = new CopyOnWriteArrayList<>();

    @BeforeEach
    void store() {
        path = folder.resolve("zones");
        FileZonedDevice.create(path, FileGeometry.of(1 << 20, 32)).close();
        try (SlabAllocator store = open()) {
            for (int number = 0; number < 3; number++) {
                long epoch = store.advanceEpoch("epoch " + number);
                for (int i = 0; i < OBJECTS / 3; i++) {
                    String text = "object %d of %d ".formatted(i, number).repeat(1 + i % 60);
                    long handle = store.allocateFrom(text.getBytes(StandardCharsets.US_ASCII), epoch);
                    if (i % 5 == 0) {
                        store.free(handle);
                    } else {
                        stored.put(handle, text);
                    }
                }
                store.closeEpoch(epoch, Disposition.DEMOTE).join();
            }
        }
    }

    private SlabAllocator open() {
        return open(ZonedDevice.open(path));
    }

    private static SlabAllocator open(ZonedDevice device) {
        return SlabAllocator.builder()
                .limitBytes(64 << 20)
                .coldTier(ZnsTier.builder(device).open())
                .build();
    }

    private void find(Map<Long, String> found, long handle, MemorySegment payload) {
        String text = stored.get(handle);
        assertThat(text).as("0x%x", handle).isNotNull();
        assertThat(new String(
                        payload.asSlice(0, text.length()).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII))
                .isEqualTo(text);
        assertThat(found.put(handle, text)).isNull();
    }

    @Test
    void everythingIsFoundAgainAtOnceWithNoHandleKept() {
        Map<Long, String> found = new HashMap<>();
        try (SlabAllocator store = open()) {
            List<EpochInfo> cold = store.epochs().stream()
                    .filter(epoch -> epoch.state() == EpochInfo.State.CLOSED)
                    .toList();
            assertThat(cold).extracting(EpochInfo::label).containsExactly("epoch 0", "epoch 1", "epoch 2");
            assertThat(cold).extracting(EpochInfo::tiers).containsOnly(Set.of(Tier.COLD));
            assertThat(cold.stream().mapToLong(EpochInfo::liveObjects).sum()).isEqualTo(stored.size());
            for (EpochInfo epoch : cold) {
                long shown = store.walk(epoch.epoch()).forEach((handle, payload) -> find(found, handle, payload));
                assertThat(shown).isEqualTo(epoch.liveObjects());
            }
            assertThat(store.coldStatistics().slabsPromoted()).isZero();
        }
        assertThat(found).isEqualTo(stored);
    }

    @Test
    void aWalkGoesOnAfterARestartFromACursorThatWasKept() {
        Map<Long, String> found = new HashMap<>();
        WalkCursor cursor;
        try (SlabAllocator store = open()) {
            cursor = WalkCursor.beginningOf(store.undrainedEpochs().getFirst().epoch());
        }
        int shown;
        do {
            try (SlabAllocator store = open()) {
                EpochWalk walk = store.walk(cursor);
                shown = walk.next(1_111, (handle, payload) -> find(found, handle, payload));
                cursor = walk.cursor();
            }
        } while (shown > 0);
        assertThat(found).hasSize(OBJECTS / 3 * 4 / 5);
    }

    @Test
    void aVirtualThreadWalksAsWell() throws InterruptedException {
        Map<Long, String> found = new HashMap<>();
        try (SlabAllocator store = open()) {
            Thread.ofVirtual()
                    .start(() -> store.epochs()
                            .forEach(epoch -> store.walk(epoch.epoch())
                                    .forEach((handle, payload) -> find(found, handle, payload))))
                    .join();
        }
        assertThat(found).isEqualTo(stored);
    }

    @Test
    void aWholeWalkReadsInLargePiecesAndEachImageOnce() {
        Map<Long, String> found = new HashMap<>();
        try (SlabAllocator store = open(recording(ZonedDevice.open(path)))) {
            EpochInfo epoch = store.undrainedEpochs().getFirst();
            reads.clear();
            var _ = store.walk(epoch.epoch()).forEach((handle, payload) -> find(found, handle, payload));

            long bytes = reads.stream().mapToLong(Transfer::bytes).sum();
            assertThat(bytes).isEqualTo(epoch.coldSlabs() * 4096L);
            assertThat(reads.size()).isLessThan(epoch.coldSlabs() / 8);
        }
    }

    @Test
    void aBatchOfOneObjectReadsOneSlab() {
        try (SlabAllocator store = open(recording(ZonedDevice.open(path)))) {
            EpochInfo epoch = store.undrainedEpochs().getFirst();
            reads.clear();
            assertThat(store.walk(epoch.epoch()).next(1, (_, _) -> {})).isEqualTo(1);
            assertThat(reads)
                    .singleElement()
                    .satisfies(read -> assertThat(read.bytes).isEqualTo(4096));
        }
    }

    @Test
    void aDamagedImageCostsTheObjectsOfItsSlabAndNoOther() throws IOException {
        damageOneImage();
        Map<Long, String> found = new HashMap<>();
        int failures = 0;
        try (SlabAllocator store = open()) {
            for (EpochInfo epoch : store.epochs()) {
                EpochWalk walk = store.walk(epoch.epoch());
                while (true) {
                    try {
                        if (walk.forEach((handle, payload) -> find(found, handle, payload)) >= 0) {
                            break;
                        }
                    } catch (CorruptSlabException e) {
                        failures++;
                    }
                }
            }
        }
        assertThat(failures).isEqualTo(1);
        assertThat(found.size()).isBetween(stored.size() - 63, stored.size() - 1);
    }

    @Test
    void aWalkBesidesTheClosingOfTheStoreEndsOrSaysSo() {
        SlabAllocator store = open();
        EpochWalk walk = store.walk(store.undrainedEpochs().getFirst().epoch());
        assertThat(walk.next(10, (_, _) -> {})).isEqualTo(10);
        store.close();
        assertThatThrownBy(() -> walk.next(10, (_, _) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the allocator is closed");
    }

    private void damageOneImage() throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(4);
            for (long at = file.size() / 4096 / 2 * 4096 % (1 << 20); at < file.size(); at += 4096) {
                file.read(block.clear(), at);
                if (new String(block.array(), StandardCharsets.US_ASCII).equals("ZSLI")) {
                    file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), at + 2048);
                    return;
                }
            }
        }
        throw new AssertionError("no image on the device");
    }

    /** The same device, whose transfers are noted. */
    private ZonedDevice recording(ZonedDevice device) {
        return proxy(
                ZonedDevice.class,
                device,
                (method, result, _) -> method.equals("openQueue")
                        ? proxy(IoQueue.class, (IoQueue) result, (called, answer, arguments) -> {
                            if (called.equals("submit") && ((IoRequest) arguments[0]).kind() == IoRequest.Kind.READ) {
                                IoRequest request = (IoRequest) arguments[0];
                                reads.add(new Transfer(request.offsetBytes(), request.lengthBytes()));
                            }
                            return answer;
                        })
                        : result);
    }

    private interface After {
        Object call(String method, Object result, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, T of, After after) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    try {
                        return after.call(method.getName(), method.invoke(of, arguments), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
