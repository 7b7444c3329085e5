package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test starts a guest, so each checks as much as one guest can show. */
class MicroVmIT {
    private static MicroVm machine;

    @TempDir
    Path folder;

    private final CountDownLatch firstOutput = new CountDownLatch(1);
    private final ByteArrayOutputStream output = new ByteArrayOutputStream() {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            firstOutput.countDown();
        }
    };
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private Path runFolder;

    @BeforeAll
    static void prepareTheMachine() {
        machine = MicroVm.prepare(System.out::println);
    }

    @AfterEach
    void theGuestsFolderIsGone() {
        if (runFolder != null) {
            assertThat(runFolder).doesNotExist();
        }
    }

    @Test
    void aCommandRunsAsItWouldOnTheHostAndItsStatusComesBack() throws Exception {
        Path shared = Files.createDirectory(folder.resolve("shared, it's"));
        Path unshared = Files.createFile(folder.resolve("unshared"));
        List<String> events = new CopyOnWriteArrayList<>();
        String script = """
                pwd
                uname -n
                echo "$ODD"
                echo seen by the host > here
                echo lost with the guest > "$1"
                cat "$1"
                test -d /sys/kernel/config/nullb && echo null_blk
                for i in 1 2 3; do echo "event $i" > "$ZNS_SLAB_GUEST_EVENTS"; done
                echo error >&2
                echo another error > /dev/stderr
                exit 3
                """;

        int status = run(task(List.of("sh", "-c", script, "sh", unshared.toString()))
                .folder(shared)
                .sharedFolder(shared)
                .environment("ODD", "two\nlines 'quoted' $HOME")
                .events(events::add)
                .build());

        assertThat(status).isEqualTo(3);
        assertThat(output.toString(StandardCharsets.UTF_8))
                .isEqualTo(shared + "\nzns-slab-guest\ntwo\nlines 'quoted' $HOME\nlost with the guest\nnull_blk\n");
        assertThat(errors).hasToString("error\nanother error\n");
        assertThat(events).containsExactly("event 1", "event 2", "event 3");
        assertThat(shared.resolve("here")).hasContent("seen by the host\n");
        assertThat(unshared).isEmptyFile();
    }

    @Test
    void aGuestWhoseKernelPanicsHasFailedAndShowsItsConsole() {
        String script = "echo before; read -r line; echo c > /proc/sysrq-trigger";

        assertThatExceptionOfType(GuestFailedException.class)
                .isThrownBy(() -> run(task(List.of("sh", "-c", script))
                        .input(lineAfterTheFirstOutput())
                        .build()))
                .withMessageContaining("The guest ended without an exit status of sh -c")
                .withMessageContaining("Kernel panic - not syncing: sysrq triggered crash");
        assertThat(output).hasToString("before\n");
    }

    /** Input that has no end until something was put out, and then one line. */
    private InputStream lineAfterTheFirstOutput() {
        return new InputStream() {
            private final InputStream line = new ByteArrayInputStream(new byte[] {'\n'});

            @Override
            public int read() {
                throw new AssertionError("not byte by byte");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                try {
                    return firstOutput.await(2, TimeUnit.MINUTES) ? line.read(bytes, offset, length) : -1;
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
    }

    @Test
    void theThreeStreamsPassAsTheyAreAndWhatTheCommandLeftRunningEndsWithIt() throws Exception {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        String script = "cat /dev/stdin; echo $? >&2; sleep 1000 & setsid sleep 1000 & exit 7";

        int status = run(task(List.of("sh", "-c", script))
                .input(new ByteArrayInputStream(bytes))
                .build());

        assertThat(status).isEqualTo(7);
        assertThat(output.toByteArray()).isEqualTo(bytes);
        assertThat(errors).hasToString("0\n");
    }

    @Test
    void aCommandEndsWithoutTheInputThatItDoesNotRead() throws Exception {
        assertThat(run(task(List.of("true")).input(lineAfterTheFirstOutput()).build()))
                .isZero();
    }

    @Test
    void aGuestThatDoesNotFinishInTimeIsCutOffAndHasFailed() {
        assertThatExceptionOfType(GuestFailedException.class)
                .isThrownBy(() -> run(task(List.of("sleep", "1000"))
                        .timeLimit(Duration.ofSeconds(2))
                        .build()))
                .withMessageContaining("did not finish within 2 s, and was cut off while it ran sleep 1000");
    }

    @Test
    void dataInANamespaceSurvivesTheCutOffOfItsGuest() throws Exception {
        NvmeNamespace namespace = new NvmeNamespace(4, 4 << 20, 3 << 20, 2, 3, 4096).storedIn(folder.resolve("image"));
        namespace.createImage();
        CompletableFuture<String> written = new CompletableFuture<>();
        String script = """
                yes lasting | dd of=/dev/nvme0n1 bs=4096 count=2 iflag=fullblock oflag=direct 2> /dev/null &&
                echo written > "$ZNS_SLAB_GUEST_EVENTS"
                exec sleep 1000
                """;

        try (RunningGuest guest = start(task(List.of("sh", "-c", script))
                .namespace(namespace)
                .events(written::complete)
                .build())) {
            assertThat(written.get(60, TimeUnit.SECONDS)).isEqualTo("written");
            guest.cutOff();

            assertThatExceptionOfType(GuestFailedException.class)
                    .isThrownBy(guest::waitFor)
                    .withMessageContaining("The guest was cut off while it ran sh -c");
        }
        byte[] bytes = new byte[8];
        try (RandomAccessFile image =
                new RandomAccessFile(folder.resolve("image").toFile(), "r")) {
            image.seek(4096);
            image.readFully(bytes);
        }
        assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo("lasting\n");
    }

    @Test
    void noGuestOutlivesAJvmThatIsKilled() throws Exception {
        Process jvm = startAGuestInAnotherJvm("wait");
        List<ProcessHandle> emulators = emulators(jvm);
        assertThat(emulators).hasSize(1);

        jvm.destroyForcibly().waitFor();

        emulators.getFirst().onExit().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aJvmThatEndsTakesItsGuestWithItAndLeavesNothing() throws Exception {
        Process jvm = startAGuestInAnotherJvm("exit");

        assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(emulators(jvm)).isEmpty();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    private int run(GuestTask task) throws InterruptedException {
        try (RunningGuest guest = start(task)) {
            return guest.waitFor();
        }
    }

    private RunningGuest start(GuestTask task) {
        RunningGuest guest = machine.start(task);
        runFolder = guest.folder();
        assertThat(runFolder).isDirectory();
        return guest;
    }

    private GuestTask.Builder task(List<String> command) {
        return GuestTask.of(command).output(output).errors(errors).timeLimit(Duration.ofMinutes(2));
    }

    /** Returns when the guest has been started. The other JVM keeps its temporary files in the test's own folder. */
    private Process startAGuestInAnotherJvm(String then) throws IOException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + folder,
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starter.class.getName(),
                        then)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(jvm.inputReader().readLine()).isEqualTo("started");
        return jvm;
    }

    /**
     * Finds QEMU by the guest's folder, which lies in the test's; the command line of its parent JVM names that as
     * well.
     */
    private List<ProcessHandle> emulators(Process jvm) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(folder.toString()))
                .filter(process -> process.pid() != jvm.pid())
                .toList();
    }

    /** Main class of the other JVM. */
    static final class Starter {
        private Starter() {}

        public static void main(String[] arguments) throws InterruptedException {
            RunningGuest guest = MicroVm.prepare(System.err::println)
                    .start(GuestTask.of(List.of("sleep", "1000")).build());
            System.out.println("started");
            if (arguments[0].equals("exit")) {
                System.exit(0);
            }
            guest.waitFor();
        }
    }
}
