package io.znsslab.emulation.nullblk;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.host.HostCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The null_blk driver of this process's kernel. It makes, lists and removes zoned devices through configfs.
 *
 * <p>Stateless but for the kernel's own state; any thread, any number of processes.
 */
public final class NullBlockDriver {
    private static final Path SYSTEM = Path.of("/");
    /**
     * The driver names the disk after the folder, in a field that holds this many bytes and a terminator ({@code struct
     * nullb}).
     */
    private static final int LONGEST_NAME = 31;

    private final Path configuration;
    private final Path blockDevices;
    private final Path nodes;

    /** @param root the folder that contains {@code sys} and {@code dev} */
    NullBlockDriver(Path root) {
        configuration = root.resolve("sys/kernel/config/nullb");
        blockDevices = root.resolve("sys/block");
        nodes = root.resolve("dev");
    }

    /** Whether this kernel has the driver and this process may use it. */
    public sealed interface Availability {}

    /** The kernel has the driver, and this process may use it. */
    public record Available(NullBlockDriver driver) implements Availability {}

    /**
     * The kernel lacks the driver, or this process may not use it.
     *
     * @param reason in one line, fit to be shown
     */
    public record Unavailable(String reason) implements Availability {}

    /**
     * Looks for the driver. Where this process is root, it first mounts configfs and loads the module (without devices)
     * if these are missing.
     */
    public static Availability find() {
        if (!Files.isDirectory(new NullBlockDriver(SYSTEM).configuration) && HostCommand.isRoot()) {
            loadDriver();
        }
        return look();
    }

    /**
     * Looks for the driver as it is: nothing is mounted or loaded. Where it is there, a device that is never switched
     * on is made and removed, because only that shows whether this process may.
     */
    public static Availability look() {
        return find(SYSTEM);
    }

    /**
     * The command that root loads the driver with; empty where it is loaded, or this kernel does not have it as a
     * module either.
     */
    public static Optional<String> loadingCommand() {
        return loadingCommand(SYSTEM, System.getProperty("os.version"));
    }

