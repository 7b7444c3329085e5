package io.znsslab.emulation.testing;

import io.znsslab.emulation.host.HostCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The zones as {@code blkzone report} of util-linux prints them: a witness that is independent of our code. */
public final class BlkzoneReport {
    private static final int SECTOR_BYTES = 512;
    private static final Pattern LINE =
            Pattern.compile("start: 0x([0-9a-f]+), len 0x([0-9a-f]+), cap 0x([0-9a-f]+), wptr 0x([0-9a-f]+)"
                    + " .*zcond: ?[0-9]+\\((..)\\) \\[type: \\d\\(([A-Z_]+)\\)\\]");

    private BlkzoneReport() {}

    /**
     * One zone; sizes and addresses in bytes.
     *
     * @param writePointer from the zone's start; without meaning in a zone that is conventional, full, read-only or
     *     offline
     * @param condition blkzone's two letters: nw (conventional), em, oi, oe, cl, fu, ro, of
     */
    public record Zone(
            long start, long length, long capacity, long writePointer, String condition, boolean conventional) {}

    /** All zones of the device, in order. */
    public static List<Zone> of(Path device) {
        return HostCommand.require(Path.of("/"), List.of("blkzone", "report", device.toString()))
                .lines()
                .map(BlkzoneReport::zone)
                .toList();
    }

    private static Zone zone(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.find()) {
            throw new IllegalStateException("Cannot parse this line of blkzone: " + line);
        }
        return new Zone(
                bytes(matcher.group(1)),
                bytes(matcher.group(2)),
                bytes(matcher.group(3)),
                bytes(matcher.group(4)),
                matcher.group(5),
                matcher.group(6).equals("CONVENTIONAL"));
    }

    private static long bytes(String sectors) {
        return Long.parseUnsignedLong(sectors, 16) * SECTOR_BYTES;
    }
}
