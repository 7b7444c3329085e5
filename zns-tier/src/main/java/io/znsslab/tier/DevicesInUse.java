package io.znsslab.tier;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.ZonedDevice;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The device objects that tiers are open on. Each tier writes as if it were alone on its device, and the device's own
 * lock keeps out other processes and other objects only. Thread-safe.
 */
final class DevicesInUse {
    /** Weak, for devices that are left without being closed. */
    private static final Map<ZonedDevice, Boolean> IN_USE = new WeakHashMap<>();

    private DevicesInUse() {}

    /** @throws DeviceException if a tier is open on the device */
    static void claim(ZonedDevice device) {
        synchronized (IN_USE) {
            if (IN_USE.putIfAbsent(device, true) == null) {
                return;
            }
        }
        throw new DeviceException(
                Problem.BUSY,
                "no tier can be opened on device " + device.name()
                        + ": another one is open on the same object; close that first, or use another device");
    }

    /** Lets another tier be opened on the device. */
    static void release(ZonedDevice device) {
        synchronized (IN_USE) {
            IN_USE.remove(device);
        }
    }
}
