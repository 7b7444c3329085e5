/**
 * {@code zns-slab completion}: what a shell needs to complete the command's words, made from the same model as its
 * help.
 */
package io.znsslab.cli.completion;
