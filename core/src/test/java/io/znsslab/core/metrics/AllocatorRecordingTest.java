package io.znsslab.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocatorRecordingTest {
    @TempDir
    private Path folder;

    @Test
    void aRecordingHoldsTheArenaAndEverySizeClass() throws IOException {
        try (SlabAllocator allocator =
                        SlabAllocator.builder().limitBytes(8 << 20).build();
                AllocatorRecording _ = AllocatorRecording.of("orders", allocator)) {
            long epoch = allocator.advanceEpoch();
            allocator.allocate(100, epoch);
            allocator.closeEpoch(epoch, Disposition.DISCARD).join();

            List<RecordedEvent> events = eventsAtTheEndOf(() -> {});

            RecordedEvent arena = named(events, "io.znsslab.Arena").getFirst();
            assertThat(arena.getString("allocator")).isEqualTo("orders");
            assertThat(arena.getLong("limitBytes")).isEqualTo(8 << 20);
            assertThat(arena.getLong("memoryLimitBytes")).isZero();
            assertThat(arena.getLong("tableBytes")).isPositive();
            assertThat(arena.getLong("epochsClosed")).isEqualTo(1);
            assertThat(arena.getDouble("drainedShare")).isEqualTo(1.0);
            List<RecordedEvent> classes = named(events, "io.znsslab.SizeClass");
            assertThat(classes)
                    .extracting(event -> event.getInt("slotBytes"))
                    .startsWith(allocator.sizeClasses().toArray(Integer[]::new))
                    .endsWith(SizeClassEvent.PACKED)
                    .hasSize(allocator.sizeClasses().size() + 1);
            assertThat(classes)
                    .filteredOn(event -> event.getInt("slotBytes") == 128)
                    .allSatisfy(event -> assertThat(event.getLong("newSlabs")).isEqualTo(1));
        }
    }

    @Test
    void onceClosedItAsksTheAllocatorNoMore() throws IOException {
        SlabAllocator allocator = SlabAllocator.builder().limitBytes(8 << 20).build();
        AllocatorRecording recording = AllocatorRecording.of("orders", allocator);

        List<RecordedEvent> events = eventsAtTheEndOf(() -> {
            recording.close();
            recording.close();
            allocator.close();
        });

        assertThat(named(events, "io.znsslab.Arena")).isEmpty();
    }

    /** Stops the recording, which is when periodic events are taken. */
    private List<RecordedEvent> eventsAtTheEndOf(Runnable work) throws IOException {
        try (Recording recording = new Recording()) {
            recording.enable("io.znsslab.Arena").with("period", "endChunk");
            recording.enable("io.znsslab.SizeClass").with("period", "endChunk");
            recording.start();
            work.run();
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file);
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }
}
