package io.znsslab.cli.man;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Writes a command with all its subcommands as a manual page, in roff's man macros. Used once, by one thread. */
final class ManPage {
    private static final Help.ColorScheme PLAIN = Help.defaultColorScheme(Ansi.OFF);
    private static final int DESCRIPTION_COLUMN = 4;

    private final StringBuilder page = new StringBuilder();
    private final CommandSpec top;

    private ManPage(CommandSpec top) {
        this.top = top;
    }

    /** The page of the command and of everything below it. */
    static String of(CommandSpec top) {
        ManPage page = new ManPage(top);
        page.write();
        return page.page.toString();
    }

    private void write() {
        String name = top.qualifiedName("-");
        macro("TH", name.toUpperCase(Locale.ROOT), "1", "", top.root().version()[0], "User Commands");
        macro("SH", "NAME");
        String[] description = top.usageMessage().description();
        text(name + " - " + (description.length == 0 ? "" : description[0]));
        macro("SH", "SYNOPSIS");
        synopsis(top);
        if (description.length > 1) {
            macro("SH", "DESCRIPTION");
            for (String paragraph : description) {
                macro("PP");
                text(paragraph);
            }
        }
        macro("SH", "OPTIONS");
        options(top, false);
        List<CommandSpec> commands = subcommands(top);
        if (!commands.isEmpty()) {
            macro("SH", "COMMANDS");
            commands.forEach(this::command);
        }
        macro("SH", "EXIT STATUS");
        top.root().usageMessage().exitCodeList().forEach((code, meaning) -> entry(code.strip(), meaning));
        footer(top, "SH");
    }

    /** A command that runs something by itself; others are named by those below them. */
    private void command(CommandSpec command) {
        if (command.subcommands().isEmpty() || runs(command)) {
            macro("SS", command.qualifiedName());
            synopsis(command);
        } else {
            macro("SS", command.qualifiedName() + " ...");
        }
        for (String paragraph : command.usageMessage().description()) {
            macro("PP");
            text(paragraph);
        }
        options(command, true);
        footer(command, "PP");
        subcommands(command).forEach(this::command);
    }

    private static List<CommandSpec> subcommands(CommandSpec command) {
        return command.subcommands().values().stream()
                .map(sub -> sub.getCommandSpec())
                .filter(sub -> !sub.usageMessage().hidden())
                .toList();
    }

    private void options(CommandSpec command, boolean ownOnly) {
        Help help = new Help(command, PLAIN);
        for (var parameter : command.positionalParameters()) {
            Text[][] rows = help.createDefaultParameterRenderer()
                    .render(parameter, help.createDefaultParamLabelRenderer(), PLAIN);
            entry(parameter.paramLabel(), description(rows));
        }
        for (OptionSpec option : command.options()) {
            if (!option.hidden() && !(ownOnly && option.inherited())) {
                Text[][] rows = help.createDefaultOptionRenderer()
                        .render(option, help.createDefaultParamLabelRenderer(), PLAIN);
                String names = Arrays.stream(rows[0], 1, DESCRIPTION_COLUMN)
                        .map(Text::toString)
                        .collect(Collectors.joining());
                entry(names.replace(",", ", "), description(rows));
            }
        }
    }

    private static String description(Text[][] rows) {
        return Stream.of(rows)
                .map(row -> row[row.length - 1].toString().strip())
                .collect(Collectors.joining(" "));
    }

    private static boolean runs(CommandSpec command) {
        return command.userObject() instanceof Runnable || command.userObject() instanceof Callable;
    }

    private void synopsis(CommandSpec command) {
        String[] lines = command.usageMessage().customSynopsis();
        if (lines.length == 0) {
            IHelpSectionRenderer renderer =
                    command.commandLine().getHelpSectionMap().get(UsageMessageSpec.SECTION_KEY_SYNOPSIS);
            lines = new String[] {renderer.render(new Help(command, PLAIN))};
        }
        for (int i = 0; i < lines.length; i++) {
            if (i > 0) {
                macro("PP");
            }
            text(lines[i].replaceAll("\\s+", " ").strip());
        }
    }

    /** What stands below the options, line by line as the help has it. */
    private void footer(CommandSpec command, String heading) {
        UsageMessageSpec usage = command.usageMessage();
        String title = usage.footerHeading().formatted().strip().replaceAll(":$", "");
        if (usage.footer().length == 0) {
            return;
        }
        if (heading.equals("SH")) {
            macro(heading, title.toUpperCase(Locale.ROOT));
        } else {
            macro(heading);
            if (!title.isEmpty()) {
                text(title + ":");
            }
        }
        macro("nf");
        Arrays.stream(usage.footer()).forEach(this::text);
        macro("fi");
    }

    private void entry(String name, String meaning) {
        macro("TP");
        page.append(".B ").append(escaped(name)).append('\n');
        text(meaning);
    }

    private void macro(String name, String... arguments) {
        page.append('.').append(name);
        for (String argument : arguments) {
            page.append(" \"").append(escaped(argument)).append('"');
        }
        page.append('\n');
    }

    /** A line of text; a full stop or an apostrophe at its start would be a request. */
    private void text(String line) {
        page.append(line.startsWith(".") || line.startsWith("'") ? "\\&" : "")
                .append(escaped(line))
                .append('\n');
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
    }
}
