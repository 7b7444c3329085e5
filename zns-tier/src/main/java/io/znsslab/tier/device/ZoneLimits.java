package io.znsslab.tier.device;

/**
 * How many zones a device lets be written at a time.
 *
 * @param maxOpenZones most zones open at a time; 0 means no limit
 * @param maxActiveZones most zones open or partly written at a time; 0 means no limit
 */
public record ZoneLimits(int maxOpenZones, int maxActiveZones) {
    /** No limits. */
    public static final ZoneLimits NONE = new ZoneLimits(0, 0);

    /** How many zones may be partly written at a time under both limits; {@link Integer#MAX_VALUE} without limits. */
    public int writableZones() {
        int open = maxOpenZones == 0 ? Integer.MAX_VALUE : maxOpenZones;
        int active = maxActiveZones == 0 ? Integer.MAX_VALUE : maxActiveZones;
        return Math.min(open, active);
    }
}
