package io.znsslab.core;

import io.znsslab.core.registry.Registry;

/** Slab ids, which the cold tier makes durable before they are used. Thread-safe. */
final class IdsOfTier implements Registry.Reservation {
    private static final System.Logger LOGGER = System.getLogger(IdsOfTier.class.getName());

    private final ColdTier tier;

    IdsOfTier(ColdTier tier) {
        this.tier = tier;
    }

    /** Where that can't be made durable, ids have run out for the moment. */
    @Override
    public long reserve(long wanted) {
        try {
            return tier.reserveSlabIds(wanted);
        } catch (ZnsSlabException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "no new slab can be named, from id " + wanted + " on: " + e.getMessage());
            return wanted;
        }
    }

    @Override
    public void announce(long wanted) {
        tier.expectSlabIds(wanted);
    }
}
