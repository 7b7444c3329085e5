package io.znsslab.core.benchmark.scoreboard;

/** The command line asks for what there is not. */
public final class WrongArgumentException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongArgumentException(String message) {
        super(message);
    }
}
