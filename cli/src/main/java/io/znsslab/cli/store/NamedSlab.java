package io.znsslab.cli.store;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.inspect.SlabPlace;
import io.znsslab.tier.inspect.StoreInspection;

/** Finds the slab that a command line names. */
final class NamedSlab {
    private NamedSlab() {}

    /** The live slab of that id; a command failure with a usage code says why there is none. */
    static SlabPlace of(StoreInspection inspection, long slabId) {
        try {
            return inspection.slab(slabId);
        } catch (DeviceException e) {
            throw e;
        } catch (ZnsSlabException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
    }
}
