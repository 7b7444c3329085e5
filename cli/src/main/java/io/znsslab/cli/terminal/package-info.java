/**
 * The lowest room of the command line: exit codes, the failure that carries one, how figures are written, progress, and
 * the {@link io.znsslab.cli.terminal.Session} through which a command sees its process. Imports no other package of
 * this project.
 *
 * <p>Invariant: what goes to {@code out} is the result and nothing else (so that {@code --json} can be piped);
 * everything that is about the run goes to {@code err}.
 */
package io.znsslab.cli.terminal;