    static Optional<String> loadingCommand(Path root, String release) {
        if (Files.isDirectory(root.resolve("sys/module/null_blk"))) {
            return Optional.empty();
        }
        Path modules = root.resolve("lib/modules").resolve(release).resolve("modules.dep");
        try (Stream<String> lines = Files.lines(modules)) {
            return lines.anyMatch(line -> line.contains("/null_blk.ko"))
                    ? Optional.of("modprobe null_blk nr_devices=0")
                    : Optional.empty();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    static Availability find(Path root) {
        NullBlockDriver driver = new NullBlockDriver(root);
        Path parent = root.resolve("sys/kernel/config");
        if (!Files.isDirectory(parent)) {
            return new Unavailable("the kernel has no configfs at " + parent);
        }
        if (!Files.isDirectory(driver.configuration)) {
            return new Unavailable("the kernel has no null_blk driver loaded: there is no " + driver.configuration
                    + (HostCommand.isRoot() ? "" : "; as root: modprobe null_blk nr_devices=0"));
        }
        return driver.refusal().<Availability>map(Unavailable::new).orElseGet(() -> new Available(driver));
    }

    /**
     * Makes a device, and returns when its node exists.
     *
     * @param name at most 31 characters of {@code [A-Za-z0-9_-]}; no other block device may have it
     * @throws EmulationException when the kernel refuses it; nothing of the device is left then
     */
    public NullBlockDevice create(String name, NullBlockSettings settings) {
        checkName(name);
        ConfigurationFolder folder = new ConfigurationFolder(configuration.resolve(name));
        try {
            Files.createDirectory(folder.folder());
        } catch (FileAlreadyExistsException e) {
            throw new EmulationException(
                    "There is a null_blk device " + name + " already: remove it or use another name", e);
        } catch (IOException e) {
            throw new EmulationException(
                    "Cannot make the null_blk device " + name + ": mkdir " + folder.folder() + ": "
                            + ConfigurationFolder.reason(e),
                    e);
        }
        try {
            for (Map.Entry<String, String> attribute :
                    ConfigurationFolder.attributes(settings).entrySet()) {
                folder.write(attribute.getKey(), attribute.getValue());
            }
            folder.write("power", "1");
            return new NullBlockDevice(this, name, node(name, folder), folder);
        } catch (RuntimeException e) {
            try {
                remove(name);
            } catch (RuntimeException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
    }

    /** Names of all null_blk devices, whichever process made them, in alphabetical order. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(configuration, Files::isDirectory)) {
            folders.forEach(folder -> names.add(folder.getFileName().toString()));
        } catch (IOException e) {
            throw new EmulationException(
                    "Cannot list the null_blk devices in " + configuration + ": " + ConfigurationFolder.reason(e), e);
        }
        Collections.sort(names);
        return names;
    }

    /** The zoned device of this name; empty where it does not exist, is not zoned, or is not switched on. */
    public Optional<NullBlockDevice> device(String name) {
        checkName(name);
        ConfigurationFolder folder = new ConfigurationFolder(configuration.resolve(name));
        if (!Files.isDirectory(folder.folder()) || !folder.isZonedAndOn()) {
            return Optional.empty();
        }
        return Optional.of(new NullBlockDevice(this, name, node(name, folder), folder));
    }

    /**
     * Removes a device with its content; a device that does not exist is no error.
     *
     * @throws EmulationException when the kernel refuses
     */
    public void remove(String name) {
        checkName(name);
        Path folder = configuration.resolve(name);
        try {
            Files.delete(folder);
        } catch (NoSuchFileException e) {
            // The device is gone already, as the caller wants.
            return;
        } catch (IOException e) {
            throw new EmulationException(
                    "Cannot remove the null_blk device " + name + ": rmdir " + folder + ": "
                            + ConfigurationFolder.reason(e),
                    e);
        }
    }

    @Override
    public String toString() {
        return "null_blk at " + configuration;
    }

    /** Why the driver can't be used, found by making a device that is never switched on. */
    private Optional<String> refusal() {
        Path probe = configuration.resolve("znsslab-probe-"
                + ProcessHandle.current().pid() + "-" + Thread.currentThread().threadId());
        try {
            Files.createDirectory(probe);
        } catch (IOException e) {
            return Optional.of("this process may not make null_blk devices: mkdir " + probe + ": "
                    + ConfigurationFolder.reason(e));
        }
        boolean zoned = Files.exists(probe.resolve("zone_capacity"));
        try {
            Files.delete(probe);
        } catch (IOException e) {
            return Optional.of("cannot remove the probe " + probe + ": " + ConfigurationFolder.reason(e));
        }
        return zoned
                ? Optional.empty()
                : Optional.of("the kernel's null_blk has no zone capacity: it is older than Linux 5.9");
    }

    /** Kernels before 5.18 name the disk after the device's index instead of its folder. */
    private Path node(String name, ConfigurationFolder folder) {
        String disk = Files.exists(blockDevices.resolve(name)) ? name : "nullb" + folder.readNumber("index");
        Path node = nodes.resolve(disk);
        if (!Files.exists(node)) {
            throw new EmulationException(
                    "The null_blk device " + name + " is on, and there is no " + node + ": is /dev a devtmpfs?");
        }
        return node;
    }

    private static void loadDriver() {
        Path configfs = Path.of("/sys/kernel/config");
        if (Files.isDirectory(configfs) && !Files.isDirectory(configfs.resolve("nullb"))) {
            runIfPresent("mount", List.of("-t", "configfs", "configfs", configfs.toString()));
        }
        runIfPresent("modprobe", List.of("null_blk", "nr_devices=0"));
        if (Files.isDirectory(configfs) && !Files.isDirectory(configfs.resolve("nullb"))) {
            runIfPresent("mount", List.of("-t", "configfs", "configfs", configfs.toString()));
        }
    }

    /** Ignores the exit status: the check of the folder that follows reports a failure with its reason. */
    private static void runIfPresent(String program, List<String> arguments) {
        HostCommand.find(program).ifPresent(path -> {
            List<String> command = new ArrayList<>(List.of(path.toString()));
            command.addAll(arguments);
            HostCommand.run(SYSTEM, command);
        });
    }

    private static void checkName(String name) {
        if (!name.matches("[A-Za-z0-9_-]{1," + LONGEST_NAME + "}")) {
            throw new IllegalArgumentException("A null_blk device can't be named \"" + name + "\": 1 to " + LONGEST_NAME
                    + " letters, digits, '_' and '-'");
        }
    }
}
