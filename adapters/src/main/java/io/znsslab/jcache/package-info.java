/** JCache (JSR-107) on the store: values lie off the heap in epochs, in DRAM and then on a device. */
package io.znsslab.jcache;
