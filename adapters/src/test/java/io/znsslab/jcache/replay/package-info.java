/**
 * Replays a cache trace on JCache and, beside it, on Ehcache with the same memory and disk.
 *
 * <pre>
 * mvn -q -Pcache-replay -pl adapters -am -DskipTests process-test-classes
 * mvn -q -Pcache-replay -pl adapters -am -DskipTests process-test-classes \
 *     -Dreplay="trace=multi1.trace.gz memory=64MiB disk=1GiB"
 * </pre>
 */
package io.znsslab.jcache.replay;
