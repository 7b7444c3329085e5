package io.znsslab.tier.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.QueueDepths;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TierFiguresTest {
    @TempDir
    private Path folder;

    private ZnsTier tier;
    private SlabAllocator allocator;

    @BeforeEach
    void open() {
        tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), FileGeometry.of(1 << 20, 16)))
                .open();
        allocator = SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    }

    @AfterEach
    void close() {
        allocator.close();
    }

    /** 320 objects in slots of 128 bytes, 31 to a slab: 11 slabs. */
    private long demoteElevenSlabs() {
        long epoch = allocator.advanceEpoch();
        long handle = 0;
        for (int i = 0; i < 320; i++) {
            handle = allocator.allocate(100, epoch);
        }
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        return handle;
    }

    @Test
    void metersFollowTheTier() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new TierMetrics(tier).bindTo(registry);
        assertThat(counter(registry, "slabs.demoted")).isZero();

        allocator.resolve(demoteElevenSlabs());

        assertThat(counter(registry, "slabs.demoted")).isEqualTo(11);
        assertThat(counter(registry, "slabs.read")).isEqualTo(1);
        assertThat(gauge(registry, "slabs.live")).isEqualTo(11);
        assertThat(gauge(registry, "zones.used")).isPositive();
        assertThat(counter(registry, "written"))
                .isEqualTo((double) tier.statistics().bytesWritten());
        assertThat(gauge(registry, "write.amplification")).isGreaterThan(1);
        assertThat(registry.get("znsslab.tier.io")
                        .tag("method", tier.statistics().ioMethod().name().toLowerCase(Locale.ROOT))
                        .gauge()
                        .value())
                .isEqualTo(1);
        for (String what : List.of("backlog", "writes", "reads")) {
            assertThat(gauge(registry, "queue." + what)).as(what).isZero();
        }
        for (String what : List.of("demotion", "write", "flush", "read")) {
            assertThat(registry.get("znsslab.tier." + what + ".latency")
                            .tag("quantile", "0.99")
                            .gauge()
                            .value())
                    .as(what)
                    .isBetween(1e-9, 60.0);
        }
    }

    @Test
    void queueDepthsTellWhatIsUnderWayAndWasAtMost() {
        assertThat(tier.statistics().queueDepths()).isEqualTo(new QueueDepths(0, 0, 0, 0, 0));
        long handle = demoteElevenSlabs();
        assertThat(tier.statistics().queueDepths()).isEqualTo(new QueueDepths(0, 0, 1, 0, 0));
        allocator.resolve(handle);
        assertThat(tier.statistics().queueDepths()).isEqualTo(new QueueDepths(0, 0, 1, 0, 1));
    }

    @Test
    void aRecordingHoldsTheTier() throws IOException {
        try (TierRecording _ = TierRecording.of(tier)) {
            demoteElevenSlabs();

            List<RecordedEvent> events = samplesAtTheEnd();

            assertThat(events).hasSize(1);
            RecordedEvent event = events.getFirst();
            assertThat(event.getString("device")).isEqualTo(tier.device().name());
            assertThat(event.getString("ioMethod"))
                    .isEqualTo(tier.statistics().ioMethod().name());
            assertThat(event.getLong("slabsDemoted")).isEqualTo(11);
            assertThat(event.getDouble("hostWriteAmplification")).isGreaterThan(1);
            assertThat(event.getDuration("writeP99")).isPositive();
            assertThat(event.getLong("backlogBytes")).isZero();
            assertThat(event.getInt("writesInFlight")).isZero();
            assertThat(event.getInt("readsInFlight")).isZero();
        }
        assertThat(samplesAtTheEnd()).as("samples once it is closed").isEmpty();
    }

    private List<RecordedEvent> samplesAtTheEnd() throws IOException {
        try (Recording recording = new Recording()) {
            recording.enable("io.znsslab.ColdTier").with("period", "endChunk");
            recording.start();
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file);
        }
    }

    private static double counter(SimpleMeterRegistry registry, String name) {
        return registry.get("znsslab.tier." + name).functionCounter().count();
    }

    private static double gauge(SimpleMeterRegistry registry, String name) {
        return registry.get("znsslab.tier." + name).gauge().value();
    }
}
