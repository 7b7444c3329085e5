package io.znsslab.cli.device;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.tier.device.FileZonedDevice;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the file of an embedded device. */
public final class NewDeviceFile {
    private NewDeviceFile() {}

    /**
     * Creates the file; a folder that is missing is not taken for a missing device.
     *
     * @throws CommandFailure {@link ExitCode#INPUT_UNUSABLE} where there is no such folder
     */
    public static FileZonedDevice create(Path file, DeviceShape shape) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && Files.notExists(folder)) {
            throw refused(file, "there is no folder " + folder + "; make it first: mkdir -p " + folder);
        }
        if (folder != null && Files.exists(folder) && !Files.isDirectory(folder)) {
            throw refused(file, folder + " is not a folder");
        }
        return FileZonedDevice.create(file, shape.ofFile());
    }

    private static CommandFailure refused(Path file, String reason) {
        return new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot create the device file " + file + ": " + reason);
    }
}
