package io.znsslab.emulation.microvm;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which Linux a guest runs. The versions differ in what keeps the writes to a zone in order. */
public enum GuestKernel {
    /** What the distribution itself installs by its package {@code linux-image-amd64}: 6.1 on Debian 12. */
    DISTRIBUTION("distribution", "[0-9]", "linux-image-amd64"),

    /** The scheduler mq-deadline orders the writes to a zone. */
    LINUX_6_1("6.1", "6\\.1\\.", "linux-image-amd64"),

    /**
     * Zone write plugging orders them, which came with Linux 6.10. In Debian 12's security suite, and Debian 13's own.
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
     * @throws IllegalArgumentException naming those that there are
     */
    public static GuestKernel of(String word) {
        return Arrays.stream(values())
                .filter(kernel -> kernel.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is none of a guest's kernels: "
                        + Arrays.stream(values()).map(GuestKernel::toString).collect(Collectors.joining(", "))));
    }

    /** How a package that holds such a kernel is named. */
    Pattern packageName() {
        return packageName;
    }

    /** The packages that depend on the newest such kernel, where they depend on one at all. */
    List<String> metaPackages() {
        return List.of(metaPackages.split(" "));
    }

    /** Its version, such as {@code 6.12}; {@code distribution} where that is the distribution's to say. */
    @Override
    public String toString() {
        return word;
    }
}
