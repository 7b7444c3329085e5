/** The zns-slab command. */
package io.znsslab.cli;
