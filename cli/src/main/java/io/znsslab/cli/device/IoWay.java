package io.znsslab.cli.device;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.IoMethod;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * How reads and writes reach a device in this process.
 *
 * @param word for programs: {@code io_uring}, {@code plain} or {@code memory}; null where io_uring is there, but no
 *     ring can be had now
 * @param words for people
 */
public record IoWay(String word, String words) {
    /** Asks the device, or what has it open. */
    public static IoWay of(Supplier<IoMethod> device) {
        try {
            IoMethod method = device.get();
            return new IoWay(method.name().toLowerCase(Locale.ROOT), wordsFor(method));
        } catch (DeviceException e) {
            if (e.problem() != DeviceException.Problem.NO_RING) {
                throw e;
            }
            return new IoWay(null, "none now: " + e.getMessage());
        }
    }

    private static String wordsFor(IoMethod method) {
        return switch (method) {
            case IO_URING -> "by io_uring";
            case PLAIN -> "by plain system calls: `zns-slab doctor` says why not by io_uring";
            case MEMORY -> "in memory";
        };
    }
}
