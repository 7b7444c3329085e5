/** What holds the parts of one allocator together, and looks over all of them at once. */
package io.znsslab.core.store;
