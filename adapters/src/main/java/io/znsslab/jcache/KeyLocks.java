package io.znsslab.jcache;

import java.util.concurrent.locks.ReentrantLock;

/** Locks for keys, several of which share one: an operation that changes an entry has its key's. Thread-safe. */
final class KeyLocks {
    private static final int COUNT = 512;

    private final ReentrantLock[] locks = new ReentrantLock[COUNT];

    KeyLocks() {
        for (int i = 0; i < COUNT; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    ReentrantLock of(Object key) {
        int hash = key.hashCode() * 0x9E37_79B9;
        return locks[(hash ^ hash >>> 16) & (COUNT - 1)];
    }
}
