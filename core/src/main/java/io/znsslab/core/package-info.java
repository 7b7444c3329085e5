/** The allocator as its users see it: epochs, domains, handles, and the builder that gives it a cold tier. */
package io.znsslab.core;
