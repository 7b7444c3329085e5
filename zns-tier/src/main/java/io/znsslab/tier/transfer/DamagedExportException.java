package io.znsslab.tier.transfer;

import io.znsslab.core.ZnsSlabException;

/** The stream is no export of a store, was cut short, or was changed on its way. Nothing of it was kept. */
public final class DamagedExportException extends ZnsSlabException {
    private static final long serialVersionUID = 1L;

    DamagedExportException(String message) {
        super(message);
    }
}
