package io.znsslab.cli.doctor;

import io.znsslab.cli.terminal.ExitCode;

/** The Java machine and the platform. */
final class SystemChecks {
    private static final String SYSTEM = System.getProperty("os.name");
    private static final String ARCHITECTURE = System.getProperty("os.arch");

    private SystemChecks() {}

    static void check(Machine machine, Diagnosis diagnosis) {
        diagnosis.ok(
                "JDK",
                Runtime.version() + " (" + System.getProperty("java.vendor") + ") in "
                        + System.getProperty("java.home"));
        String platform = SYSTEM + " " + machine.release() + " on " + ARCHITECTURE;
        if (SYSTEM.equals("Linux") && ARCHITECTURE.equals("amd64")) {
            diagnosis.ok("platform", platform);
        } else {
            diagnosis.blocking(
                    ExitCode.SETUP_INCOMPLETE,
                    "platform",
                    platform + "; the native calls are made for x86-64 Linux only",
                    Diagnosis.NO_REMEDY);
        }
    }
}
