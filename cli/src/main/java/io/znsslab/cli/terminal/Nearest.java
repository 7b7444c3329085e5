package io.znsslab.cli.terminal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that a mistyped one may stand for. */
public final class Nearest {
    private Nearest() {}

    /**
     * The candidate with the fewest changes of a letter from the text, the first of several; empty where not even half
     * of the letters are right. A candidate that begins or ends with the text, or the other way round, is nearer than
     * any other.
     */
    public static Optional<String> to(String text, Collection<String> candidates) {
        String wanted = text.toLowerCase(Locale.ROOT);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        return candidates.stream()
                .filter(candidate -> isPart(wanted, candidate)
                        || distance(wanted, candidate) * 2 <= Math.max(wanted.length(), candidate.length()))
                .min(Comparator.comparing((String candidate) -> !isPart(wanted, candidate))
                        .thenComparingInt(candidate -> distance(wanted, candidate)));
    }

    private static boolean isPart(String wanted, String candidate) {
        String known = candidate.toLowerCase(Locale.ROOT);
        return known.startsWith(wanted) || known.endsWith(wanted) || wanted.startsWith(known) || wanted.endsWith(known);
    }

    private static int distance(String wanted, String candidate) {
        return changes(wanted, candidate.toLowerCase(Locale.ROOT));
    }

    /** Levenshtein's distance: letters to insert, delete or replace. */
    static int changes(String from, String to) {
        int[] before = new int[to.length() + 1];
        for (int j = 0; j < before.length; j++) {
            before[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
            }
            before = row;
        }
        return before[to.length()];
    }
}
