/** Where the entries of caches lie: a store for each cache manager. */
package io.znsslab.jcache.store;
