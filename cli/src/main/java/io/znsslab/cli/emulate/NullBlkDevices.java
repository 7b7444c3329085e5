package io.znsslab.cli.emulate;

import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import io.znsslab.emulation.nullblk.NullBlockSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The zoned null_blk devices of this kernel. They last until they are removed or the machine is switched off. */
final class NullBlkDevices {
    private final NullBlockDriver driver;

    NullBlkDevices(NullBlockDriver driver) {
        this.driver = driver;
    }

    /**
     * Those of a kernel that is known to have the driver, or not.
     *
     * @param attempt what the user wants, for the refusal
     * @throws CommandFailure {@link ExitCode#NO_ZONED_KERNEL}
     */
    static NullBlkDevices of(NullBlockDriver.Availability availability, String attempt) {
        return switch (availability) {
            case NullBlockDriver.Available(NullBlockDriver driver) -> new NullBlkDevices(driver);
            case NullBlockDriver.Unavailable(String reason) ->
                throw new CommandFailure(
                        ExitCode.NO_ZONED_KERNEL,
                        "cannot " + attempt + " here: " + reason
                                + "; to run a command beside one in a micro-VM: zns-slab emulate null_blk -- COMMAND");
        };
    }

    /** Makes one, under the first name {@code nullb0}, {@code nullb1}, ... that is free. */
    NullBlockDevice create(DeviceShape shape, DeviceFaults faults) {
        return create(freeName(), shape, faults);
    }

    /** Makes one of that name; nothing of it is left where it can't have those faults. */
    NullBlockDevice create(String name, DeviceShape shape, DeviceFaults faults) {
        NullBlockSettings.Builder settings = NullBlockSettings.builder()
                .sizeBytes(shape.sizeBytes())
                .zoneBytes(shape.zoneBytes())
                .zoneCapacityBytes(shape.capacityBytes())
                .conventionalZones(shape.conventional())
                .maxOpenZones(shape.maxOpen())
                .maxActiveZones(shape.maxActive())
                .blockBytes(shape.blockBytes());
        if (!faults.latency().isZero()) {
            settings.completionDelayNanos(faults.latency().toNanos());
        }
        NullBlockDevice device = driver.create(name, settings.build());
        try {
            faults.badBlocks().forEach(range -> device.failBlocks(range.offset(), range.length()));
            faults.readOnlyZones().forEach(device::toggleZoneReadOnly);
            faults.offlineZones().forEach(device::toggleZoneOffline);
            return device;
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    private String freeName() {
        List<String> taken = driver.names();
        int number = 0;
        while (taken.contains("nullb" + number) || Files.exists(Path.of("/dev/nullb" + number))) {
            number++;
        }
        return "nullb" + number;
    }

    /** All of them, by name. */
    List<NullBlockDevice> zoned() {
        return driver.names().stream()
                .flatMap(name -> driver.device(name).stream())
                .toList();
    }

    /** Names of those that are not zoned, or not switched on. */
    List<String> others() {
        return driver.names().stream()
                .filter(name -> driver.device(name).isEmpty())
                .toList();
    }

    /**
     * The zoned device of that name or path.
     *
     * @throws CommandFailure {@link ExitCode#DEVICE_MISSING}
     */
    NullBlockDevice require(String nameOrPath) {
        return zoned().stream()
                .filter(device -> device.name().equals(nameOrPath)
                        || device.path().toString().equals(nameOrPath))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.DEVICE_MISSING,
                        "there is no zoned null_blk device " + nameOrPath + ": zns-slab emulate list shows them"));
    }
}
