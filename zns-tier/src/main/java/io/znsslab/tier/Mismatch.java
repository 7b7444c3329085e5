package io.znsslab.tier;

/** In what a block read differs from what should be there. */
public enum Mismatch {
    MAGIC("it is not one of our structures"),
    VERSION("it is of an unknown format version"),
    LENGTH("its length makes no sense"),
    CHECKSUM("its CRC32C does not match"),
    DEVICE("it belongs to another device"),
    LOCATION("it belongs to another place on the device"),
    LIFE("it belongs to an earlier life of the zone"),
    SLAB("it is another slab"),
    SIZE_CLASS("it is of another size class"),
    FIELDS("its fields contradict each other");

    private final String explanation;

    Mismatch(String explanation) {
        this.explanation = explanation;
    }

    /** For messages: completes "…, since". */
    public String explanation() {
        return explanation;
    }
}
