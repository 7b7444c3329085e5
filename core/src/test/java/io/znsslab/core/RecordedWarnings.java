package io.znsslab.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Records what a class logs while a test runs, and keeps it from the console. */
public final class RecordedWarnings implements AutoCloseable {
    private final List<String> messages = Collections.synchronizedList(new ArrayList<>());
    private final Logger logger;
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord message) {
            messages.add(message.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Starts recording. */
    public RecordedWarnings(Class<?> of) {
        logger = Logger.getLogger(of.getName());
        logger.setUseParentHandlers(false);
        logger.addHandler(recorder);
    }

    /** The messages so far. */
    public List<String> messages() {
        return List.copyOf(messages);
    }

    @Override
    public void close() {
        logger.removeHandler(recorder);
        logger.setUseParentHandlers(true);
    }
}
