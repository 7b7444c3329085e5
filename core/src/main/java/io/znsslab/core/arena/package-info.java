/** The reserved address range that slabs live in: sizes, frames, giving memory back, and what of it is resident. */
package io.znsslab.core.arena;
