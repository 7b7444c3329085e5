/** The zns-slab command: demos, measuring tools, reports. */
@SuppressWarnings("requires-automatic") // HdrHistogram and XChart have no module descriptors
module io.znsslab.cli {
    requires HdrHistogram;
    requires com.fasterxml.jackson.annotation;
    requires com.fasterxml.jackson.databind;
    requires com.github.benmanes.caffeine;
    requires info.picocli;
    requires io.znsslab.bindings;
    requires io.znsslab.core;
    requires io.znsslab.emulation;
    requires io.znsslab.tier;
    requires java.desktop;
    requires java.management;
    requires jdk.management;
    requires org.tukaani.xz;
    // For SIGWINCH alone.
    requires jdk.unsupported;
    requires xchart;

    // The library's messages on standard error are lines like all others.
    provides java.lang.System.LoggerFinder with
            io.znsslab.cli.terminal.LibraryLog;

    // Commands are made and filled by reflection, and their reports read by it.
    opens io.znsslab.cli to
            info.picocli;
    opens io.znsslab.cli.bench to
            info.picocli;
    opens io.znsslab.cli.bench.churn to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.bench.contestant to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.bench.crew to
            info.picocli;
    opens io.znsslab.cli.bench.device to
            info.picocli;
    opens io.znsslab.cli.bench.latency to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.bench.memory to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.bench.requests to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.bench.result to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.bench.scale to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.bench.soak to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.bench.threads to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.bench.tier to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.bench.trace to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.demo to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.demo.domains to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.demo.live to
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.device to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.store to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.doctor to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.emulate to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.config to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.completion to
            info.picocli;
    opens io.znsslab.cli.jmh to
            info.picocli;
    opens io.znsslab.cli.man to
            info.picocli;
    opens io.znsslab.cli.report to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.schema to
            info.picocli;
    opens io.znsslab.cli.terminal to
            info.picocli;
}
