package io.znsslab.core.benchmark.child;

/** A measurement's JVM ended without an answer; the message has the end of its output. */
public final class ChildFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    ChildFailedException(String message) {
        super(message);
    }
}
