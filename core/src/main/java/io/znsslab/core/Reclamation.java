package io.znsslab.core;

/** What happens to the memory of a slab that is no longer used. */
public enum Reclamation {
    /**
     * It stays mapped and cached for the next slab of its size class: fastest, and RSS does not fall. A thread keeps up
     * to four slabs of each class for its next {@linkplain SlabAllocator#openDomain() domain}, until another allocation
     * needs them to stay below the limit.
     */
    KEEP_HOT,
    /**
     * It goes back to the operating system with {@code madvise(MADV_DONTNEED)}, adjacent pages in one call: at once,
     * save a bounded amount that domains leave for the next ones, which goes back within 0.2 s unless those come
     * ({@link SlabAllocatorBuilder#hotBytes}). Any other epoch with a few slabs pays for that with more time than for
     * everything else: a call for each size class, and a page fault for each slab of the next one.
     */
    RETURN_TO_OS
}
