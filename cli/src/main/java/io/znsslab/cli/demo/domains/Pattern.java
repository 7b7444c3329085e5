package io.znsslab.cli.demo.domains;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.SlabAllocator;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;

/** The patterns, by their names on the command line. */
enum Pattern {
    WEB_REQUEST("web-request", "all that a request allocates ends with it", WebRequest.class),
    GAME_FRAME("game-frame", "a frame's data ends with the frame, a level's with the level", GameFrame.class),
    TRANSACTION_BATCH(
            "transaction-batch", "working data ends with its batch, committed data stays", TransactionBatch.class),
    REUSABLE_FRAME("reusable-frame", "entered for each round; later rounds take no new memory", ReusableFrame.class);

    private final String word;
    private final String about;
    private final Class<?> source;

    Pattern(String word, String about, Class<?> source) {
        this.word = word;
        this.about = about;
        this.source = source;
    }

    /** The name of its source file, which is a resource of this package. */
    String sourceFile() {
        return source.getSimpleName() + ".java";
    }

    /** Runs it on a store of its own. */
    DomainsReport.PatternRun run() {
        try (SlabAllocator store = SlabAllocator.builder().build()) {
            Boundaries boundaries = new Boundaries(store);
            switch (this) {
                case WEB_REQUEST -> WebRequest.run(store, boundaries);
                case GAME_FRAME -> GameFrame.run(store, boundaries);
                case TRANSACTION_BATCH -> TransactionBatch.run(store, boundaries);
                case REUSABLE_FRAME -> ReusableFrame.run(store, boundaries);
            }
            return new DomainsReport.PatternRun(word, about, boundaries.seen());
        }
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return word;
    }

    private static String words() {
        return Arrays.stream(values()).map(Pattern::toString).collect(Collectors.joining(", "));
    }

    /** For the help. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(values()).map(Pattern::toString).iterator();
        }
    }

    /**
     * The pattern of that name.
     *
     * @throws CommandFailure if there is none
     */
    static Pattern named(String text) {
        return Arrays.stream(values())
                .filter(pattern -> pattern.word.equals(text))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE, "'" + text + "' is no pattern of 'demo domains': use " + words()));
    }
}
