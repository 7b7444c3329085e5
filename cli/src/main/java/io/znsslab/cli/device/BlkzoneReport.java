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
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What util-linux' {@code blkzone report} says about a block device's zones: a second opinion, by other code on another
 * way into the kernel. Its numbers are sectors of 512 bytes, its write pointers count from the zone's start.
 *
 * <p>Its forms, by version of util-linux ({@code sys-utils/blkzone.c}): 2.30 to 2.36 print no {@code cap}; a later one
 * that was built for an older kernel prints the length as {@code cap}; a write pointer that the zone has none of is 0,
 * its distance from all ones, or {@code N/A}. What it does not know is not compared.
 */
public final class BlkzoneReport {
    private static final long SECTOR_BYTES = 512;
    /** So many hexadecimal digits of sectors are bytes that fit a {@code long}. */
    private static final int MOST_DIGITS = 13;

    private static final String NUMBER = "(?:0x)?([0-9a-f]+)";
    private static final Pattern LINE = Pattern.compile("\\s*start:\\s*" + NUMBER + ",\\s*len\\s+" + NUMBER
            + "(?:,\\s*cap\\s+" + NUMBER + ")?,\\s*wptr\\s+(?:N/A|" + NUMBER + ")\\b.*\\bzcond:\\s*(\\d{1,3})\\b.*");
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private final List<Zone> zones;

    private BlkzoneReport(List<Zone> zones) {
        this.zones = zones;
    }

    /**
     * One zone.
     *
     * @param capacityBytes empty where it is not known
     * @param writePointerBytes empty where the zone has none
     * @param condition the number that the command sets give it, which the kernel has, too
     */
    private record Zone(long startBytes, OptionalLong capacityBytes, OptionalLong writePointerBytes, int condition) {}

    /**
     * Asks blkzone; empty where the program is not there, cannot report on this device (an embedded file), or answers
     * in a form that is not known.
     */
    public static Optional<BlkzoneReport> of(Path device) {
        Optional<Path> program = FOLDERS.stream()
                .map(folder -> Path.of(folder, "blkzone"))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty() || Files.isRegularFile(device)) {
            return Optional.empty();
        }
        try {
            ProcessBuilder blkzone = new ProcessBuilder(program.get().toString(), "report", device.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            blkzone.environment().put("LC_ALL", "C"); // its lines are translated
            Process process = blkzone.start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? parse(text.lines()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // it is only a second opinion
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Reads the program's output; empty where it names no zone, or one of its zones cannot be read. */
    static Optional<BlkzoneReport> parse(Stream<String> lines) {
        List<Zone> zones = new ArrayList<>();
        for (String line : lines.filter(text -> text.contains("start:")).toList()) {
            Optional<Zone> zone = zone(line);
            if (zone.isEmpty()) {
                return Optional.empty();
            }
            zones.add(zone.get());
        }
        return zones.isEmpty() ? Optional.empty() : Optional.of(new BlkzoneReport(zones));
    }

    private static Optional<Zone> zone(String line) {
        Matcher fields = LINE.matcher(line);
        if (!fields.matches()) {
            return Optional.empty();
        }
        OptionalLong start = bytes(fields.group(1));
        OptionalLong length = bytes(fields.group(2));
        if (start.isEmpty() || length.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong capacity = fields.group(3) == null ? OptionalLong.empty() : bytes(fields.group(3));
        OptionalLong written = fields.group(4) == null ? OptionalLong.empty() : bytes(fields.group(4));
        boolean capacityIsKnown = capacity.isPresent() && !capacity.equals(length);
        boolean isInside = written.isPresent() && written.getAsLong() <= length.getAsLong();
        return Optional.of(new Zone(
                start.getAsLong(),
                capacityIsKnown ? capacity : OptionalLong.empty(),
                isInside ? OptionalLong.of(start.getAsLong() + written.getAsLong()) : OptionalLong.empty(),
                Integer.parseInt(fields.group(5))));
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
                    && theirs.capacityBytes.orElse(zone.capacityBytes()) == zone.capacityBytes()
                    && theirs.condition == number(zone.condition())
                    // The others have no valid write pointer (ZNS command set 1.1, section 2.1.1.1).
                    && (!zone.condition().isWritable()
                            || theirs.writePointerBytes.orElse(zone.writePointerBytes()) == zone.writePointerBytes());
            if (!same) {
                differences.add("zone " + index + ": blkzone sees " + theirs + ", we see " + zone);
            }
        }
        return differences;
    }

    /** {@code enum blk_zone_cond} of the kernel's {@code linux/blkzoned.h}. */
    private static int number(ZoneCondition condition) {
        return switch (condition) {
            case NOT_WRITE_POINTER -> 0;
            case EMPTY -> 1;
            case IMPLICIT_OPEN -> 2;
            case EXPLICIT_OPEN -> 3;
            case CLOSED -> 4;
            case READ_ONLY -> 13;
            case FULL -> 14;
            case OFFLINE -> 15;
        };
    }

    /** Empty for what no device has, such as the distance of a place from all ones. */
    private static OptionalLong bytes(String hexadecimalSectors) {
        if (hexadecimalSectors.length() > MOST_DIGITS) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(hexadecimalSectors, 16) * SECTOR_BYTES);
    }
}
