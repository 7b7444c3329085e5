package io.znsslab.cli.doctor;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** Prints a diagnosis for people: a line for each finding, and below it the command that mends it. */
final class DoctorPrinter {
    private static final int STATE_WIDTH = 10;

    private final PrintWriter out;
    private final Ansi ansi;
    private final int columns;

    DoctorPrinter(PrintWriter out, Ansi ansi, int columns) {
        this.out = out;
        this.ansi = ansi;
        this.columns = columns;
    }

    void print(DoctorReport report, Diagnosis diagnosis) {
        int nameWidth = report.findings().stream()
                        .mapToInt(finding -> finding.name().length())
                        .max()
                        .orElse(0)
                + 2;
        for (Finding finding : report.findings()) {
            print(finding, nameWidth);
        }
        out.println();
        String chosen = report.device().equals("auto")
                ? "A device file"
                : "The device " + report.device() + " (" + report.source() + ")";
        out.println(diagnosis
                .firstBlocking()
                .map(finding -> chosen + " cannot be used here: see " + finding.name() + " (exit code "
                        + report.exitCode() + ").")
                .orElse(chosen + " can be used."));
        out.flush();
    }

    private void print(Finding finding, int nameWidth) {
        String indent = " ".repeat(nameWidth + STATE_WIDTH);
        List<String> lines = wrapped(finding.value(), Math.max(20, columns - indent.length()));
        String state = finding.state() + (finding.blocking() ? " !" : "");
        out.println(
                padded(finding.name(), nameWidth) + coloured(finding, padded(state, STATE_WIDTH)) + lines.getFirst());
        lines.stream().skip(1).forEach(line -> out.println(indent + line));
        if (finding.remedy() != null) {
            // In one line, however long, so that it can be copied.
            out.println(indent + "$ " + finding.remedy());
        }
    }

    private String coloured(Finding finding, String text) {
        String colour = switch (finding.state()) {
            case OK -> "green";
            case WARNING -> "yellow";
            case LACKING -> finding.blocking() ? "bold,red" : "magenta";
        };
        return ansi.enabled() ? ansi.string("@|" + colour + " " + text + "|@") : text;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** At spaces; a word that is longer than the width stands alone. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
