package io.znsslab.core.tiering;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.ZnsSlabException;

/**
 * A promotion found no frame for its slab. Whether the handle that it was begun for names an object is not known yet,
 * so this is no answer for a user.
 */
final class NoFrameException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoFrameException(String message) {
        super(message);
    }

    /** The answer for a live object. */
    ZnsSlabException forLiveObject() {
        return new ZnsSlabException(requireNonNull(getMessage()));
    }
}
