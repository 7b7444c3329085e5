package io.znsslab.cli.emulate;

import io.znsslab.cli.device.DeviceShape;
import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import java.nio.file.Path;

/** A null_blk of this kernel for as long as this object is open; an interrupted process removes it, too. */
public final class KernelNullBlk implements AutoCloseable {
    private final NullBlockDevice device;
    private final Thread remover;

    private KernelNullBlk(NullBlockDevice device) {
        this.device = device;
        remover = new Thread(device::close, "null_blk remover");
    }

    /** Whether this kernel has null_blk and this process may use it; if not, why. */
    public static NullBlockDriver.Availability find() {
        return NullBlockDriver.find();
    }

    /** Makes one, under the first name {@code nullb0}, {@code nullb1}, ... that is free. */
    public static KernelNullBlk create(NullBlockDriver driver, DeviceShape shape) {
        return create(driver, shape, DeviceFaults.NONE);
    }

    /** The same with faults. */
    static KernelNullBlk create(NullBlockDriver driver, DeviceShape shape, DeviceFaults faults) {
        KernelNullBlk made = new KernelNullBlk(new NullBlkDevices(driver).create(shape, faults));
        Runtime.getRuntime().addShutdownHook(made.remover);
        return made;
    }

    /** The block device. */
    public Path path() {
        return device.path();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(remover);
        } catch (IllegalStateException e) {
            return; // the process is ending: the hook removes the device
        }
        device.close();
    }
}
