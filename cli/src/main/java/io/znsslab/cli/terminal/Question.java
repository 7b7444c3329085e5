package io.znsslab.cli.terminal;

import java.io.Console;
import java.util.Locale;
import java.util.Optional;

/** Asks the person at the terminal before something is destroyed. */
public interface Question {
    /** For processes without a terminal. */
    Question NOBODY = question -> Optional.empty();

    /** Whether the answer is yes; empty where there is no terminal. */
    Optional<Boolean> ask(String question);

    /** Asks on the terminal of this process: only if input and output both are one. */
    static Question ofProcess() {
        return question -> Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> isYes(console.readLine("%s [y/N] ", question)));
    }

    /** Whether an answer is yes; the end of the input is a no. */
    static boolean isYes(String answer) {
        String word = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
        return word.equals("y") || word.equals("yes");
    }
}
