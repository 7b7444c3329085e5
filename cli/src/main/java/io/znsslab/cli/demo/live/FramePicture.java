package io.znsslab.cli.demo.live;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * A frame as lines for a screen of any size: what there is no room for is left out, the maps first grow coarser.
 *
 * @param title the top line
 * @param now what is shown
 * @param before an earlier frame, which rates are counted from; null for none
 * @param coloured whether signs and headings may have colours
 */
record FramePicture(String title, Frame now, Frame before, boolean coloured) implements Screen.Picture {
    private static final int HEADING = 9;
    private static final int INDENT = 2;
    private static final int LEAST_BAR = 5;
    private static final int WIDEST_BAR = 40;
    private static final int LEAST_MAP_ROWS = 4;
    private static final String RESET = "\033[0m";
    private static final String BOLD = "\033[1m";
    private static final String EPOCH_LEGEND = "+ filling  H hot  > to device  C cold  < in DRAM again  x discarded";
    private static final String ZONE_LEGEND = ". empty  0-9 tenths written  # full  M log";

    @Override
    public List<String> lines(int rows, int columns) {
        List<String> lines = new ArrayList<>();
        lines.add(bold(cut(title, columns)));
        add(lines, columns, phase(columns));
        add(
                lines,
                columns,
                "DRAM     " + bytes(moment().arenaRss()) + " resident of " + bytes(now.limit()) + ", process "
                        + bytes(moment().processRss()));
        add(
                lines,
                columns,
                "device   " + bytes(moment().written()) + " written, " + bytes(moment().read()) + " read, "
                        + Figures.count(moment().coldSlabs(), "slab") + " cold");
        add(lines, columns, "rates    " + rates());
        addLatencies(lines, rows, columns);
        addMaps(lines, rows, columns);
        return lines.size() > rows ? List.copyOf(lines.subList(0, rows)) : lines;
    }

    private Moment moment() {
        return now.moment();
    }

    private String phase(int columns) {
        Moment moment = moment();
        String time = Figures.duration(moment.nanos());
        if (moment.total() <= 0) {
            return "phase    " + moment.phase() + ", " + time;
        }
        double share = Math.clamp((double) moment.done() / moment.total(), 0, 1);
        String text = "phase    " + moment.phase() + " " + Figures.count(moment.done()) + " of "
                + Figures.count(moment.total()) + ", " + time;
        int width = Math.min(WIDEST_BAR, columns - text.length() - "  [] 100 %".length());
        String percent = String.format(Locale.ROOT, "%3d %%", (int) (100 * share));
        if (width < LEAST_BAR) {
            String withPercent = text + "  " + percent;
            return withPercent.length() <= columns ? withPercent : text;
        }
        int full = (int) (width * share);
        return text + "  [" + "#".repeat(full) + ".".repeat(width - full) + "] " + percent;
    }

    private String rates() {
        if (before == null || moment().nanos() <= before.moment().nanos()) {
            return "-";
        }
        Moment then = before.moment();
        long nanos = moment().nanos() - then.nanos();
        return Figures.count((long) ((moment().objects() - then.objects()) * 1e9 / nanos))
                + " objects/s stored; device "
                + Figures.rate(moment().written() - then.written(), nanos) + " written, "
                + Figures.rate(moment().read() - then.read(), nanos) + " read";
    }

    private void addLatencies(List<String> lines, int rows, int columns) {
        List<Latencies.Summary> latencies = now.latencies();
        if (latencies.isEmpty() || rows - lines.size() < latencies.size() + 2 + 2 * LEAST_MAP_ROWS) {
            return;
        }
        lines.add("");
        lines.add(bold(cut(row("latency", "count", "median", "99 %", "99.9 %", "longest"), columns)));
        for (Latencies.Summary latency : latencies) {
            add(
                    lines,
                    columns,
                    row(
                            "  " + latency.operation(),
                            Figures.count(latency.count()),
                            time(latency.p50()),
                            time(latency.p99()),
                            time(latency.p999()),
                            time(latency.max())));
        }
    }

