/** The zns-slab command: demos, measuring tools, reports. */
@SuppressWarnings("requires-automatic") // XChart has no module descriptor
module io.znsslab.cli {
    requires com.fasterxml.jackson.annotation;
    requires com.fasterxml.jackson.databind;
    requires info.picocli;
    requires io.znsslab.core;
    requires io.znsslab.emulation;
    requires io.znsslab.tier;
    requires java.desktop;
    requires java.management;
    requires jdk.management;
    requires xchart;

    // The library's messages on standard error are lines like all others.
    provides java.lang.System.LoggerFinder with
            io.znsslab.cli.terminal.LibraryLog;

    // Commands are made and filled by reflection, and their reports read by it.
    opens io.znsslab.cli to
            info.picocli;
    opens io.znsslab.cli.bench to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.demo to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.device to
            info.picocli,
            com.fasterxml.jackson.databind;
    opens io.znsslab.cli.emulate to
            info.picocli;
    opens io.znsslab.cli.config to
            info.picocli,
            com.fasterxml.jackson.databind;
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
