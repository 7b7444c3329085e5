package io.znsslab.tier.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.znsslab.core.Disposition;
import io.znsslab.core.HandleFormat;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.ZnsTierBuilder;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.EpochContents;
import io.znsslab.tier.inspect.InspectedStore;
import io.znsslab.tier.inspect.InspectedStore.Stored;
import io.znsslab.tier.inspect.InspectedZone;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.Verification;
import io.znsslab.tier.inspect.VerifyProgress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Epochs that go from one device to another as a stream. */
class TransferTest {
    private static final int FLIP_STEP = 911;

    @TempDir
    Path folder;

    private Path device;

    @BeforeEach
    void makeADevice() {
        device = folder.resolve("zones");
        FileZonedDevice.create(device, FileGeometry.of(1 << 20, 12)).close();
    }

    private static byte[] export(InspectedStore store, Long... epochs) {
        return store.inspect(inspection -> export(inspection, false, Set.of(epochs)));
    }

    private static byte[] export(StoreInspection inspection, boolean skipsDamage, Set<Long> epochs) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try {
            TransferReport report = new StoreExport(inspection, skipsDamage, VerifyProgress.NONE).write(epochs, stream);
            assertThat(report.bytes()).isEqualTo(stream.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stream.toByteArray();
    }

    private static StoreImport importOf(byte[] export) throws IOException {
        return new StoreImport(new ByteArrayInputStream(export));
    }

    private static byte[] read(SlabAllocator store, long handle) {
        byte[][] read = new byte[1][];
        return store.read(handle, (MemorySegment payload) -> read[0] = payload.toArray(ValueLayout.JAVA_BYTE))
                ? read[0]
                : null;
    }

    /** The same export as the version before would have written it: without the times at which epochs expire. */
    private static byte[] asOfTheVersionBefore(byte[] export) {
        ByteBuffer from = ByteBuffer.wrap(export).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        Frame frame = new Frame();
        long sequence = 0;
        for (int at = 0; at < export.length; sequence++) {
            int content = at + Frame.HEADER_BYTES;
            int end = content + from.getInt(at + 8);
            byte kind = export[at + 4];
            ByteBuffer to = frame.begin();
            if (kind == Frame.HEADER) {
                to.putInt(Frame.VERSION_BEFORE).put(export, content + 4, end - content - 4);
            } else if (kind == Frame.EPOCH) {
                to.put(export, content, 28).put(export, content + 36, end - content - 36);
            } else {
                to.put(export, content, end - content);
            }
            stream.write(frame.bytes(), 0, frame.seal(kind, sequence));
            at = end;
        }
        return stream.toByteArray();
    }

    @Test
    void anExportOfTheVersionBeforeIsReadAndItsEpochsNeverExpire() throws IOException {
        InspectedStore store = InspectedStore.filled(HandleFormat.WIDE);

        TransferReport report = importOf(asOfTheVersionBefore(export(store))).keepHandles(device, false);

        assertThat(report.objects()).isEqualTo(store.live.size());
        try (StoreInspection inspection = StoreInspection.open(device)) {
            assertThat(inspection.epochs())
                    .extracting(EpochContents::label, EpochContents::expires)
                    .containsExactly(tuple("orders", null), tuple("ticks", null));
        }
    }

    @Test
    void copiesExpireWhenTheExportedEpochsDo() throws IOException {
        InspectedStore store = InspectedStore.filled(HandleFormat.WIDE);
        byte[] export = export(store);
        try (SlabAllocator allocator = InspectedStore.allocatorOn(ZonedDevice.open(device), HandleFormat.WIDE)) {
            importOf(export).copyInto(allocator, (_, _) -> {});
        }
        try (StoreInspection inspection = StoreInspection.open(device)) {
            assertThat(inspection.epochs())
                    .extracting(EpochContents::label, EpochContents::expires)
                    .containsExactly(tuple("orders", null), tuple("ticks", InspectedStore.TICKS_EXPIRE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyDeviceTakesSlabsOverAndOldHandlesStayValid(HandleFormat handles) throws IOException {
        InspectedStore store = InspectedStore.filled(handles);
        byte[] export = export(store);

        TransferReport report = importOf(export).keepHandles(device, false);

        assertThat(report.objects()).isEqualTo(store.live.size());
        assertThat(report.epochs()).isEqualTo(2);
        try (StoreInspection inspection = StoreInspection.open(device)) {
            assertThat(inspection.losses()).isEmpty();
            Verification verification = inspection.verify(0, VerifyProgress.NONE);
            assertThat(verification.isSound()).isTrue();
            assertThat(inspection.epochs())
                    .extracting(EpochContents::label, EpochContents::expires)
                    .containsExactly(tuple("orders", null), tuple("ticks", InspectedStore.TICKS_EXPIRE));
        }
        try (SlabAllocator allocator = InspectedStore.allocatorOn(ZonedDevice.open(device), handles)) {
            for (Stored stored : store.live) {
                assertThat(read(allocator, stored.handle())).startsWith(stored.payload());
            }
            for (List<Stored> gone : List.of(store.freed, store.discarded)) {
                assertThat(gone).allMatch(stored -> read(allocator, stored.handle()) == null);
            }
            allocator.checkInvariants();
        }
    }

    @Test
    void theTierThatWritesIsOfTheCallersChoice() throws IOException {
        byte[] export = export(InspectedStore.filled(HandleFormat.WIDE));
        List<ZnsTierBuilder> builders = new ArrayList<>();

        assertThatThrownBy(() -> importOf(export).keepHandles(device, false, builder -> {
                    throw new IllegalStateException("not this one");
                }))
                .hasMessage("not this one");
        assertThatThrownBy(() -> importOf(export).keepHandles(device, false, null))
                .isInstanceOf(NullPointerException.class);
        importOf(export).keepHandles(device, false, builder -> {
            builders.add(builder);
            return builder.parallelZones(1);
        });

        assertThat(builders).hasSize(1);
        try (StoreInspection inspection = StoreInspection.open(device)) {
            assertThat(inspection.zones())
                    .filteredOn(zone -> zone.use() == InspectedZone.Use.DATA)
                    .hasSize(1);
        }
    }

    @Test
    void noHandleOfTheExportedStoreIsIssuedAgain() throws IOException {
        InspectedStore store = InspectedStore.filled(HandleFormat.WIDE);
        importOf(export(store, store.ticks)).keepHandles(device, false);
        Set<Long> issued = new HashSet<>();
        List.of(store.live, store.freed, store.discarded)
                .forEach(all -> all.forEach(stored -> issued.add(stored.handle())));

        for (int opening = 0; opening < 3; opening++) {
            try (SlabAllocator allocator = InspectedStore.allocatorOn(ZonedDevice.open(device), HandleFormat.WIDE)) {
                assertThat(allocator.currentEpoch()).isGreaterThan(store.ticks);
                for (int i = 0; i < 2000; i++) {
                    assertThat(issued.add(allocator.allocate(1 + i % 700, allocator.currentEpoch())))
                            .isTrue();
                }
                long full = allocator.currentEpoch();
                allocator.advanceEpoch();
                allocator
                        .closeEpoch(full, opening == 0 ? Disposition.DEMOTE : Disposition.DISCARD)
                        .join();
            }
        }
    }

    @Test
    void aStoreThatHoldsSomethingGetsCopiesAndAMap() throws IOException {
        InspectedStore store = InspectedStore.filled(HandleFormat.WIDE);
        Map<Long, Long> map = new HashMap<>();
        long own;
        try (SlabAllocator allocator = InspectedStore.allocatorOn(ZonedDevice.open(device), HandleFormat.COMPACT)) {
            long epoch = allocator.currentEpoch();
            own = allocator.allocateFrom(new byte[] {1, 2, 3}, epoch);
            allocator.advanceEpoch();
            allocator.closeEpoch(epoch, Disposition.DEMOTE).join();

            TransferReport report = importOf(export(store)).copyInto(allocator, map::put);

            assertThat(report.objects()).isEqualTo(store.live.size());
        }
        assertThat(map).hasSize(store.live.size());
        try (SlabAllocator allocator = InspectedStore.allocatorOn(ZonedDevice.open(device), HandleFormat.COMPACT)) {
            assertThat(read(allocator, own)).startsWith(1, 2, 3);
            for (Stored stored : store.live) {
                assertThat(read(allocator, map.get(stored.handle()))).startsWith(stored.payload());
            }
        }
    }

    @Test
    void anExportThatWasChangedOrCutShortLeavesAnEmptyStore() throws IOException {
        InspectedStore store = InspectedStore.filled(HandleFormat.WIDE);
        byte[] export = export(store, store.orders);
        int attempts = 0;
        for (int at = 0; at < export.length; at += FLIP_STEP) {
            byte[] changed = export.clone();
            changed[at] ^= 1;
            byte[] cut = Arrays.copyOf(export, at);
            for (byte[] spoiled : List.of(changed, cut)) {
                assertThatThrownBy(() -> {
                            ExportReader reader = new ExportReader(new ByteArrayInputStream(spoiled));
                            reader.read(new IgnoredContents());
                        })
                        .isInstanceOf(DamagedExportException.class);
                attempts++;
            }
        }
        assertThat(attempts).isGreaterThan(100);

        byte[] cut = Arrays.copyOf(export, export.length - 30);
        assertThatThrownBy(() -> importOf(cut).keepHandles(device, false))
                .isInstanceOf(DamagedExportException.class)
                .hasMessageContaining("ends after");
        try (StoreInspection inspection = StoreInspection.open(device)) {
            assertThat(inspection.overview().found().slabs()).isZero();
            assertThat(inspection.losses()).isEmpty();
        }
        importOf(export).keepHandles(device, true);
    }

    /** What an export holds does not matter, only whether it is refused. */
    private static final class IgnoredContents implements ExportReader.Contents {
        @Override
        public void epoch(ExportReader.Epoch epoch) {
            assertThat(epoch.label()).isNotNull();
        }

        @Override
        public void slab(ExportReader.Slab slab, byte[] frame) {
            assertThat(slab.objects()).isNotEmpty();
        }
    }

    @Test
    void aDamagedSlabEndsAnExportUnlessItMayBeLeftOut() {
        InspectedStore store = InspectedStore.filled(HandleFormat.WIDE);
        Stored object = store.live.getFirst();
        long offset = store.inspect(inspection -> inspection.trace(object.handle()))
                .slab()
                .offsetBytes();
        store.flip(offset + 100);

        assertThatThrownBy(() -> export(store)).isInstanceOf(CorruptSlabException.class);
        store.inspect(inspection -> {
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            try {
                TransferReport report = new StoreExport(inspection, true, VerifyProgress.NONE).write(Set.of(), stream);
                assertThat(report.damagedSlabs()).isEqualTo(1);
                assertThat(report.objects() + report.damagedObjects()).isEqualTo(store.live.size());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return null;
        });
    }

    @Test
    void whatCannotBeDoneIsRefused() throws IOException {
        InspectedStore store = InspectedStore.filled(HandleFormat.WIDE);
        assertThatThrownBy(() -> export(store, 4711L))
                .isInstanceOf(ZnsSlabException.class)
                .hasMessageContaining("epoch 4711 is not on");
        assertThatThrownBy(() -> importOf("some text, which is no export".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(DamagedExportException.class);
        assertThatThrownBy(() -> importOf(new byte[0])).isInstanceOf(DamagedExportException.class);
        byte[] export = export(store);
        importOf(export).keepHandles(device, false);
        assertThatThrownBy(() -> importOf(export).keepHandles(device, false))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("has a store already");
        Path small = folder.resolve("small");
        FileZonedDevice.create(small, FileGeometry.of(64 << 10, 6)).close();
        assertThatThrownBy(() -> importOf(export).keepHandles(small, false)).isInstanceOf(DeviceException.class);
        try (StoreInspection inspection = StoreInspection.open(small)) {
            assertThat(inspection.overview().found().slabs()).isZero();
        }
    }
}
