package io.znsslab.tier.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.znsslab.tier.TierStatistics;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.LatencySummary;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A tier's figures as Micrometer meters named {@code znsslab.tier.*}, each with the tag {@code device}. The registry
 * refers to the tier weakly; remove the meters before the tier is closed. Thread-safe.
 */
@SuppressWarnings("exports") // a program without Micrometer never loads this class
public final class TierMetrics implements MeterBinder {
    private final Tags tags;
    private final ZnsTier tier;

    /** Creates the meters' binder for one tier. */
    public TierMetrics(ZnsTier tier) {
        this.tier = Objects.requireNonNull(tier, "tier must not be null");
        this.tags = Tags.of("device", tier.device().name());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Objects.requireNonNull(registry, "registry must not be null");
        bindSlabs(registry);
        bindBytes(registry);
        bindZones(registry);
        bindQueues(registry);
        bindFailures(registry);
        bindIoMethod(registry);
        bindLatency(registry, "demotion", s -> s.writes().latency().demotion());
        bindLatency(registry, "write", s -> s.writes().latency().write());
        bindLatency(registry, "flush", s -> s.writes().latency().flush());
        bindLatency(registry, "read", s -> s.reads().latency());
    }

    private void bindSlabs(MeterRegistry registry) {
        gauge(registry, "slabs.live", "Slabs that are not dead", TierStatistics::liveSlabs);
        counter(registry, "slabs.demoted", "Slabs made durable", null, TierStatistics::slabsDemoted);
        counter(
                registry,
                "slabs.released",
                "Images that are of no use any more",
                null,
                s -> s.zones().slabsReleased());
        counter(
                registry,
                "slabs.relocated",
                "Slabs moved to another zone",
                null,
                s -> s.collection().slabsRelocated());
        counter(
                registry,
                "slabs.read",
                "Slabs read and checked",
                null,
                s -> s.reads().slabsRead());
    }

    private void bindBytes(MeterRegistry registry) {
        counter(registry, "written", "All that was written", BaseUnits.BYTES, TierStatistics::bytesWritten);
        counter(
                registry,
                "read",
                "All that was read",
                BaseUnits.BYTES,
                s -> s.reads().bytesRead());
        gauge(
                registry,
                "write.amplification",
                "Bytes written for each byte of demoted slabs",
                TierStatistics::hostWriteAmplification);
    }

    private void bindZones(MeterRegistry registry) {
        gauge(registry, "zones.used", "Zones with data", s -> s.zones().inUse());
        gauge(registry, "zones.free", "Zones that can take data", s -> s.zones().free());
        counter(registry, "zones.reset", "Zones reset", null, s -> s.zones().resets());
    }

    private void bindQueues(MeterRegistry registry) {
        gauge(
                registry,
                "queue.backlog",
                "Bytes accepted for demotion and not on their way yet",
                statistics -> statistics.queueDepths().backlogBytes());
        gauge(
                registry,
                "queue.writes",
                "Writes in flight",
                statistics -> statistics.queueDepths().writes());
        gauge(
                registry,
                "queue.reads",
                "Reads in flight",
                statistics -> statistics.queueDepths().reads());
    }

    private void bindFailures(MeterRegistry registry) {
        counter(registry, "failed.extents", "Runs whose writing failed", null, TierStatistics::failedExtents);
        counter(
                registry,
                "failed.reads",
                "Reads that the device failed",
                null,
                s -> s.reads().failedReads());
        counter(
                registry,
                "corrupt.slabs",
                "Slabs that were not what had been written",
                null,
                s -> s.reads().corruptSlabs());
    }

    /** Always 1: it is the tag that says something. */
    private void bindIoMethod(MeterRegistry registry) {
        String method = tier.statistics().ioMethod().name().toLowerCase(Locale.ROOT);
        Gauge.builder("znsslab.tier.io", tier, _ -> 1)
                .description("How reads, writes and flushes reach the device, in the tag method")
                .tags(tags.and("method", method))
                .register(registry);
    }

    private void bindLatency(MeterRegistry registry, String what, Function<TierStatistics, LatencySummary> latency) {
        percentile(
                registry, what, "0.5", statistics -> latency.apply(statistics).p50Nanos());
        percentile(
                registry, what, "0.99", statistics -> latency.apply(statistics).p99Nanos());
        percentile(
                registry, what, "0.999", statistics -> latency.apply(statistics).p999Nanos());
    }

    private void percentile(
            MeterRegistry registry, String what, String quantile, ToLongFunction<TierStatistics> nanos) {
        Gauge.builder(
                        "znsslab.tier." + what + ".latency",
                        tier,
                        watched -> nanos.applyAsLong(watched.statistics()) / 1e9)
                .description("How long it took, over all times")
                .baseUnit("seconds")
                .tags(tags.and("quantile", quantile))
                .register(registry);
    }

    private void gauge(
            MeterRegistry registry, String name, String description, ToDoubleFunction<TierStatistics> figure) {
        Gauge.builder("znsslab.tier." + name, tier, watched -> figure.applyAsDouble(watched.statistics()))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void counter(
            MeterRegistry registry,
            String name,
            String description,
            @Nullable String unit,
            ToDoubleFunction<TierStatistics> figure) {
        FunctionCounter.builder("znsslab.tier." + name, tier, watched -> figure.applyAsDouble(watched.statistics()))
                .description(description)
                .baseUnit(unit)
                .tags(tags)
                .register(registry);
    }
}
