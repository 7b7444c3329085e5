package io.znsslab.tier.device;

import io.znsslab.tier.device.DeviceException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** The user and the groups that this process runs as, see proc_pid_status(5). */
final class ProcessIdentity {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessIdentity() {}

    /** Number of the effective user. */
    static int user() {
        return number(fields("Uid:")[1]);
    }

    /** Numbers of the effective group and the supplementary ones. */
    static Set<Integer> groups() {
        Set<Integer> all = new HashSet<>();
        all.add(number(fields("Gid:")[1]));
        for (String group : fields("Groups:")) {
            if (!group.isEmpty()) {
                all.add(number(group));
            }
        }
        return all;
    }

    private static int number(String text) {
        return Integer.parseUnsignedInt(text);
    }

    private static String[] fields(String name) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(name)) {
                    return line.substring(name.length()).strip().split("\\s+");
                }
            }
        } catch (IOException e) {
            throw new DeviceException(
                    Problem.IO_ERROR, "could not find the user of this process in " + STATUS + ": " + e, e);
        }
        throw new DeviceException(
                Problem.IO_ERROR, "could not find the user of this process: " + STATUS + " has no " + name);
    }
}
