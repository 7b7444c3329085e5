package io.znsslab.tier.fault;

import io.znsslab.tier.simulation.Oracle;
import java.util.List;

/**
 * Puts the reports of a {@link KilledProcess} into an {@link Oracle}. A line without its line break does not count: its
 * step was not begun.
 */
final class ProcessReports {
    private final Oracle oracle;
    private List<Oracle.Known> deadBeforeSync = List.of();
    private int demotions;

    ProcessReports(Oracle oracle) {
        this.oracle = oracle;
    }

    /** Number of acknowledged demotions. */
    int demotions() {
        return demotions;
    }

    void line(String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "opening", "opened" -> {}
            case "demoting" -> demoting(words);
            case "demoted" -> {
                oracle.demoted(Long.parseLong(words[1]));
                demotions++;
            }
            case "freeing" -> {
                Oracle.Known known = oracle.known(Long.parseUnsignedLong(words[1], 16));
                oracle.freed(known);
            }
            case "discarding" -> oracle.discarded(Long.parseLong(words[1]));
            case "syncing" -> deadBeforeSync = oracle.deadNow();
            case "synced" -> Oracle.synced(deadBeforeSync);
            default -> throw new AssertionError("the process says: " + line);
        }
    }

    private void demoting(String[] words) {
        long epoch = Long.parseLong(words[1]);
        for (int i = 2; i < words.length; i++) {
            int colon = words[i].indexOf(':');
            oracle.allocated(
                    Long.parseUnsignedLong(words[i].substring(0, colon), 16),
                    epoch,
                    Integer.parseInt(words[i].substring(colon + 1)));
        }
        oracle.demoting(epoch);
    }
}
