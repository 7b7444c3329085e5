package io.znsslab.tier;

import io.znsslab.tier.collect.CollectionSettings;
import io.znsslab.tier.demote.DemotionSettings;

/**
 * The settings of a tier, by part.
 *
 * @param readDepth most cold reads in flight
 * @param readCacheBytes memory of the read cache; 0 for none
 */
record TierSettings(DemotionSettings demotion, CollectionSettings collection, int readDepth, long readCacheBytes) {}
