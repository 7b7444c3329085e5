package io.znsslab.tier.zone;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZonedDevice;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Allocates what empty zones need below the device before they are used, without the lock, since that may take as long
 * as a reset. Thread-safe.
 */
final class ZonePreallocation {
    private static final System.Logger LOGGER = System.getLogger(ZonePreallocation.class.getName());

    private final ZonedDevice device;
    private final FreeZones free;
    private final DeadZones dead;
    private final ReentrantLock lock;

    /** @param lock guards {@code free} and {@code dead} */
    ZonePreallocation(ZonedDevice device, FreeZones free, DeadZones dead, ReentrantLock lock) {
        this.device = device;
        this.free = free;
        this.dead = dead;
        this.lock = lock;
    }

    /** Allocates space for empty zones until so many are ready. */
    void makeReady(int wanted) {
        while (true) {
            int zone;
            lock.lock();
            try {
                zone = free.readyZones() >= wanted ? ZoneAllocator.NONE : free.takeUnasked();
                if (zone == ZoneAllocator.NONE) {
                    return;
                }
                // The zone is empty, but not available at this moment.
                dead.begin();
            } finally {
                lock.unlock();
            }
            long began = System.nanoTime();
            boolean hasRoom = false;
            try {
                hasRoom = preallocate(zone);
            } finally {
                lock.lock();
                try {
                    if (hasRoom) {
                        free.addReady(zone);
                    } else {
                        long now = System.nanoTime();
                        free.addRoomless(zone, now - began, now);
                    }
                    dead.end();
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /** Allocates what the zone needs below the device. True when the zone can be written to its end. */
    boolean preallocate(int zone) {
        try {
            device.preallocate(zone);
            return true;
        } catch (DeviceException e) {
            LOGGER.log(
                    System.Logger.Level.DEBUG,
                    () -> "zone " + zone + " of " + device.name() + " can't be used: " + e.getMessage());
            return false;
        }
    }
}
