/**
 * What the tier needs of the machine, and whether it is there: native libraries, io_uring, memory that may be locked.
 *
 * <p>An application that wants to know before it opens a store asks here. Everything is found by trying, as this very
 * process may use it, and nothing here throws for what is missing: that is an answer.
 */
@NullMarked
package io.znsslab.tier.platform;

import org.jspecify.annotations.NullMarked;
