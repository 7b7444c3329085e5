package io.znsslab.cli.demo;

import java.io.IOException;

/**
 * How much room a demo's objects take on a device, so that one of fitting size can be made. An estimate from above, in
 * bytes.
 */
final class SpaceNeeded {
    /** Slabs that are only partly filled, one for each class and epoch. */
    private static final long SLAB_BYTES = 4096;

    private SpaceNeeded() {}

    /** For generated objects of that range of lengths. */
    static long forGenerated(SizeRange sizes, long objects, long epochs) {
        long choices = sizes.largest() - sizes.smallest() + 1L;
        long slots = 0;
        for (int length = sizes.smallest(); length <= sizes.largest(); length++) {
            slots += SizeClasses.slotBytes(length);
        }
        return inSlabs((double) slots / choices * objects, epochs);
    }

    /** For the lines of a file, which is read once for that. */
    static long forLines(InputFile file, long epochs) {
        long slots = 0;
        try (LinesOfFile lines = new LinesOfFile(file, 1, SizeClasses.longestObject())) {
            lines.beginEpoch(false, true);
            int length;
            while ((length = lines.next(0)) != ObjectSource.END_OF_EPOCH) {
                slots += SizeClasses.slotBytes(length);
            }
        } catch (IOException e) {
            throw InputFile.unreadable(file.path(), e);
        }
        // Objects that are freed are stored twice.
        return inSlabs(slots * 1.15, epochs);
    }

    private static long inSlabs(double slotBytes, long epochs) {
        return (long) (slotBytes * 1.1) + epochs * SizeClasses.count() * SLAB_BYTES;
    }
}
