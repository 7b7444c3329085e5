package io.znsslab.emulation.testing;

import io.znsslab.emulation.EmulationException;
import io.znsslab.emulation.microvm.GuestKernel;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import java.util.List;
import java.util.function.Consumer;

/** A way to run tests in a kernel with zoned block devices. */
interface ZonedKernelRun {
    /**
     * Runs the tests with these Jupiter ids and reports them.
     *
     * @throws EmulationException when the kernel can't be had or was lost; tests not reported by then did not finish
     */
    void run(List<String> ids, Consumer<TestEvent> events) throws InterruptedException;

    /**
     * System property: the Linux to run the tests on, as {@link GuestKernel#of} takes it. If it is set, the tests run
     * in the micro-VM.
     */
    String KERNEL = "zns-slab.deviceTests.kernel";

    /**
     * Chooses this process's own kernel where it has null_blk and no test needs an NVMe namespace; else the micro-VM.
     */
    static ZonedKernelRun forClasses(List<Class<?>> testClasses) {
        String kernel = System.getProperty(KERNEL, "");
        if (!kernel.isEmpty()) {
            return new MicroVmRun(testClasses, GuestKernel.of(kernel));
        }
        boolean wantsNvme =
                testClasses.stream().anyMatch(testClass -> testClass.getAnnotationsByType(NvmeZns.class).length > 0);
        if (!wantsNvme && NullBlockDriver.find() instanceof NullBlockDriver.Available) {
            return (ids, events) -> {
                events.accept(new TestEvent.Begun(GuestTestMain.kernel() + ", this machine's own kernel"));
                JupiterLauncher.run(ids, events);
            };
        }
        return new MicroVmRun(testClasses, GuestKernel.DISTRIBUTION);
    }
}
