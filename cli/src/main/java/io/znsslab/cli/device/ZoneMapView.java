package io.znsslab.cli.device;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** Draws a device's zones: one sign a zone, or several zones a sign where there are very many. */
public final class ZoneMapView {
    private static final int SIGNS_A_GROUP = 8;
    private static final int MOST_ROWS = 24;
    private static final String GAP = "   ";

    private static final Map<Character, String> MEANINGS = meanings();
    /** Signs that stand for several zones if one of them has it. */
    private static final char[] OF_NOTE = {'X', 'R', 'M'};

    private final DeviceGeometry geometry;
    private final List<ZoneDescriptor> zones;
    private final IntPredicate metadata;

    /**
     * @param zones all zones of the device, as reported
     * @param metadata which of them hold the store's own records
     */
    public ZoneMapView(DeviceGeometry geometry, List<ZoneDescriptor> zones, IntPredicate metadata) {
        this.geometry = geometry;
        this.zones = List.copyOf(zones);
        this.metadata = metadata;
    }

    /**
     * Prints the map, indented by two columns, at most {@code columns} wide and two dozen rows high, with a legend of
     * the signs that are in it.
     */
    public void print(PrintWriter out, int columns) {
        int numberWidth = Math.max(4, Integer.toString(zones.size()).length() + 1);
        int row = rowLength(columns - 2 - numberWidth - 2);
        int zonesASign = Math.max(1, Math.ceilDiv(zones.size(), row * MOST_ROWS));
        out.println("zones    " + Figures.count(zones.size(), "zone") + " of "
                + Figures.bytes(geometry.zoneCapacityBytes()) + " each: " + summary());
        Set<Character> drawn = new LinkedHashSet<>();
        for (int first = 0; first < zones.size(); first += row * zonesASign) {
            StringBuilder line = new StringBuilder(" ".repeat(2));
            line.append(String.format("%" + numberWidth + "d  ", first));
            for (int sign = 0; sign < row && first + sign * zonesASign < zones.size(); sign++) {
                if (sign > 0 && sign % SIGNS_A_GROUP == 0) {
                    line.append(' ');
                }
                int from = first + sign * zonesASign;
                char shown = sign(zones.subList(from, Math.min(zones.size(), from + zonesASign)));
                drawn.add(shown);
                line.append(shown);
            }
            out.println(line);
        }
        for (String part : wrapped(legend(drawn, zonesASign), columns - 2)) {
            out.println("  " + part);
        }
    }

    private static String legend(Set<Character> drawn, int zonesASign) {
        List<String> parts = new ArrayList<>();
        if (zonesASign > 1) {
            parts.add("each sign is " + zonesASign + " zones");
        }
        MEANINGS.forEach((sign, meaning) -> {
            if (drawn.contains(sign)) {
                parts.add(sign + " " + meaning);
            }
        });
        if (drawn.stream().anyMatch(Character::isDigit)) {
            parts.add("0-9 partly written, in tenths");
        }
        return String.join(GAP, parts);
    }

    /** The sign of adjacent zones: what is out of order or of note in one of them, else how full they are together. */
    private char sign(List<ZoneDescriptor> together) {
        List<Character> signs = together.stream().map(this::sign).distinct().toList();
        if (signs.size() == 1) {
            return signs.getFirst();
        }
        for (char ofNote : OF_NOTE) {
            if (signs.contains(ofNote)) {
                return ofNote;
            }
        }
        long written = 0;
        long capacity = 0;
        for (ZoneDescriptor zone : together) {
            if (zone.type() == ZoneType.SEQUENTIAL) {
                written += zone.condition() == ZoneCondition.FULL ? zone.capacityBytes() : zone.writtenBytes();
                capacity += zone.capacityBytes();
            }
        }
        return tenths(written, capacity);
    }

    private static char tenths(long written, long capacity) {
        return (char) ('0' + Math.clamp(written * 10 / Math.max(1, capacity), 0, 9));
    }

    /** The sign of one zone. */
    public char sign(ZoneDescriptor zone) {
        if (zone.condition() == ZoneCondition.OFFLINE) {
            return 'X';
        }
        if (zone.condition() == ZoneCondition.READ_ONLY) {
            return 'R';
        }
        if (zone.type() == ZoneType.CONVENTIONAL) {
            return 'C';
        }
        if (metadata.test(zone.index())) {
            return 'M';
        }
        return switch (zone.condition()) {
            case EMPTY -> '.';
            case FULL -> '#';
            default -> tenths(zone.writtenBytes(), zone.capacityBytes());
        };
    }

    private String summary() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (ZoneDescriptor zone : zones) {
            counts.merge(metadata.test(zone.index()) ? "metadata" : wordOf(zone.condition()), 1, Integer::sum);
        }
        StringBuilder text = new StringBuilder();
        counts.forEach((word, count) -> text.append(text.isEmpty() ? "" : ", ")
                .append(count)
                .append(' ')
                .append(word));
        return text.toString();
    }

    /** The word for a condition in tables and JSON. */
    public static String wordOf(ZoneCondition condition) {
        return switch (condition) {
            case NOT_WRITE_POINTER -> "conventional";
            case EMPTY -> "empty";
            case IMPLICIT_OPEN -> "open";
            case EXPLICIT_OPEN -> "explicitly open";
            case CLOSED -> "closed";
            case FULL -> "full";
            case READ_ONLY -> "read-only";
            case OFFLINE -> "offline";
        };
    }

    private static Map<Character, String> meanings() {
        Map<Character, String> meanings = new LinkedHashMap<>();
        meanings.put('.', "empty");
        meanings.put('#', "full");
        meanings.put('M', "metadata");
        meanings.put('C', "conventional");
        meanings.put('R', "read-only");
        meanings.put('X', "offline");
        return meanings;
    }

    private static int rowLength(int columns) {
        return Math.max(1, (columns + 1) / (SIGNS_A_GROUP + 1)) * SIGNS_A_GROUP;
    }

    private static List<String> wrapped(String legend, int columns) {
        List<String> lines = new ArrayList<>();
        String rest = legend;
        while (rest.length() > columns) {
            int cut = rest.lastIndexOf(GAP, columns);
            if (cut <= 0) {
                break;
            }
            lines.add(rest.substring(0, cut).stripTrailing());
            rest = rest.substring(cut).strip();
        }
        lines.add(rest);
        return lines;
    }
}
