package io.znsslab.cli.device;

import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What util-linux' {@code blkzone report} says about a block device's zones: a second opinion, by other code on another way into the kernel. Its numbers are sectors
 * of 512 bytes, its write pointers count from the zone's start.
 */
public final class BlkzoneReport {
    private static final int SECTOR_BYTES = 512;
    private static final Pattern LINE = Pattern.compile(
            "start: 0x([0-9a-f]+), len 0x([0-9a-f]+), cap 0x([0-9a-f]+), wptr 0x([0-9a-f]+) .*zcond: ?\\d+\\((..)\\).*");
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private final List<Zone> zones;

    private BlkzoneReport(List<Zone> zones) {
        this.zones = zones;
    }

    private record Zone(long startBytes, long capacityBytes, long writePointerBytes, String condition) {}

    /** Asks blkzone; empty where the program is not there or cannot report on this device (an embedded file). */
    public static Optional<BlkzoneReport> of(Path device) {
        Optional<Path> program = FOLDERS.stream()
                .map(folder -> Path.of(folder, "blkzone"))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty() || Files.isRegularFile(device)) {
            return Optional.empty();
        }
        try {
            Process process = new ProcessBuilder(program.get().toString(), "report", device.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? Optional.of(parse(text.lines())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // it is only a second opinion
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Reads the program's output. */
    public static BlkzoneReport parse(Stream<String> lines) {
        List<Zone> zones = new ArrayList<>();
        lines.map(LINE::matcher).filter(Matcher::find).forEach(line -> {
            long start = bytes(line.group(1));
            zones.add(new Zone(start, bytes(line.group(3)), start + bytes(line.group(4)), line.group(5)));
        });
        return new BlkzoneReport(zones);
    }

    /** Number of zones. */
    public int size() {
        return zones.size();
    }

    /** One line for each zone about which it and we say different things; empty where both agree. */
    public List<String> differences(List<ZoneDescriptor> ours) {
        List<String> differences = new ArrayList<>();
        if (ours.size() != zones.size()) {
            differences.add("blkzone sees " + zones.size() + " zones and we see " + ours.size());
        }
        for (int index = 0; index < Math.min(ours.size(), zones.size()); index++) {
            Zone theirs = zones.get(index);
            ZoneDescriptor zone = ours.get(index);
            boolean same = theirs.startBytes == zone.startBytes()
                    && theirs.capacityBytes == zone.capacityBytes()
                    && theirs.condition.equals(shortWord(zone.condition()))
                    // The others have no valid write pointer (ZNS command set 1.1, section 2.1.1.1).
                    && (!zone.condition().isWritable() || theirs.writePointerBytes == zone.writePointerBytes());
            if (!same) {
                differences.add("zone " + index + ": blkzone sees " + theirs + ", we see " + zone);
            }
        }
        return differences;
    }

    private static String shortWord(ZoneCondition condition) {
        return switch (condition) {
            case NOT_WRITE_POINTER -> "nw";
            case EMPTY -> "em";
            case IMPLICIT_OPEN -> "oi";
            case EXPLICIT_OPEN -> "oe";
            case CLOSED -> "cl";
            case FULL -> "fu";
            case READ_ONLY -> "ro";
            case OFFLINE -> "of";
        };
    }

    private static long bytes(String hexadecimalSectors) {
        return Long.parseLong(hexadecimalSectors, 16) * SECTOR_BYTES;
    }
}
