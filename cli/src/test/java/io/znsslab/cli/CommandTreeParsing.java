package io.znsslab.cli;

import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Command lines that are parsed and not run. */
final class CommandTreeParsing {
    private CommandTreeParsing() {}

    static boolean understands(String command) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        CommandLine tree = CommandTree.of(
                new Session(Map.of(), new Terminal(nowhere, OutputStream.nullOutputStream(), nowhere, false, 80)));
        List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
        if (words.getFirst().equals("emulate")) {
            words.add("true"); // the command that is run in the other kernel is not ours to parse
        }
        try {
            tree.parseArgs(words.toArray(String[]::new));
            return true;
        } catch (CommandLine.ParameterException e) {
            return false;
        }
    }
}
