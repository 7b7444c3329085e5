package io.znsslab.cli.device;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Draws a device's zones, one character a zone. */
public final class ZoneMapView {
    private static final int ZONES_A_GROUP = 8;
    private static final int WIDEST_ROW = 64;
    private static final String GAP = "   ";
    private static final String LEGEND =
            ". empty   0-9 partly written, in tenths   # full   M metadata   C conventional   R read-only   X offline";

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

    /** Prints the map with its legend, indented by two columns, at most {@code columns} wide. */
    public void print(PrintWriter out, int columns) {
        int numberWidth = Math.max(4, Integer.toString(zones.size()).length() + 1);
        int row = rowLength(columns - 2 - numberWidth - 2);
        out.println("zones    " + Figures.count(zones.size(), "zone") + " of "
                + Figures.bytes(geometry.zoneCapacityBytes()) + " each: " + summary());
        for (int first = 0; first < zones.size(); first += row) {
            StringBuilder line = new StringBuilder(" ".repeat(2));
            line.append(String.format("%" + numberWidth + "d  ", first));
            for (int zone = first; zone < Math.min(zones.size(), first + row); zone++) {
                if (zone > first && (zone - first) % ZONES_A_GROUP == 0) {
                    line.append(' ');
                }
                line.append(sign(zones.get(zone)));
            }
            out.println(line);
        }
        for (String part : wrapped(LEGEND, columns - 2)) {
            out.println("  " + part);
        }
    }

    /** The sign of one zone. */
    char sign(ZoneDescriptor zone) {
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
            default -> (char) ('0' + Math.clamp(zone.writtenBytes() * 10 / Math.max(1, zone.capacityBytes()), 0, 9));
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

    private static int rowLength(int columns) {
        int groups = Math.max(1, Math.min(WIDEST_ROW / ZONES_A_GROUP, (columns + 1) / (ZONES_A_GROUP + 1)));
        return groups * ZONES_A_GROUP;
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
