/**
 * Where the entries of caches lie: one {@link io.znsslab.jcache.store.EntryStore} for each cache manager, one
 * {@link io.znsslab.jcache.store.Shelf} in it for each cache, and one region for each of the cache's epochs.
 *
 * <p>A region is open, then closed, then dropped; its epoch takes the same way. An entry of a dropped region is gone,
 * whatever the index says: who finds one takes it out. Regions are evicted and rewritten by one thread at a time, which
 * holds the store's lock and no lock of a key.
 *
 * <p>Knows nothing of JCache but its exception.
 */
@NullMarked
package io.znsslab.jcache.store;

import org.jspecify.annotations.NullMarked;
