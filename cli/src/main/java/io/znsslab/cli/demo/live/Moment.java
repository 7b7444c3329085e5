package io.znsslab.cli.demo.live;

/**
 * How a run stood at a moment. Sizes are bytes, counts are of the run so far.
 *
 * @param nanos since the run's start
 * @param phase what it was doing
 * @param done how much of the phase was done, in a unit that the phase names
 * @param total of the phase; 0 if that is not known
 * @param objects handles issued
 * @param objectBytes bytes of all objects stored
 * @param arenaRss pages of the arena in physical memory
 * @param granted what slabs were granted of the arena
 * @param processRss physical memory of the whole process
 * @param written bytes written to the device, by the tier
 * @param read bytes read from the device, by the tier
 * @param coldSlabs live slabs on the device
 * @param epochs a character for each epoch: {@code .} to come, {@code +} filling, {@code H} hot, {@code >} on its way
 *     to the device, {@code C} cold, {@code <} in DRAM again, {@code x} discarded
 * @param zones a character for each zone: {@code .} empty, {@code 0} to {@code 9} written in tenths, {@code #} full,
 *     {@code M} log, {@code C} conventional, {@code R} read-only, {@code X} offline
 */
public record Moment(
        long nanos,
        String phase,
        long done,
        long total,
        long objects,
        long objectBytes,
        long arenaRss,
        long granted,
        long processRss,
        long written,
        long read,
        long coldSlabs,
        String epochs,
        String zones) {}
