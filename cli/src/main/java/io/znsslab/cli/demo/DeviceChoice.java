package io.znsslab.cli.demo;

import io.znsslab.cli.config.DeviceName;
import io.znsslab.cli.config.SettingValue;
import io.znsslab.cli.emulate.EmulatedDevice;
import io.znsslab.cli.emulate.GuestJob;
import io.znsslab.cli.emulate.KernelNullBlk;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Terminal;
import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.microvm.GuestKernel;
import io.znsslab.emulation.microvm.MicroVm;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import io.znsslab.tier.platform.LibrarySupport;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which device a demo runs on, and why.
 *
 * <p>{@code auto} takes null_blk of this kernel, else null_blk in the micro-VM, else the embedded file: the nearer to a
 * real device the better, and one of them always works. Without libzbd only the last one does.
 */
sealed interface DeviceChoice {
    /** A device that this process opens itself. */
    record Here(DeviceName name) implements DeviceChoice {}

    /** null_blk of this kernel. */
    record HereNullBlk(NullBlockDriver driver) implements DeviceChoice {}

    /** A device in a guest, in which the demo starts itself once more. */
    record InGuest(EmulatedDevice kind, MicroVm machine) implements DeviceChoice {}

    /**
     * Chooses.
     *
     * @param asked what the flag, the environment or the settings say
     * @param kernel the Linux that a micro-VM was asked for with, which rules out devices that need none; empty where
     *     it does not matter
     * @param announce takes a line that says which device it is and why, before anything that takes long
     */
    static DeviceChoice of(
            SettingValue asked, Optional<GuestKernel> kernel, Terminal terminal, Consumer<String> announce) {
        DeviceName name = DeviceName.parse(asked.value());
        if (kernel.isPresent() && (name instanceof DeviceName.Existing || name instanceof DeviceName.EmbeddedFile)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--kernel " + kernel.get() + " is for a micro-VM, which the device " + name.text()
                            + " does not use");
        }
        String because = reason(asked);
        return switch (name) {
            case DeviceName.Existing existing -> {
                announce.accept(existing.path() + ", " + because);
                yield new Here(existing);
            }
            case DeviceName.EmbeddedFile file -> {
                announce.accept(
                        "embedded file" + file.path().map(path -> " " + path).orElse("") + ", " + because);
                yield new Here(file);
            }
            case DeviceName.NullBlk asIs -> nullBlk(because, kernel, terminal, announce);
            case DeviceName.NvmeZns asIs -> {
                announce.accept("QEMU's NVMe ZNS device in " + microVm(kernel) + ", " + because);
                yield new InGuest(
                        EmulatedDevice.NVME_ZNS, GuestJob.prepare(kernel.orElse(GuestKernel.DISTRIBUTION), terminal));
            }
            case DeviceName.Automatic asIs -> automatic(kernel, terminal, announce);
        };
    }

    private static DeviceChoice nullBlk(
            String because, Optional<GuestKernel> kernel, Terminal terminal, Consumer<String> announce) {
        if (kernel.isPresent()) {
            announce.accept("null_blk in " + microVm(kernel) + ", " + because + " and --kernel asks for that Linux");
            return new InGuest(EmulatedDevice.NULL_BLK, GuestJob.prepare(kernel.get(), terminal));
        }
        return switch (KernelNullBlk.find()) {
            case NullBlockDriver.Available(NullBlockDriver driver) -> {
                announce.accept("null_blk of this kernel, " + because);
                yield new HereNullBlk(driver);
            }
            case NullBlockDriver.Unavailable(String reason) -> {
                announce.accept("null_blk in a micro-VM, " + because + " and " + reason);
                yield new InGuest(
                        EmulatedDevice.NULL_BLK, GuestJob.prepare(kernel.orElse(GuestKernel.DISTRIBUTION), terminal));
            }
        };
    }

    private static DeviceChoice automatic(Optional<GuestKernel> kernel, Terminal terminal, Consumer<String> announce) {
        if (kernel.isPresent()) {
            announce.accept("null_blk in " + microVm(kernel) + ", because --kernel says so");
            return new InGuest(EmulatedDevice.NULL_BLK, GuestJob.prepare(kernel.get(), terminal));
        }
        if (!LibrarySupport.libzbd().loaded()) {
            announce.accept("embedded file, because no device is configured and null_blk needs libzbd, which is"
                    + " missing: `zns-slab doctor` says how to install it");
            return new Here(new DeviceName.EmbeddedFile(Optional.empty()));
        }
        if (KernelNullBlk.find() instanceof NullBlockDriver.Available(NullBlockDriver driver)) {
            announce.accept("null_blk of this kernel, because no device is configured and this kernel has it");
            return new HereNullBlk(driver);
        }
        announce.accept("null_blk in a micro-VM, because no device is configured and this kernel offers no null_blk");
        try {
            return new InGuest(
                    EmulatedDevice.NULL_BLK, GuestJob.prepare(kernel.orElse(GuestKernel.DISTRIBUTION), terminal));
        } catch (EmulationException e) {
            announce.accept("embedded file instead, because no micro-VM is available: " + e.getMessage());
            return new Here(new DeviceName.EmbeddedFile(Optional.empty()));
        }
    }

    private static String microVm(Optional<GuestKernel> kernel) {
        return "a micro-VM" + kernel.map(version -> " (Linux: " + version + ")").orElse("");
    }

    private static String reason(SettingValue asked) {
        return switch (asked.origin()) {
            case FLAG -> "because " + asked.source() + " says so";
            case ENVIRONMENT -> "because the variable " + asked.source() + " says so";
            case FILE -> "because it is configured in " + asked.source();
            case DEFAULT -> "because nothing else is configured";
        };
    }
}
