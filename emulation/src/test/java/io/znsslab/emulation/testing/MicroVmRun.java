package io.znsslab.emulation.testing;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.microvm.GuestJvm;
import io.znsslab.emulation.microvm.GuestKernel;
import io.znsslab.emulation.microvm.GuestTask;
import io.znsslab.emulation.microvm.MicroVm;
import io.znsslab.emulation.microvm.NvmeNamespace;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs tests in one guest of the micro-VM, on the class path of this JVM. */
final class MicroVmRun implements ZonedKernelRun {
    /** System property: how many minutes the tests of a module may take in the guest. */
    private static final String TIME_LIMIT = "zns-slab.deviceTests.minutes";

    private static final long MEBIBYTE = 1L << 20;

    private final List<Class<?>> testClasses;
    private final GuestKernel kernel;

    MicroVmRun(List<Class<?>> testClasses, GuestKernel kernel) {
        this.testClasses = testClasses;
        this.kernel = kernel;
    }

    @Override
    public void run(List<String> ids, Consumer<TestEvent> events) throws InterruptedException {
        MicroVm machine = prepareMachine();
        try {
            Path list = Files.createTempFile("zns-slab-device-tests-", "");
            try {
                Files.write(list, ids);
                run(machine, list, events);
            } finally {
                Files.delete(list);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the list of tests for the guest", e);
        }
    }

    private MicroVm prepareMachine() {
        try {
            return MicroVm.prepare(kernel, System.out::println);
        } catch (EmulationException e) {
            throw new EmulationException(
                    "There is no kernel with zoned block devices to run the device tests in. This machine's: "
                            + reasonAgainstThisKernel() + ". The micro-VM: " + e.getMessage()
                            + ". -DskipDeviceTests leaves these tests out",
                    e);
        }
    }

    private static String reasonAgainstThisKernel() {
        return switch (NullBlockDriver.find()) {
            case NullBlockDriver.Unavailable(String reason) -> reason;
            case NullBlockDriver.Available(NullBlockDriver driver) ->
                "has " + driver + ", and a test wants an NVMe device";
        };
    }

    private void run(MicroVm machine, Path list, Consumer<TestEvent> events) throws InterruptedException {
        List<NvmeNamespace> namespaces = new ArrayList<>();
        List<String> arguments = new ArrayList<>(List.of("-ea"));
        arguments.addAll(TestJvm.arguments());
        for (Class<?> testClass : testClasses) {
            List<String> numbers = new ArrayList<>();
            for (NvmeZns wanted : testClass.getAnnotationsByType(NvmeZns.class)) {
                namespaces.add(namespace(wanted));
                numbers.add(Integer.toString(namespaces.size()));
            }
            if (!numbers.isEmpty()) {
                arguments.add(
                        "-D" + ZonedDevices.NVME_PROPERTY + testClass.getName() + "=" + String.join(",", numbers));
            }
        }
        arguments.addAll(
                List.of("-cp", TestJvm.classPath(testClasses), GuestTestMain.class.getName(), list.toString()));
        GuestTask.Builder task = GuestTask.of(GuestJvm.command(arguments))
                .output(System.out)
                .events(line -> events.accept(TestEvent.ofLine(line)))
                .timeLimit(Duration.ofMinutes(Integer.getInteger(TIME_LIMIT, 10)));
        namespaces.forEach(task::namespace);
        int status = machine.run(task.build());
        if (status != 0) {
            throw new EmulationException("The JVM that ran the tests in the guest ended with status " + status
                    + "; its output stands above");
        }
    }

    private static NvmeNamespace namespace(NvmeZns wanted) {
        return new NvmeNamespace(
                wanted.zones(),
                wanted.zoneMebibytes() * MEBIBYTE,
                wanted.zoneCapacityMebibytes() * MEBIBYTE,
                wanted.maxOpenZones(),
                wanted.maxActiveZones(),
                wanted.blockBytes());
    }
}
