/** The cold tier on a zoned device, as its users see it. */
package io.znsslab.tier;
