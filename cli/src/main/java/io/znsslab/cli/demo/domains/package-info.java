/**
 * {@code zns-slab demo domains}: four ways to bind memory to a piece of work.
 * {@link io.znsslab.cli.demo.domains.WebRequest}, {@link io.znsslab.cli.demo.domains.GameFrame},
 * {@link io.znsslab.cli.demo.domains.TransactionBatch} and {@link io.znsslab.cli.demo.domains.ReusableFrame} are
 * examples to be copied: each stands by itself, but for the lines that show memory at its boundaries.
 */
package io.znsslab.cli.demo.domains;
