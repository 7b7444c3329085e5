package io.znsslab.cli.demo;

import io.znsslab.cli.terminal.Figures;

/**
 * What a run of the tiering demo is to do.
 *
 * @param plan what becomes of epochs and objects
 * @param file whose lines are the objects; null for generated ones
 * @param sizes lengths of generated objects
 * @param objects number of generated objects
 * @param memoryBytes most DRAM for objects
 * @param force whether what is on the device may be destroyed
 * @param chosen which device it is, and why
 */
record TieringTask(
        EpochPlan plan, InputFile file, SizeRange sizes, long objects, long memoryBytes, boolean force, String chosen) {

    /** The objects, not yet begun. */
    ObjectSource source() {
        return file == null
                ? new GeneratedObjects(plan.seed(), sizes, objects, plan.epochs())
                : new LinesOfFile(file, plan.epochs() - plan.discardedEpochs(), SizeClasses.longestObject());
    }

    /** Room that the objects take on a device, in bytes; an estimate from above. */
    long spaceNeeded() {
        return file == null
                ? SpaceNeeded.forGenerated(sizes, objects, plan.epochs())
                : SpaceNeeded.forLines(file, plan.epochs());
    }

    /** The objects in a phrase. */
    String objectsInWords() {
        return file == null
                ? Figures.count(objects, "object") + " of " + sizes + " bytes"
                : "the lines of " + file.path() + " (" + Figures.bytes(file.sizeBytes()) + ")";
    }
}
