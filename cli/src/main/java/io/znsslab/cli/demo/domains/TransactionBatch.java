package io.znsslab.cli.demo.domains;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A batch of transactions: working data of all of them ends with the batch, and each transaction enters the batch's
 * domain once more, so that no other thread closes the batch under it. What is committed goes to an epoch that stays;
 * what is rolled back is left where it is, and ends with the batch.
 */
final class TransactionBatch {
    private static final int TRANSACTIONS = 200;
    private static final int CHANGES = 50;
    private static final int CHANGE_BYTES = 120;
    private static final int ROLLED_BACK_EACH = 4;

    private TransactionBatch() {}

    static void run(SlabAllocator store, Boundaries boundaries) {
        long committed = store.advanceEpoch("committed");
        for (int number = 1; number <= 2; number++) {
            try (EpochDomain batch = store.openDomain()) {
                for (int transaction = 0; transaction < TRANSACTIONS; transaction++) {
                    execute(store, batch, committed, transaction % ROLLED_BACK_EACH == 0);
                }
                boundaries.at("batch " + number + " executed");
            }
            boundaries.at("batch " + number + " over");
        }
        store.closeEpoch(committed, Disposition.DISCARD).join();
        store.trim();
        boundaries.at("committed data dropped");
    }

    private static void execute(SlabAllocator store, EpochDomain batch, long committed, boolean rollBack) {
        try (EpochDomain transaction = batch.enter()) {
            MemorySegment last = MemorySegment.NULL;
            for (long change = 0; change < CHANGES; change++) {
                last = transaction.allocate(CHANGE_BYTES);
                last.set(ValueLayout.JAVA_LONG, 0, change);
            }
            if (!rollBack) {
                store.allocateFrom(last, committed);
            }
        }
    }
}
