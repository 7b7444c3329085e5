package io.znsslab.tier.platform;

import io.znsslab.bindings.NativeException;
import io.znsslab.bindings.ResourceLimit;

/**
 * How much memory this process may lock ({@code RLIMIT_MEMLOCK}). Registered buffers of a ring count against it, unless
 * the process has the capability {@code CAP_IPC_LOCK}, which root has.
 *
 * @param limitBytes the limit in force; {@link Long#MAX_VALUE} for none
 * @param mostBytes the value up to which the process may raise it; {@link Long#MAX_VALUE} for none
 */
public record LockedMemory(long limitBytes, long mostBytes) {
    /** The limit of this process; none where the system does not say. */
    public static LockedMemory ofProcess() {
        try {
            ResourceLimit limit = ResourceLimit.lockedMemoryBytes();
            return new LockedMemory(limit.soft(), limit.hard());
        } catch (NativeException | UnsupportedOperationException e) {
            return new LockedMemory(Long.MAX_VALUE, Long.MAX_VALUE);
        }
    }
}