    private static String row(String heading, String... cells) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%-10s", heading));
        for (String cell : cells) {
            row.append(String.format(Locale.ROOT, "%12s", cell));
        }
        return row.toString();
    }

    private void addMaps(List<String> lines, int rows, int columns) {
        int left = rows - lines.size();
        int width = columns - INDENT;
        if (left < LEAST_MAP_ROWS || width < 1) {
            return;
        }
        boolean airy = left >= 4 * LEAST_MAP_ROWS;
        int headings = airy ? 6 : 2;
        int forEpochs = rowsFor(moment().epochs(), width, Math.max(1, (left - headings) / 3));
        int forZones = rowsFor(moment().zones(), width, left - headings - forEpochs);
        String epochs = cells(moment().epochs(), width * forEpochs, FramePicture::busiest);
        addMap(
                lines,
                airy,
                columns,
                new SignMap("epochs", epochsInWords(), EPOCH_LEGEND, epochs, FramePicture::epochColour));
        String zones = cells(moment().zones(), width * forZones, FramePicture::average);
        addMap(
                lines,
                airy,
                columns,
                new SignMap("zones", zonesInWords(), ZONE_LEGEND, zones, FramePicture::zoneColour));
    }

    /** A map of signs, with what stands above and below it. */
    private record SignMap(String heading, String words, String legend, String cells, IntUnaryOperator colours) {}

    private static int rowsFor(String signs, int width, int most) {
        return Math.clamp((signs.length() + width - 1) / width, 1, Math.max(1, most));
    }

    private void addMap(List<String> lines, boolean airy, int columns, SignMap map) {
        if (airy) {
            lines.add("");
        }
        lines.add(bold(cut(String.format(Locale.ROOT, "%-" + HEADING + "s%s", map.heading(), map.words()), columns)));
        int width = columns - INDENT;
        for (int first = 0; first < map.cells().length(); first += width) {
            String part = map.cells().substring(first, Math.min(map.cells().length(), first + width));
            lines.add(" ".repeat(INDENT) + painted(part, map.colours()));
        }
        if (airy) {
            add(lines, columns, " ".repeat(INDENT) + map.legend());
        }
    }

    private String epochsInWords() {
        String epochs = moment().epochs();
        return Figures.count(epochs.length()) + ": " + count(epochs, 'H') + " hot, " + count(epochs, '>')
                + " on the way, " + count(epochs, 'C') + " cold, " + count(epochs, 'x') + " discarded";
    }

    private String zonesInWords() {
        String zones = moment().zones();
        return Figures.count(zones.length()) + " of " + bytes(now.zoneCapacity()) + ": " + count(zones, '#') + " full, "
                + count(zones, '.') + " empty";
    }

    private static String count(String signs, char sign) {
        return Figures.count(signs.chars().filter(c -> c == sign).count());
    }

    /** The signs in at most so many cells; a cell that stands for several gets one sign for all of them. */
    static String cells(String signs, int most, UnaryOperator<String> together) {
        int each = (signs.length() + most - 1) / Math.max(1, most);
        if (each <= 1) {
            return signs;
        }
        StringBuilder cells = new StringBuilder();
        for (int first = 0; first < signs.length(); first += each) {
            cells.append(together.apply(signs.substring(first, Math.min(signs.length(), first + each))));
        }
        return cells.toString();
    }

    /** The sign of what happens there, if anything does. */
    private static String busiest(String signs) {
        for (char busy : new char[] {'>', '+', '<'}) {
            if (signs.indexOf(busy) >= 0) {
                return String.valueOf(busy);
            }
        }
        return signs.substring(0, 1);
    }

    /** The sign that they share, or tenths written of all of them. */
    static String average(String signs) {
        if (signs.chars().allMatch(c -> c == signs.charAt(0))) {
            return signs.substring(0, 1);
        }
        double written = signs.chars().mapToDouble(ZoneShares::of).sum() / signs.length();
        return String.valueOf((char) ('0' + Math.clamp((int) (10 * written), 0, 9)));
    }

    /** The code of a sign's colour. */
    private static int epochColour(int sign) {
        return switch (sign) {
            case '+' -> 33;
            case 'H' -> 31;
            case '>', '<' -> 35;
            case 'C' -> 36;
            default -> 90;
        };
    }

    private static int zoneColour(int sign) {
        return switch (sign) {
            case '.' -> 90;
            case '#' -> 36;
            case 'M' -> 33;
            default -> Character.isDigit(sign) ? 32 : 31;
        };
    }

    /** In colours: a code where the colour changes. */
    private String painted(String signs, IntUnaryOperator colours) {
        if (!coloured) {
            return signs;
        }
        StringBuilder text = new StringBuilder();
        int colour = 0;
        for (int index = 0; index < signs.length(); index++) {
            char sign = signs.charAt(index);
            if (colours.applyAsInt(sign) != colour) {
                colour = colours.applyAsInt(sign);
                text.append("\033[").append(colour).append('m');
            }
            text.append(sign);
        }
        return text.append(RESET).toString();
    }

    private String bold(String text) {
        return coloured ? BOLD + text + RESET : text;
    }

    private static void add(List<String> lines, int columns, String line) {
        lines.add(cut(line, columns));
    }

    private static String cut(String line, int columns) {
        return line.length() <= columns ? line : line.substring(0, columns);
    }

    private static String bytes(long bytes) {
        return Figures.bytes(bytes);
    }

    private static String time(long nanos) {
        if (nanos < 10_000) {
            return Figures.count(nanos) + " ns";
        }
        return nanos < 10_000_000 ? Figures.count(nanos / 1000) + " µs" : Figures.count(nanos / 1_000_000) + " ms";
    }
}
