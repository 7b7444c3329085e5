package io.znsslab.tier;

/** The respect in which a block that was read differs from the block that should be there. */
public enum Mismatch {
    MAGIC("its magic number is of no known structure"),
    VERSION("it is of an unknown format version"),
    LENGTH("its length makes no sense"),
    CHECKSUM("its CRC32C does not match"),
    DEVICE("it belongs to another device"),
    LOCATION("it belongs to another location on the device"),
    INCARNATION("it belongs to an earlier incarnation of the zone"),
    SLAB("it is another slab"),
    SIZE_CLASS("it is of another size class"),
    KIND("it is a slab of another kind than its class says"),
    FIELDS("its fields contradict each other");

    private final String explanation;

    Mismatch(String explanation) {
        this.explanation = explanation;
    }

    /** The part of a message that follows "…, since". */
    public String explanation() {
        return explanation;
    }
}
