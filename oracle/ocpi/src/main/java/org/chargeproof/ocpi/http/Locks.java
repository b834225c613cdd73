package org.chargeproof.ocpi.http;

import java.util.concurrent.locks.ReentrantLock;

/** A bounded number of locks for any number of keys: what is read, changed and kept of one object must be one thread's at a time. */
public final class Locks {
    private static final int COUNT = 256;

    private final ReentrantLock[] locks = new ReentrantLock[COUNT];

    /** Locks that nobody holds. */
    public Locks() {
        for (int i = 0; i < COUNT; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** The lock of a key; the same for equal keys. */
    public ReentrantLock of(Object key) {
        return locks[Math.floorMod(key.hashCode(), COUNT)];
    }
}
