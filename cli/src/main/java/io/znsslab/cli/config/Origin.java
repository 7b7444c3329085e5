package io.znsslab.cli.config;

/** Where a setting's value comes from, the strongest first. */
public enum Origin {
    /** A flag of this call. */
    FLAG,
    /** An environment variable. */
    ENVIRONMENT,
    /** The user's settings file. */
    FILE,
    /** No source has a value: the default holds. */
    DEFAULT
}
