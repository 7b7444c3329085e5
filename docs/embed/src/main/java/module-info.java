/** A program that embeds ZNS-Slab. Without this file it runs on the class path alone. */
module embed {
    requires io.znsslab.tier;
}
