/**
 * {@code zns-slab schema}: what the commands print as JSON, field by field. The schemas lie beside the class as
 * resources, each named by its command's words.
 *
 * <p>Invariant: every command with {@code --json} has one, and a field that a schema names keeps its name and meaning.
 */
package io.znsslab.cli.schema;
