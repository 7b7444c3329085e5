/** Both tiers at once, on a small file device, against a plain map of what was stored. */
package io.znsslab.tier.model;
