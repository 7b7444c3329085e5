package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Question;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** One command, run in this JVM, with its output. */
public record CommandRun(int status, String out, String err) {
    /** The exit code. */
    public ExitCode code() {
        return Arrays.stream(ExitCode.values())
                .filter(code -> code.status() == status)
                .findFirst()
                .orElseThrow(() -> new AssertionError("exit status " + status + " is in no table; err: " + err));
    }

    /** Runs the command with the settings in that folder. */
    public static CommandRun of(Path home, String... arguments) {
        return of(Map.of("HOME", home.toString()), arguments);
    }

    /** Runs the demo on a device file, a temporary one unless the arguments name another. */
    static CommandRun ofDemo(Path home, String... arguments) {
        Stream<String> demo = Stream.of("demo", "tiering", "--device", "file");
        return of(home, Stream.concat(demo, Stream.of(arguments)).toArray(String[]::new));
    }

    /** The output of a successful run with {@code --json}. */
    JsonNode report() throws IOException {
        assertThat(code()).as(err).isEqualTo(ExitCode.DONE);
        return JsonMapper.builder().build().readTree(out);
    }

    public static CommandRun of(Map<String, String> environment, String... arguments) {
        return of(environment, Question.NOBODY, arguments);
    }

    /** Runs the command for a person at a terminal, who answers its questions. */
    static CommandRun answering(Path home, Predicate<String> person, String... arguments) {
        return of(Map.of("HOME", home.toString()), question -> Optional.of(person.test(question)), arguments);
    }

    private static CommandRun of(Map<String, String> environment, Question question, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(
                new PrintWriter(out, true), OutputStream.nullOutputStream(), new PrintWriter(err, true), false, 80);
        int status =
                CommandTree.of(new Session(environment, terminal, question)).execute(arguments);
        return new CommandRun(status, out.toString(), err.toString());
    }
}
