package io.znsslab.cli.bench.scale;

import io.znsslab.cli.JsonSchemas;
import io.znsslab.cli.terminal.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleBenchReportTest {
    @Test
    void theReportIsPrintedAsItsSchemaSays() {
        ScaleBenchReport report = ScaleBenchReport.of(List.of(new ScaleBench.Level(10_000, 1, 2, 3, 4, 5)));

        JsonSchemas.requireValid("bench-scale", Json.text(report));
    }
}
