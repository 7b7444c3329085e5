package io.znsslab.core;

/** What callers of the API give, looked at before anything is done. */
final class Arguments {
    private Arguments() {}

    /** The argument of that name, if there is one. */
    static <T> T requireNonNull(T argument, String name) {
        if (argument == null) {
            throw new NullPointerException(name + " must not be null");
        }
        return argument;
    }
}
