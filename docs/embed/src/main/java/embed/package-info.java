/** A program that embeds ZNS-Slab, from start to restart. */
package embed;
