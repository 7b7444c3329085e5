package io.znsslab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the calls of the command in lines of a shell, as help texts and documents have them. */
final class ShellWords {
    private static final Set<String> NAMES = Set.of("zns-slab", "./zns-slab");
    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+");
    private static final Pattern END = Pattern.compile("[|;&<>#)].*|\\d?>.*");

    private ShellWords() {}

    /** The lines that are indented by two spaces and call the command, continued lines put together. */
    static List<String> linesIn(Stream<String> lines) {
        List<String> found = new ArrayList<>();
        String begun = "";
        for (String line : lines.toList()) {
            String whole = begun + line.strip();
            if (begun.isEmpty() && !line.matches(" {2}\\S.*")) {
                continue;
            }
            if (whole.endsWith("\\")) {
                begun = whole.substring(0, whole.length() - 1);
                continue;
            }
            begun = "";
            if (whole.matches("(?:.*[\\s(])?(?:\\./)?zns-slab(?:\\s.*)?")) {
                found.add(whole);
            }
        }
        return found;
    }

    /** The arguments of each call in a line, without those of a command that it runs in turn; these are calls, too. */
    static List<List<String>> callsIn(String line) {
        List<List<String>> calls = new ArrayList<>();
        List<String> call = null;
        List<String> words = WORD.matcher(line.replace("(", " ( ").replace(")", " ) "))
                .results()
                .map(match -> match.group().replaceAll("['\"]", ""))
                .toList();
        for (String word : words) {
            if (NAMES.contains(word)) {
                call = new ArrayList<>();
                calls.add(call);
            } else if (END.matcher(word).matches()) {
                call = null;
            } else if (call != null) {
                call.add(word);
            }
            if (word.equals("--") && call != null && call.getFirst().equals("emulate")) {
                call.add("true"); // the command to run stands after it, and is looked at by itself
                call = null;
            }
        }
        return calls;
    }
}
