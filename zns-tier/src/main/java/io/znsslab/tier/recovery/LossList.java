package io.znsslab.tier.recovery;

import io.znsslab.tier.report.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Losses, those of one epoch in one zone for one reason added up. For one thread. */
final class LossList {
    private record Cause(long epoch, int zone, String reason) {}

    private static final class Sum {
        private long slabs;
        private long objects;
    }

    private final Map<Cause, Sum> sums = new LinkedHashMap<>();

    void add(long epoch, long slabs, long objects, int zone, String reason) {
        Sum sum = sums.computeIfAbsent(new Cause(epoch, zone, reason), cause -> new Sum());
        sum.slabs += slabs;
        sum.objects += objects;
    }

    boolean isEmpty() {
        return sums.isEmpty();
    }

    List<Loss> all() {
        return sums.entrySet().stream()
                .map(entry -> new Loss(
                        entry.getKey().epoch(),
                        entry.getValue().slabs,
                        entry.getValue().objects,
                        entry.getKey().zone(),
                        entry.getKey().reason()))
                .toList();
    }
}
