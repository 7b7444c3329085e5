package io.znsslab.cli.device;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.FileReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The zoned block devices of this machine, as the kernel's files describe them
 * ({@code Documentation/ABI/stable/sysfs-block}, proc_pid_mountinfo(5)). Opens no device.
 *
 * @param blocks the kernel's folder of block devices
 * @param nodes the folder of the devices themselves
 * @param mounts the list of mounts
 */
record ZonedBlockDevices(Path blocks, Path nodes, Path mounts) {
    private static final int SECTOR_BYTES = 512;

    /** Those of this machine. */
    static ZonedBlockDevices ofMachine() {
        return new ZonedBlockDevices(Path.of("/sys/block"), Path.of("/dev"), Path.of("/proc/self/mountinfo"));
    }

    /**
     * One device.
     *
     * @param zoned {@code host-managed} or {@code host-aware}
     * @param model what the device calls itself; empty where it has no name
     * @param zones number of zones, 0 where the kernel does not say
     * @param owner user and group of its file, {@code root:disk}; empty where the file is missing
     * @param permissions of its file, such as {@code rw-rw----}
     * @param readOnly whether the kernel refuses writes to it
     * @param mountedAt where it is mounted, if it is
     * @param holders other block devices that are built on it
     */
    record Found(
            Path path,
            String zoned,
            String model,
            long sizeBytes,
            int zones,
            String owner,
            String permissions,
            boolean readOnly,
            Optional<String> mountedAt,
            List<String> holders) {}

    /** All of them, by name. */
    List<Found> find() {
        List<Found> found = new ArrayList<>();
        for (Path block : children(blocks)) {
            String zoned = value(block, "queue/zoned");
            if (!zoned.isEmpty() && !zoned.equals("none")) {
                found.add(device(block, zoned));
            }
        }
        return found;
    }

    private Found device(Path block, String zoned) {
        String name = block.getFileName().toString();
        Path node = nodes.resolve(name.replace('!', '/')); // sysfs writes a slash in a name as an exclamation mark
        String owner = "";
        String permissions = "";
        try {
            PosixFileAttributes attributes = Files.readAttributes(node, PosixFileAttributes.class);
            owner = attributes.owner().getName() + ":" + attributes.group().getName();
            permissions = PosixFilePermissions.toString(attributes.permissions());
        } catch (IOException e) {
            permissions = FileReason.of(e);
        }
        return new Found(
                node,
                zoned,
                value(block, "device/model"),
                number(value(block, "size")) * SECTOR_BYTES,
                Math.toIntExact(number(value(block, "queue/nr_zones"))),
                owner,
                permissions,
                value(block, "ro").equals("1"),
                mountedAt(value(block, "dev")),
                children(block.resolve("holders")).stream()
                        .map(holder -> holder.getFileName().toString())
                        .toList());
    }

    /** The mount point of the device with that number, such as {@code 259:3}. */
    private Optional<String> mountedAt(String number) {
        try (Stream<String> lines = Files.lines(mounts)) {
            return lines.map(line -> line.split(" ", -1))
                    .filter(fields -> fields.length > 4 && fields[2].equals(number))
                    .map(fields -> fields[4].replace("\\040", " "))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of(); // a kernel without block devices, or a container that hides them
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.DEVICE_FAILED, "cannot list " + folder + ": " + FileReason.of(e), e);
        }
    }

    /** The first line of a file; empty where there is none. */
    private static String value(Path block, String file) {
        try {
            return Files.readString(block.resolve(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static long number(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }
}
