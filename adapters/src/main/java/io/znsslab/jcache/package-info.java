/**
 * JCache (JSR-107) on the store: values lie off the heap in epochs, in DRAM and then on a zoned device, and after a
 * restart a cache is warm. {@code Caching.getCachingProvider()} finds {@link io.znsslab.jcache.SlabCachingProvider} as
 * a service; all else is JCache's own interfaces. Storing by reference, which is optional, is refused.
 *
 * <h2>Settings</h2>
 *
 * <p>A cache manager has one store, which its caches share. Its settings are properties of the manager, or system
 * properties, where it is given none; or the query of its URI, which takes precedence:
 *
 * <pre>
 *   io.znsslab.jcache.memory=1GiB
 *   io.znsslab.jcache.device=/dev/nvme0n2
 *
 *   zns-slab:sessions?memory=1GiB&amp;device=/var/lib/sessions&amp;device-size=50GiB
 * </pre>
 *
 * <table>
 *   <caption>Settings of a manager</caption>
 *   <tr><th>name<th>meaning<th>default
 *   <tr><td>memory<td>DRAM for entries; with a device, an eighth of it caches what is read from there<td>256MiB
 *   <tr><td>device<td>zoned block device, or a file with the semantics of one<td>none: DRAM alone
 *   <tr><td>device-size<td>size of the file that is made if there is none<td>a missing file is refused
 *   <tr><td>epoch<td>bytes of entries of a cache that share an epoch<td>a sixteenth of memory, 64MiB at most
 *   <tr><td>slab<td>bytes of a slab: a power of two from 4KiB to 64KiB<td>16KiB
 * </table>
 *
 * <p>A cache is bounded by {@link io.znsslab.jcache.SlabCacheConfiguration}, or for frameworks that make their own
 * configuration by {@code io.znsslab.jcache.cache.NAME.maximum=100MiB} or {@code .maximum-entries=10000}. A bound needs
 * Caffeine, which decides what stays.
 *
 * <h2>How entries lie</h2>
 *
 * <p>The heap holds the index: for each key its handle, its size and its expiry. The value, and with a device the key,
 * lie serialised in one object of an epoch, or in several if they are larger than the largest object; they are written
 * once. Each cache has epochs of its own. When the open one is full another follows; the former stays in DRAM until
 * memory is short, and then goes to the device, the oldest first. A read from the device copies the value and promotes
 * nothing.
 *
 * <p>An epoch ends as a whole, as a zone is reset:
 *
 * <ul>
 *   <li>when all its entries have expired;
 *   <li>when no more than a third of it is of use, since the others were replaced, removed or evicted by Caffeine:
 *       those in use are written to the open epoch before;
 *   <li>when the store is full, for the oldest one: the entries that were asked for since they were written are written
 *       anew, up to a quarter of the epoch, and the others are evicted.
 * </ul>
 *
 * <p>So a cache without a bound evicts about what was written longest ago and not used since. What is larger than a
 * quarter of memory is evicted at once.
 *
 * <h2>After a restart</h2>
 *
 * <p>Epochs bear the name of their cache. When a cache of that name is created, a walk over them finds its entries,
 * with keys, values and expiry; of two entries of a key the newer one counts. Closing the manager leaves everything on
 * the device. After a kill those entries are found that had gone to the device, and a removal or a replacement of the
 * last epoch's time may be undone, if what it removed was on the device: the store makes removals durable whenever an
 * epoch ends. Likewise an expiry that an access has moved is kept by closing, and after a kill is what it was when the
 * entry was written. Who can't bear that destroys the cache after a kill. {@code destroyCache} drops the entries for
 * good, {@code close} of a cache on a device does not.
 *
 * <h2>What always holds</h2>
 *
 * <ul>
 *   <li>Whatever changes an entry has its key's lock, in which loaders, writers and entry processors run. A hit takes
 *       none; it waits while the store moves its entry out of an epoch that is dropped. Such a move changes no value,
 *       and puts nothing in the place of an entry that was replaced or removed meanwhile.
 *   <li>A handle that is stale is a miss: no read returns another entry's bytes, also if its epoch is evicted
 *       meanwhile.
 *   <li>A listener gets its events in order, on a thread of its own; callers wait for synchronous ones outside of the
 *       key's lock.
 * </ul>
 */
@NullMarked
package io.znsslab.jcache;

import org.jspecify.annotations.NullMarked;
