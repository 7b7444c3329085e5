package io.znsslab.core.benchmark.workload;

import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.contestant.ObjectMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The scenarios in which the contestants are compared, with their thread counts. */
public enum Scenario {
    /** Pattern A. */
    FREED_AT_ONCE("A: allocate and free at once, ns a pair") {
        @Override
        public List<Supplier<Workload>> crew(ObjectMemory memory, int threads, int bytes) {
            return each(threads, thread -> new FreedAtOnce(memory, bytes));
        }
    },
    /** Pattern B. */
    THOUSAND_LIVE("B: 1,000 live, freed in random order, ns a pair") {
        @Override
        public List<Supplier<Workload>> crew(ObjectMemory memory, int threads, int bytes) {
            return each(threads, thread -> new ThousandLive(memory, bytes, thread));
        }
    },
    /** A hundred thousand objects for each thread. */
    CHURN("Churn: 100,000 live, payload touched, ns a pair") {
        @Override
        public List<Supplier<Workload>> crew(ObjectMemory memory, int threads, int bytes) {
            return each(threads, thread -> new Churn(memory, bytes, 12_345 + thread));
        }
    },
    /** Pairs of threads. */
    HANDOVER("Producer and consumer: allocated here, freed there, ns an object") {
        @Override
        public List<Supplier<Workload>> crew(ObjectMemory memory, int threads, int bytes) {
            List<Supplier<Workload>> crew = new ArrayList<>();
            for (int pair = 0; pair < threads / 2; pair++) {
                Handover handover = new Handover(memory, bytes);
                crew.add(handover::producer);
                crew.add(handover::consumer);
            }
            return crew;
        }

        @Override
        public int threadsPerOperation() {
            return 2;
        }

        @Override
        public Optional<String> exclusion(Contestant contestant) {
            return contestant == Contestant.CONFINED_ARENA
                    ? Optional.of("only its own thread can close it")
                    : super.exclusion(contestant);
        }
    },
    /** A lifetime at a time. */
    REQUEST("Request: open, 40 objects of 32-700 B written and read, close, ns a request") {
        @Override
        public List<Supplier<Workload>> crew(ObjectMemory memory, int threads, int bytes) {
            return each(threads, thread -> new Requests(memory));
        }

        @Override
        public Optional<String> exclusion(Contestant contestant) {
            return contestant == Contestant.BARE_CLASSED ? Optional.of("has no requests") : Optional.empty();
        }
    };

    private final String label;

    Scenario(String label) {
        this.label = label;
    }

    /** Its heading in the table. */
    public String label() {
        return label;
    }

    /** The thread counts that it is measured with. */
    public List<Integer> threadCounts() {
        return switch (this) {
            case HANDOVER -> List.of(2, 4);
            case REQUEST -> List.of(1, 2, 8);
            default -> List.of(1, 2, 4);
        };
    }

    /**
     * Makes its workloads, one for each thread, and each in the thread that will run it: most contestants behave
     * differently if another thread allocated an object.
     *
     * @param bytes size of an object, if the scenario has a single size
     */
    public abstract List<Supplier<Workload>> crew(ObjectMemory memory, int threads, int bytes);

    /** Number of threads that one operation needs. */
    public int threadsPerOperation() {
        return 1;
    }

    /** Why a contestant takes no part in it; empty if it does. */
    public Optional<String> exclusion(Contestant contestant) {
        if (contestant == Contestant.BARE_PACKED) {
            return Optional.of("has no objects that are freed alone");
        }
        return contestant.isProductForRequests() ? Optional.of("differs in requests only") : Optional.empty();
    }

    private static List<Supplier<Workload>> each(int threads, IntFunction<Workload> workload) {
        return IntStream.range(0, threads)
                .<Supplier<Workload>>mapToObj(thread -> () -> workload.apply(thread))
                .toList();
    }
}
