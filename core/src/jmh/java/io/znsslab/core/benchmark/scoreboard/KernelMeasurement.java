package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.benchmark.child.ChildFailedException;
import io.znsslab.core.benchmark.child.ChildJvm;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.kernel.KernelCalls;
import io.znsslab.core.benchmark.kernel.KernelMain;
import java.io.IOException;
import java.util.List;

/** What this project's requests ask of the kernel. */
record KernelMeasurement(List<Contestant> contestants, Settings settings) implements Measurement {
    static final String PAGE_FAULTS = "page faults";
    static final String SYSTEM_CALLS = "system calls";
    static final String SWITCHES = "voluntary switches";
    static final List<String> COUNTS = List.of(PAGE_FAULTS, SYSTEM_CALLS, SWITCHES);

    @Override
    public void measure(int round, Figures figures) throws IOException, InterruptedException {
        for (Contestant contestant : contestants) {
            if (contestant.isProduct()) {
                measure(round, figures, contestant);
            }
        }
    }

    private void measure(int round, Figures figures, Contestant contestant) throws IOException, InterruptedException {
        try {
            KernelCalls calls = ChildJvm.ask(
                    KernelMain.class, KernelCalls.class, List.of(), contestant, settings.effort().warmRequests);
            figures.put(FigureKey.kernel(contestant, PAGE_FAULTS), round, calls.pageFaults());
            figures.put(FigureKey.kernel(contestant, SWITCHES), round, calls.voluntarySwitches());
            if (calls.systemCalls() != null) {
                figures.put(FigureKey.kernel(contestant, SYSTEM_CALLS), round, calls.systemCalls());
            } else {
                System.err.println("  system calls are not counted: strace: " + calls.systemCallsNotCounted());
            }
        } catch (ChildFailedException e) {
            figures.fail("kernel, %s: %s".formatted(contestant, e.getMessage()));
        }
    }
}
