/**
 * The findings of a device's opening: what it recovered, and what is lost. For users; knows nothing of the other
 * packages.
 */
@NullMarked
package io.znsslab.tier.report;

import org.jspecify.annotations.NullMarked;
