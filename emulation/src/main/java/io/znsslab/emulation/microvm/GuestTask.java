package io.znsslab.emulation.microvm;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The work of one guest: a command, its folder and environment, and the machine around it. Immutable; made by
 * {@link #of} and its builder.
 */
public final class GuestTask {
    /** Variable of the command's environment that names the device for {@link Builder#events}. */
    public static final String EVENTS_VARIABLE = "ZNS_SLAB_GUEST_EVENTS";

    final List<String> command;
    final Path folder;
    final Map<String, String> environment;
    final List<Path> sharedFolders;
    final List<NvmeNamespace> namespaces;
    final int memoryMebibytes;
    final int processors;
    final Duration timeLimit;
    final InputStream input;
    final OutputStream output;
    final OutputStream errors;
    final Consumer<String> events;

    private GuestTask(Builder builder) {
        command = List.copyOf(builder.command);
        folder = builder.folder;
        environment = Map.copyOf(builder.environment);
        sharedFolders = List.copyOf(builder.sharedFolders);
        namespaces = List.copyOf(builder.namespaces);
        memoryMebibytes = builder.memoryMebibytes;
        processors = builder.processors;
        timeLimit = builder.timeLimit;
        input = builder.input;
        output = builder.output;
        errors = builder.errors;
        events = builder.events;
    }

    /**
     * A task that runs this command: the program, as a full path or found on the {@code PATH} of its environment, and
     * its arguments.
     */
    public static Builder of(List<String> command) {
        return new Builder(command);
    }

    /** Collects what differs from the defaults. Not thread-safe. */
    public static final class Builder {
        private final List<String> command;
        private Path folder = Path.of("").toAbsolutePath();
        private final Map<String, String> environment = new LinkedHashMap<>(System.getenv());
        private final List<Path> sharedFolders = new ArrayList<>();
        private final List<NvmeNamespace> namespaces = new ArrayList<>();
        private int memoryMebibytes = 4096;
        private int processors = 2;
        private Duration timeLimit = Duration.ofMinutes(10);
        private InputStream input = InputStream.nullInputStream();
        private OutputStream output = System.out;
        private OutputStream errors = System.err;
        private Consumer<String> events = line -> {};

        private Builder(List<String> command) {
            require(!command.isEmpty(), "the command is empty");
            this.command = command;
        }

        /** Where the command starts; this process's own folder by default. */
        public Builder folder(Path value) {
            folder = value.toAbsolutePath();
            return this;
        }

        /** Adds a variable to the command's environment, which starts as a copy of this process's. */
        public Builder environment(String name, String value) {
            require(!name.isEmpty() && name.indexOf('=') < 0, "\"" + name + "\" is not a variable name");
            environment.put(name, value);
            return this;
        }

        /**
         * A folder of the host that the command sees under the same path and may write to. The command can read all
         * other folders too, but what it writes there is lost when the guest ends.
         */
        public Builder sharedFolder(Path value) {
            require(Files.isDirectory(value), "the shared folder " + value + " is not a folder");
            require(value.toString().indexOf('\n') < 0, "the shared folder " + value + " has a line break in its name");
            sharedFolders.add(value.toAbsolutePath());
            return this;
        }

        /**
         * Adds a zoned NVMe namespace. A single one is {@code /dev/nvme0n1} in the guest. The names of several follow
         * no order: the file {@code nsid} of each in {@code /sys/block} holds its number, counted from 1 in the order
         * of these calls.
         */
        public Builder namespace(NvmeNamespace value) {
            namespaces.add(value);
            return this;
        }

        /**
         * The guest's memory, which also holds its null_blk devices and all that is written to the guest's folders;
         * 4096 by default.
         */
        public Builder memoryMebibytes(int value) {
            require(value >= 512, "a guest of " + value + " MiB does not start, 512 is the least");
            memoryMebibytes = value;
            return this;
        }

        /**
         * Processors that the guest sees, 1 to 8, 2 by default. They take turns on one processor of the host, so a
         * guest is no place to test races.
         */
        public Builder processors(int value) {
            require(value >= 1 && value <= 8, "processors is " + value + ", must be 1 to 8");
            processors = value;
            return this;
        }

        /**
         * How long the guest may run, from its start; 10 minutes by default. A guest that exceeds it is cut off and
         * fails.
         */
        public Builder timeLimit(Duration value) {
            require(value.isPositive(), "timeLimit is " + value + ", must be positive");
            timeLimit = value;
            return this;
        }

        /**
         * What the command reads from its standard input; nothing by default. It is read ahead of the command, as far
         * as pipes hold, and a read that blocks when the guest ends goes on in a daemon thread.
         */
        public Builder input(InputStream value) {
            input = value;
            return this;
        }

        /** The stream that receives the command's standard output; this process's standard output by default. */
        public Builder output(OutputStream value) {
            output = value;
            return this;
        }

        /** The stream that receives the command's standard error; this process's standard error by default. */
        public Builder errors(OutputStream value) {
            errors = value;
            return this;
        }

        /**
         * Receives each line that the command writes to the device which its variable {@link #EVENTS_VARIABLE} names.
         * The calls come from one thread, in order; the guest wrote each of these lines before it was cut off.
         */
        public Builder events(Consumer<String> value) {
            events = value;
            return this;
        }

        public GuestTask build() {
            require(Files.isDirectory(folder), "the folder " + folder + " is not a folder");
            return new GuestTask(this);
        }

        private static void require(boolean holds, String rule) {
            if (!holds) {
                throw new IllegalArgumentException("Guest task: " + rule);
            }
        }
    }
}
