package io.znsslab.cli.demo.domains;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A game: what is made for a frame ends with the frame, what is loaded for a level stays for all of its frames. Two
 * lifetimes, two epochs; no frame's garbage ever lies among the level's data.
 */
final class GameFrame {
    private static final int MESHES = 2_000;
    private static final int MESH_BYTES = 500;
    private static final int PARTICLES = 20_000;
    private static final int PARTICLE_BYTES = 48;

    private GameFrame() {}

    static void run(SlabAllocator store, Boundaries boundaries) {
        long level = store.advanceEpoch("level");
        long[] meshes = new long[MESHES];
        for (int mesh = 0; mesh < MESHES; mesh++) {
            meshes[mesh] = store.allocate(MESH_BYTES, level);
            store.setLong(meshes[mesh], 0, mesh);
        }
        boundaries.at("level loaded");

        for (int frame = 1; frame <= 3; frame++) {
            try (EpochDomain scratch = store.openDomain()) {
                for (int particle = 0; particle < PARTICLES; particle++) {
                    MemorySegment position = scratch.allocate(PARTICLE_BYTES);
                    position.set(ValueLayout.JAVA_LONG, 0, store.getLong(meshes[particle % MESHES], 0));
                }
                boundaries.at("frame " + frame + " drawn");
            }
            boundaries.at("frame " + frame + " over");
        }

        store.closeEpoch(level, Disposition.DISCARD).join();
        store.trim();
        boundaries.at("level left");
    }
}
