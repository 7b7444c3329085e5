package io.znsslab.core.benchmark.scoreboard;

/** An argument of the command line is unknown or has an invalid value. */
public final class WrongArgumentException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongArgumentException(String message) {
        super(message);
    }
}
