/** The zns-slab command: demos, measuring tools, reports. */
module io.znsslab.cli {
    requires io.znsslab.core;
    requires io.znsslab.tier;
    requires io.znsslab.emulation;
    requires info.picocli;
}
