package io.znsslab.cli.bench.tier;

import io.znsslab.cli.JsonSchemas;
import io.znsslab.cli.bench.result.Comparison;
import io.znsslab.cli.terminal.Json;
import io.znsslab.tier.QueueDepths;
import io.znsslab.tier.TierStatistics;
import io.znsslab.tier.device.IoMethod;
import io.znsslab.tier.device.LatencySummary;
import java.util.List;
import org.junit.jupiter.api.Test;

class TierBenchReportTest {
    @Test
    void theReportOfTheTierIsPrintedAsItsSchemaSays() {
        LatencySummary latency = new LatencySummary(3, 1, 2, 3, 4);
        TierStatistics statistics = new TierStatistics(
                new TierStatistics.Writes(
                        1,
                        2,
                        0,
                        3,
                        new TierStatistics.WrittenBytes(1, 2, 3, 4, 5),
                        new TierStatistics.WriteLatency(latency, latency, latency)),
                new TierStatistics.Reads(1, 0, 4096, 0, 0, latency),
                new TierStatistics.Cache(0, 0, 0),
                new TierStatistics.Zones(1, 2, 3, 4, 5),
                new TierStatistics.Collection(0, 0, 0, 0),
                new QueueDepths(0, 0, 0, 0, 0),
                IoMethod.PLAIN);
        TierBenchReport report = new TierBenchReport(
                "/dev/nvme0n2, by --device",
                "a device",
                "fio-3.33",
                List.of(
                        Comparison.atLeast(0.94, "cold reads", "1/s", 90, 100),
                        Comparison.atMost(1, "heap", "bytes", 0.5)),
                statistics);

        JsonSchemas.requireValid("bench-tier", Json.text(report));
    }
}
