/**
 * The tier's figures for Java Flight Recorder and Micrometer, the counterpart of {@code io.znsslab.core.metrics} for
 * the allocator.
 *
 * <p>Reads {@link io.znsslab.tier.ZnsTier#statistics} when a sample is taken, and nothing before. Both libraries are
 * optional at run time. Stands above {@code io.znsslab.tier}, which knows nothing of it.
 */
@NullMarked
package io.znsslab.tier.metrics;

import org.jspecify.annotations.NullMarked;
