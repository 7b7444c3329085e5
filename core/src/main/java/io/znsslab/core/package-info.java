/** The allocator as its users see it, and the contract that a cold tier implements. */
package io.znsslab.core;
