/** What the opening of a device has found there, and what it has not. For users; knows nothing of the rest. */
package io.znsslab.tier.report;
