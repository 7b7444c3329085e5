package io.znsslab.core.model;

import java.util.function.LongConsumer;

/** A run of the model by seed, in the form in which it can be had of a changed copy of core. */
final class OneSeed implements LongConsumer {
    @Override
    public void accept(long seed) {
        ModelRun.of(seed);
    }
}
