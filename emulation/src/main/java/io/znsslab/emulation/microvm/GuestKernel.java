package io.znsslab.emulation.microvm;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The Linux that a guest runs. The versions differ in how they keep the writes to a zone in order. */
public enum GuestKernel {
    /** The kernel of the distribution's own package {@code linux-image-amd64}: 6.1 on Debian 12. */
    DISTRIBUTION("distribution", "[0-9]", "linux-image-amd64"),

    /** The scheduler mq-deadline orders the writes to a zone. */
    LINUX_6_1("6.1", "6\\.1\\.", "linux-image-amd64"),

    /**
     * Zone write plugging orders the writes to a zone, from Linux 6.10 on. Debian 12's security suite and Debian 13
     * have it.
     */
    LINUX_6_12("6.12", "6\\.12\\.", "linux-image-6.12-amd64 linux-image-amd64");

    private final String word;
    private final Pattern packageName;
    private final String metaPackages;

    GuestKernel(String word, String versionStart, String metaPackages) {
        this.word = word;
        this.packageName = Pattern.compile("linux-image-" + versionStart + "[^ ,]*-amd64");
        this.metaPackages = metaPackages;
    }

    /**
     * The kernel of this name, as {@link #toString} gives it.
     *
     * @throws IllegalArgumentException when there is no such kernel; the message names the possible ones
     */
    public static GuestKernel of(String word) {
        return Arrays.stream(values())
                .filter(kernel -> kernel.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word
                        + "' is not a guest kernel; the kernels are: "
                        + Arrays.stream(values()).map(GuestKernel::toString).collect(Collectors.joining(", "))));
    }

    /** Matches the names of the packages that hold such a kernel. */
    Pattern packageName() {
        return packageName;
    }

    /** The meta packages that depend on the newest such kernel; empty for a kernel without one. */
    List<String> metaPackages() {
        return List.of(metaPackages.split(" "));
    }

    /** The version, such as {@code 6.12}, or {@code distribution} where the distribution chooses it. */
    @Override
    public String toString() {
        return word;
    }
}
