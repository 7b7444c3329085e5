/**
 * Memory that data passes through on its way between slabs and a device. Any package of the tier may use it; it knows
 * no other package.
 */
@NullMarked
package io.znsslab.tier.staging;

import org.jspecify.annotations.NullMarked;
