package io.znsslab.jcache.replay;

import java.nio.file.Path;
import java.util.Locale;

/** A cache that a trace is replayed on. */
interface Contestant extends AutoCloseable {
    /** Those that there are, with the memory and the disk of a replay. */
    enum Kind {
        /** JCache in DRAM. */
        ZNS_SLAB_MEMORY,
        /** JCache in DRAM and on a device file. */
        ZNS_SLAB_DEVICE,
        /** Ehcache with its off-heap tier. */
        EHCACHE_OFFHEAP,
        /** Ehcache with its off-heap and its disk tier. */
        EHCACHE_DISK;

        /** @param folder an empty one, for what goes to disk */
        Contestant open(long memoryBytes, long diskBytes, Path folder) {
            return switch (this) {
                case ZNS_SLAB_MEMORY -> SlabContestant.inMemory(memoryBytes);
                case ZNS_SLAB_DEVICE -> SlabContestant.onDevice(memoryBytes, diskBytes, folder);
                case EHCACHE_OFFHEAP -> new EhcacheContestant(memoryBytes, 0, folder);
                case EHCACHE_DISK -> new EhcacheContestant(memoryBytes, diskBytes, folder);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The value of a key; null if there is none. */
    byte[] get(long key);

    void put(long key, byte[] value);

    /** Bytes that went to disk so far. */
    long writtenBytes();

    @Override
    void close();
}
