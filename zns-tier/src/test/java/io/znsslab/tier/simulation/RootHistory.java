package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.SlabAllocator;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Records, outside the store, which roots were set and which of them a sync has acknowledged. Used by one thread. */
final class RootHistory {
    /** The root that must be there at least, and those that were set after it. */
    private final List<byte[]> possible = new ArrayList<>(List.of(new byte[0]));

    /** A root was set, or is about to be. */
    void set(byte[] root) {
        possible.add(root);
    }

    /** What a sync that begins now is going to acknowledge. */
    byte[] now() {
        return possible.getLast();
    }

    /** The sync was acknowledged. */
    void synced(byte[] root) {
        possible.subList(0, possible.indexOf(root)).clear();
    }

    /** Checks the root after an end without warning. Changes nothing. */
    void requireAfterCrash(SlabAllocator store) {
        String found = HexFormat.of().formatHex(store.root());
        assertThat(possible.stream().map(HexFormat.of()::formatHex).toList())
                .as("roots that may be there")
                .contains(found);
    }

    /** Checks it, and from then on that it stays. */
    void checkAfterCrash(SlabAllocator store) {
        requireAfterCrash(store);
        possible.clear();
        possible.add(store.root());
    }
}
