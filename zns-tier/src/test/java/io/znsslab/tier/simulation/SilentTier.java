package io.znsslab.tier.simulation;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps the tier and its agents from logging the thousands of faults that a test makes on purpose. */
public final class SilentTier implements BeforeAllCallback, AfterAllCallback {
    /** Held, since the log manager forgets loggers without a reference, and their levels with them. */
    private static final Logger TIER = Logger.getLogger("io.znsslab.tier");

    private static final Logger AGENTS = Logger.getLogger("io.znsslab.core.worker");

    @Override
    public void beforeAll(ExtensionContext context) {
        TIER.setLevel(Level.OFF);
        AGENTS.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        TIER.setLevel(null);
        AGENTS.setLevel(null);
    }
}
