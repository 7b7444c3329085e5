package io.znsslab.tier.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.event.StoreEvents;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.device.SimulatedOperation;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Flight Recorder holds of a store's life, with the settings that come with the library. */
class StoreEventsTest {
    private static final int OBJECTS = 4_000;
    private static final String MARK = "an object whose bytes are damaged later";

    @TempDir
    Path folder;

    private interface Life {
        void live() throws Exception;
    }

    private static Configuration settings() throws Exception {
        try (Reader settings = new InputStreamReader(
                Objects.requireNonNull(SlabAllocator.class.getResourceAsStream("/io/znsslab/core/event/znsslab.jfc")),
                StandardCharsets.UTF_8)) {
            return Configuration.create(settings);
        }
    }

    private List<RecordedEvent> recorded(Recording recording, Life life) throws Exception {
        try (recording) {
            recording.start();
            life.live();
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file);
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("io.znsslab." + name))
                .toList();
    }

    private void liveFully() throws Exception {
        Path path = folder.resolve("device");
        try (FileZonedDevice device = FileZonedDevice.create(path, FileGeometry.of(1 << 20, 16))) {
            ZnsTier tier = ZnsTier.builder(device).open();
            try (SlabAllocator allocator =
                    SlabAllocator.builder().limitBytes(16 << 20).coldTier(tier).build()) {
                List<Long> handles = new ArrayList<>();
                for (int i = 0; i < OBJECTS; i++) {
                    handles.add(allocator.allocate(700, 0));
                }
                long marked = allocator.allocateFrom(MARK.getBytes(StandardCharsets.UTF_8), 0);
                var _ = allocator.closeEpoch(0, Disposition.DEMOTE).join();
                assertThat(allocator.resolve(handles.getFirst())).isNotNull();
                for (int i = 0; i < OBJECTS - 1; i++) {
                    if (i % 50 >= 5) {
                        assertThat(allocator.free(handles.get(i))).isTrue();
                    }
                }
                allocator.sync().join();
                assertThat(tier.collect(10).join().slabsMoved()).isPositive();
                allocator.sync().join();
                damage(path);
                assertThatThrownBy(() -> allocator.read(marked, _ -> {})).isInstanceOf(CorruptSlabException.class);
            }
        }
    }

    /** Flips a bit in each copy of the marked object. */
    private static void damage(Path path) throws Exception {
        byte[] all = Files.readAllBytes(path);
        byte[] mark = MARK.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < all.length - mark.length; at++) {
            if (all[at] == mark[0] && new String(all, at, mark.length, StandardCharsets.UTF_8).equals(MARK)) {
                all[at] ^= 1;
            }
        }
        Files.write(path, all, StandardOpenOption.WRITE);
    }

    @Test
    void eachThingThatHappensIsAnEvent() throws Exception {
        List<RecordedEvent> events = recorded(new Recording(settings()), this::liveFully);

        assertThat(named(events, "EpochClosed")).first().satisfies(event -> {
            assertThat(event.getString("disposition")).isEqualTo("DEMOTE");
            assertThat(event.getLong("slabsDemoted")).isGreaterThan(500);
        });
        assertThat(named(events, "SlabsDemoted").stream()
                        .mapToInt(event -> event.getInt("slabs"))
                        .sum())
                .isGreaterThan(500);
        assertThat(named(events, "SlabPromoted")).hasSize(1);
        assertThat(named(events, "SlabRelocated"))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getInt("toZone")).isNotEqualTo(event.getInt("fromZone")));
        assertThat(named(events, "ZoneReset"))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getLong("took")).isPositive());
        assertThat(named(events, "ChecksumFailed"))
                .first()
                .satisfies(event -> assertThat(event.getString("reason")).isEqualTo("its CRC32C does not match"));
    }

    /** Takes as long as a read may take, and a little more. */
    private static void stall() {
        long began = System.nanoTime();
        while (System.nanoTime() - began <= StoreEvents.STALL_NANOS) {
            Thread.onSpinWait();
        }
    }

    private static long demoted(SlabAllocator allocator) {
        long epoch = allocator.currentEpoch();
        long handle = allocator.allocate(700, epoch);
        allocator.advanceEpoch();
        var _ = allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        return handle;
    }

    @Test
    void aReadThatTheDeviceDoesNotAnswerInTimeIsAnEvent() throws Exception {
        SimulatedMedium medium =
                new SimulatedMedium(FileGeometry.of(64 << 10, 16).withLimits(8, 9));
        AtomicBoolean isSlow = new AtomicBoolean();
        SimulatedFaults slowness = (operation, _) -> {
            if (operation == SimulatedOperation.READ && isSlow.get()) {
                stall();
            }
            return null;
        };
        List<Long> slabs = new ArrayList<>();
        List<RecordedEvent> events = recorded(new Recording(settings()), () -> {
            ZnsTier tier = ZnsTier.builder(new SimulatedDevice(medium, slowness, 1))
                    .parallelZones(2)
                    .writeBytes(128 << 10)
                    .open();
            try (SlabAllocator allocator = SlabAllocator.builder()
                            .limitBytes(8 << 20)
                            .coldTier(tier)
                            .build();
                    Arena arena = Arena.ofShared()) {
                long waitedFor = demoted(allocator);
                long listenedTo = demoted(allocator);
                slabs.add(Handle.decode(waitedFor).slabId());
                slabs.add(Handle.decode(listenedTo).slabId());
                isSlow.set(true);
                assertThat(allocator.read(waitedFor, _ -> {})).isTrue();
                assertThat(allocator.readAsync(listenedTo, arena.allocate(760)).join())
                        .isGreaterThanOrEqualTo(700);
            }
        });

        assertThat(named(events, "ReadStalled"))
                .allSatisfy(event -> {
                    assertThat(event.getLong("took")).isGreaterThan(StoreEvents.STALL_NANOS);
                    assertThat(event.getInt("zone")).isBetween(0, 15);
                    assertThat(event.getString("device")).isNotEmpty();
                })
                .extracting(event -> event.getLong("slab"))
                .containsAll(slabs);
    }

    private static EpochDomain openedAndForgotten(SlabAllocator allocator) {
        return allocator.openDomain();
    }

    @Test
    void aDomainThatWasNeverLeftIsAnEventWithThePlaceThatOpenedIt() throws Exception {
        long[] forgotten = {-1};
        List<RecordedEvent> events = recorded(new Recording(settings()), () -> {
            SlabAllocator allocator = SlabAllocator.builder()
                    .limitBytes(1 << 20)
                    .traceOpenings(true)
                    .build();
            forgotten[0] = openedAndForgotten(allocator).epoch();
            allocator.closeNow();
        });

        assertThat(named(events, "EpochLeftOpen")).singleElement().satisfies(event -> {
            assertThat(event.getLong("epoch")).isEqualTo(forgotten[0]);
            assertThat(event.getLong("entries")).isEqualTo(1);
            assertThat(event.getBoolean("allocatorClosed")).isTrue();
            assertThat(event.getDuration("openFor")).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(event.getString("openedAt"))
                    .startsWith("the epoch was opened here, by Thread[")
                    .contains("StoreEventsTest.openedAndForgotten");
        });
    }

    @Test
    void anEpochThatStaysOpenTooLongIsAnEventWhileTheAllocatorIsOpen() throws Exception {
        List<RecordedEvent> events = recorded(new Recording(settings()), () -> {
            CountDownLatch told = new CountDownLatch(1);
            try (RecordingStream stream = new RecordingStream(settings())) {
                stream.onEvent("io.znsslab.EpochLeftOpen", _ -> told.countDown());
                stream.startAsync();
                try (SlabAllocator allocator = SlabAllocator.builder()
                        .limitBytes(1 << 20)
                        .reportOpenLongerThan(Duration.ofNanos(1))
                        .build()) {
                    assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
                    assertThat(allocator.currentEpoch()).isZero();
                }
            }
        });

        assertThat(named(events, "EpochLeftOpen")).singleElement().satisfies(event -> {
            assertThat(event.getLong("epoch")).isZero();
            assertThat(event.getBoolean("allocatorClosed")).isFalse();
            assertThat(event.getString("openedAt")).isNull();
        });
    }

    @Test
    void aRecordingThatDoesNotAskHasNone() throws Exception {
        List<RecordedEvent> events =
                recorded(new Recording(Configuration.getConfiguration("default")), this::liveFully);

        assertThat(events).noneMatch(event -> event.getEventType().getName().startsWith("io.znsslab."));
    }
}
