package io.znsslab.core.tiering;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.registry.IssuedGenerations;
import io.znsslab.core.registry.SlabIds;

/**
 * Has the cold tier make slab ids and generations durable before they are issued. Where the tier can't, ids have run
 * out for the moment. Thread-safe.
 */
public final class DurableReservations implements SlabIds.Reservation, IssuedGenerations.Reservation {
    private static final System.Logger LOGGER = System.getLogger(DurableReservations.class.getName());

    private final ColdTier tier;

    DurableReservations(ColdTier tier) {
        this.tier = tier;
    }

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

    @Override
    public int boundOfAll() {
        return tier.generationBound();
    }

    @Override
    public int reserve(long id, int generation) {
        try {
            return tier.reserveGenerations(id, generation);
        } catch (ZnsSlabException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "slab id " + id + " can't go on with generation " + generation + ": " + e.getMessage());
            return generation;
        }
    }

    @Override
    public void announce(long id, int generation) {
        tier.expectGenerations(id, generation);
    }
}
