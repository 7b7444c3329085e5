/** Tests of {@code zns-slab store}. */
package io.znsslab.cli.store;
