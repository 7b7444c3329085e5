package io.znsslab.core;

/** What happens to the memory of a slab that is no longer used. */
public enum Reclamation {
    /** It stays mapped and cached for the next slab of its size class: fastest, and RSS does not fall. */
    KEEP_HOT,
    /** It goes back to the operating system with {@code madvise(MADV_DONTNEED)}, adjacent pages in one call. */
    RETURN_TO_OS
}
