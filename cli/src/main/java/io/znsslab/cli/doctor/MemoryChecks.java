package io.znsslab.cli.doctor;

import io.znsslab.cli.terminal.Figures;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Huge pages, overcommitting, and the memory that this process may take. */
final class MemoryChecks {
    private static final String HUGE_PAGES = "/sys/kernel/mm/transparent_hugepage/enabled";
    private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");
    private static final long ENOUGH = 1L << 30;
    /** The first version of control groups says "no limit" by a number near 2^63. */
    private static final long NO_LIMIT = 1L << 60;

    private final Machine machine;
    private final Diagnosis diagnosis;

    private MemoryChecks(Machine machine, Diagnosis diagnosis) {
        this.machine = machine;
        this.diagnosis = diagnosis;
    }

    static void check(Machine machine, Diagnosis diagnosis) {
        MemoryChecks checks = new MemoryChecks(machine, diagnosis);
        checks.available();
        checks.controlGroup();
        checks.overcommitting();
        checks.hugePages();
    }

    private void available() {
        Optional<Long> kibibytes = machine.field("proc/meminfo", "MemAvailable")
                .map(text -> text.replaceAll("\\D", ""))
                .filter(digits -> !digits.isEmpty())
                .map(Long::parseLong);
        if (kibibytes.isEmpty()) {
            diagnosis.warning("memory", "/proc/meminfo does not say what is available", Diagnosis.NO_REMEDY);
            return;
        }
        long bytes = kibibytes.get() << 10;
        if (bytes >= ENOUGH) {
            diagnosis.ok("memory", Figures.bytes(bytes) + " available");
        } else {
            diagnosis.warning(
                    "memory",
                    Figures.bytes(bytes) + " available; the demo takes up to 1 GiB, a micro-VM more",
                    "ps aux --sort=-rss | head");
        }
    }

    /** A limit is set anywhere between the process' own group and the top. */
    private record Limit(long bytes, String file) {}

    private void controlGroup() {
        String name = "cgroup memory limit";
        Optional<Limit> lowest = lowestLimit();
        if (lowest.isEmpty()) {
            diagnosis.ok(name, "none");
            return;
        }
        long bytes = lowest.get().bytes();
        String file = "/" + lowest.get().file();
        if (bytes >= ENOUGH) {
            diagnosis.ok(name, Figures.bytes(bytes) + " (" + file + ")");
        } else {
            diagnosis.warning(
                    name,
                    Figures.bytes(bytes) + " (" + file + "); heap, arena and buffers have to fit in it",
                    machine.writes(file.endsWith("memory.max") ? "max" : "-1", file));
        }
    }

    private Optional<Limit> lowestLimit() {
        Optional<Limit> lowest = Optional.empty();
        for (String line : machine.text("proc/self/cgroup").orElse("").lines().toList()) {
            String[] parts = line.split(":", 3);
            if (parts.length < 3) {
                continue;
            }
            boolean second = parts[0].equals("0") && parts[1].isEmpty();
            if (second || parts[1].equals("memory")) {
                Optional<Limit> found = second
                        ? lowestAbove("sys/fs/cgroup", parts[2], "memory.max")
                        : lowestAbove("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes");
                lowest = lower(lowest, found);
            }
        }
        return lowest;
    }

    /** In a container the path may be of another name space: then only the top's file is there, which is its own. */
    private Optional<Limit> lowestAbove(String hierarchy, String path, String file) {
        Optional<Limit> lowest = Optional.empty();
        String group = path;
        while (true) {
            String place = hierarchy + (group.equals("/") ? "" : group) + "/" + file;
            lowest = lower(
                    lowest,
                    machine.number(place).filter(bytes -> bytes < NO_LIMIT).map(bytes -> new Limit(bytes, place)));
            int slash = group.lastIndexOf('/');
            if (group.equals("/") || slash < 0) {
                return lowest;
            }
            group = slash == 0 ? "/" : group.substring(0, slash);
        }
    }

    private static Optional<Limit> lower(Optional<Limit> one, Optional<Limit> other) {
        if (one.isEmpty()
                || (other.isPresent() && other.get().bytes() < one.get().bytes())) {
            return other;
        }
        return one;
    }

    private void overcommitting() {
        String name = "vm.overcommit_memory";
        String value = machine.text("proc/sys/vm/overcommit_memory").orElse("unknown");
        switch (value) {
            case "0" -> diagnosis.ok(name, "0 (heuristic)");
            case "1" -> diagnosis.ok(name, "1 (always)");
            case "2" ->
                diagnosis.warning(
                        name,
                        "2 (never): memory counts as used when it is mapped, so that the heap and large arenas may"
                                + " be refused",
                        machine.asRoot("sysctl vm.overcommit_memory=0"));
            default -> diagnosis.warning(name, value, Diagnosis.NO_REMEDY);
        }
    }

    /** With huge pages everywhere, the arena's memory grows and goes back by 2 MiB instead of by what is used. */
    private void hugePages() {
        String name = "transparent huge pages";
        Matcher chosen = CHOSEN.matcher(machine.text(HUGE_PAGES.substring(1)).orElse(""));
        if (!chosen.find()) {
            diagnosis.ok(name, "not in this kernel");
        } else if (chosen.group(1).equals("always")) {
            diagnosis.warning(
                    name,
                    "always: resident memory grows and goes back by 2 MiB, instead of by what is used",
                    machine.writes("madvise", HUGE_PAGES));
        } else {
            diagnosis.ok(name, chosen.group(1));
        }
    }
}
