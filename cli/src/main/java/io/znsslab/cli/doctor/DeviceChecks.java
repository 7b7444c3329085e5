package io.znsslab.cli.doctor;

import io.znsslab.cli.config.DeviceName;
import io.znsslab.cli.device.DeviceFailures;
import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.tier.DeviceContents;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether the chosen device can be used. Nothing is written to a device that exists already. */
final class DeviceChecks {
    private static final String NAME = "device";
    private static final long PATTERN = 0x5A4E_5353_4C41_4221L;
    private static final int LEAST_ACTIVE = 2;

    private final Machine machine;
    private final Diagnosis diagnosis;

    DeviceChecks(Machine machine, Diagnosis diagnosis) {
        this.machine = machine;
        this.diagnosis = diagnosis;
    }

    void check(DeviceName chosen) {
        switch (chosen) {
            case DeviceName.Existing(Path path) -> existing(path);
            case DeviceName.EmbeddedFile(Optional<Path> path)
            when path.isPresent() && Files.exists(path.get()) -> existing(path.get());
            case DeviceName.EmbeddedFile(Optional<Path> path) ->
                fileIn(path.map(file -> file.toAbsolutePath().getParent()).orElseGet(DeviceChecks::temporary));
            case DeviceName.Automatic asIs -> fileIn(temporary());
            case DeviceName.NullBlk asIs -> new EmulationChecks(machine, diagnosis).requireNullBlk();
            case DeviceName.NvmeZns asIs -> new EmulationChecks(machine, diagnosis).requireNvmeZns();
        }
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    // --- a device that exists ---------------------------------------------------------------------------------------

    private void existing(Path path) {
        try (ZonedDevice device = ZonedDevice.open(path)) {
            DeviceGeometry shape = device.geometry();
            diagnosis.ok(
                    NAME,
                    device.name() + ": " + device.description() + ", " + Figures.count(shape.zoneCount(), "zone")
                            + " of " + Figures.bytes(shape.zoneBytes()) + ", capacity "
                            + Figures.bytes(shape.zoneCapacityBytes()));
            limits(shape);
            queue(path);
            content(device);
        } catch (RuntimeException e) {
            blocked(path, e);
        }
    }

    private void limits(DeviceGeometry shape) {
        String value = "open zones " + limit(shape.maxOpenZones()) + ", active zones " + limit(shape.maxActiveZones())
                + ", conventional zones " + Figures.count(shape.conventionalZones()) + ", block "
                + Figures.bytes(shape.blockBytes()) + ", transfers of at most "
                + Figures.bytes(shape.maxTransferBytes());
        if (shape.writableZones() < LEAST_ACTIVE) {
            diagnosis.warning(
                    "device limits",
                    value + "; each acknowledged demotion ends the only zone that may be partly written",
                    Diagnosis.NO_REMEDY);
        } else {
            diagnosis.ok("device limits", value);
        }
    }

    private static String limit(int zones) {
        return zones == 0 ? "without limit" : "at most " + Figures.count(zones);
    }

    /** The scheduler of a block device; a file has no queue of its own. */
    private void queue(Path path) {
        Optional<String> disk = diskOf(path);
        Optional<String> schedulers = disk.flatMap(name -> machine.text("sys/block/" + name + "/queue/scheduler"));
        if (schedulers.isEmpty()) {
            return;
        }
        String active = schedulers.get().replaceAll(".*\\[(.+?)].*", "$1");
        boolean plugging = machine.isAtLeast(6, 10);
        if (plugging || active.equals("mq-deadline")) {
            diagnosis.ok("device scheduler", active + (plugging ? " (the kernel orders the writes to a zone)" : ""));
        } else {
            diagnosis.warning(
                    "device scheduler",
                    active + "; up to Linux 6.9 only mq-deadline keeps the writes to a zone in order",
                    machine.writes("mq-deadline", "/sys/block/" + disk.get() + "/queue/scheduler"));
        }
    }

    private static Optional<String> diskOf(Path path) {
        try {
            return Optional.of(path.toRealPath().getFileName().toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Reads through the ring, so that a device that opens and cannot be read is found, too. */
    private void content(ZonedDevice device) {
        DeviceContents contents = DeviceContents.of(device);
        switch (contents.kind()) {
            case NOTHING -> diagnosis.ok("content", "nothing; it will be formatted when a store is opened on it");
            case STORE ->
                diagnosis.ok(
                        "content",
                        contents.store()
                                .map(store -> "a store, " + store.id() + ", opened "
                                        + Figures.count(store.openings(), "time"))
                                .orElse("a store"));
            case OTHER_VERSION -> taken(device, "a store in a format that this release does not read");
            case FOREIGN -> taken(device, contents.foreign().orElse("data of others"));
        }
    }

    private void taken(ZonedDevice device, String by) {
        diagnosis.blocking(
                ExitCode.DEVICE_REFUSED,
                "content",
                by + "; formatting the device destroys it",
                "zns-slab device format --force --yes " + quoted(device.name()));
    }

    private void blocked(Path path, RuntimeException failure) {
        CommandFailure told = DeviceFailures.tell(failure);
        diagnosis.blocking(told.exitCode(), NAME, told.getMessage(), remedy(path, failure));
    }

    private String remedy(Path path, RuntimeException failure) {
        if (!(failure instanceof DeviceException refused)) {
            return Diagnosis.NO_REMEDY;
        }
        return switch (refused.problem()) {
            case MISSING, NOT_ZONED -> "lsblk -z";
            case BUSY -> "fuser -v " + quoted(path.toString());
            case ACCESS_DENIED ->
                // A regular file may be anything: only a device's node is known to be one.
                path.startsWith("/dev") ? "sudo setfacl -m u:$USER:rw " + quoted(path.toString()) : Diagnosis.NO_REMEDY;
            default -> Diagnosis.NO_REMEDY;
        };
    }

    private static String quoted(String path) {
        return path.matches("[\\w/.:+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }

    // --- a device file that would be made ----------------------------------------------------------------------------

    /** Makes a device file in that folder, writes, reads, and removes it. */
    private void fileIn(Path folder) {
        Path made = null;
        try {
            made = Files.createTempDirectory(folder, "zns-slab-doctor-");
            tryFile(made.resolve("device"));
            diagnosis.ok(
                    NAME,
                    "a device file in " + folder + " could be made, written, read"
                            + FolderChecks.freeBytes(folder)
                                    .map(free -> "; " + Figures.bytes(free) + " free there")
                                    .orElse(""));
        } catch (IOException e) {
            diagnosis.blocking(
                    ExitCode.INPUT_UNUSABLE,
                    NAME,
                    "no device file can be made in " + folder + ": "
                            + e.getClass().getSimpleName() + " " + e.getMessage(),
                    "export TMPDIR=/var/tmp");
        } catch (RuntimeException e) {
            blocked(folder, e);
        } finally {
            remove(made);
        }
    }

    private static void tryFile(Path file) {
        try (FileZonedDevice device =
                        FileZonedDevice.create(file, DeviceShape.usual().ofFile());
                Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(device.geometry().blockBytes());
            block.set(ValueLayout.JAVA_LONG, 0, PATTERN);
            device.write(0, block);
            device.flush();
            block.set(ValueLayout.JAVA_LONG, 0, 0);
            device.read(0, block);
            if (block.get(ValueLayout.JAVA_LONG, 0) != PATTERN) {
                throw new CommandFailure(
                        ExitCode.WRONG_ANSWER, "the device file " + file + " gave back other bytes than were written");
            }
        }
    }

    private static void remove(Path folder) {
        if (folder == null) {
            return;
        }
        try {
            Files.deleteIfExists(folder.resolve("device"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // What is left of it is empty, and lies in a folder that is cleaned up by the system.
            return;
        }
    }
}
