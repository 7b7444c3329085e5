package io.znsslab.cli.demo.live;

import java.util.List;

/**
 * All that is shown of a run at a moment.
 *
 * @param limit of the arena, in bytes
 * @param zoneCapacity what can be written to a zone, in bytes
 */
public record Frame(Moment moment, long limit, long zoneCapacity, List<Latencies.Summary> latencies) {
    public Frame {
        latencies = List.copyOf(latencies);
    }
}
