package io.znsslab.cli.demo.live;

/** Where an epoch is on its way, with the sign for it on a map. */
public enum EpochPlace {
    FILLING('+'),
    HOT('H'),
    /** From DRAM to the device: its demotion is under way. */
    MOVING('>'),
    COLD('C'),
    /** Its objects are in DRAM again, to be checked. */
    PROMOTED('<'),
    DISCARDED('x');

    /** The sign of an epoch that is not begun. */
    static final char TO_COME = '.';

    private final char sign;

    EpochPlace(char sign) {
        this.sign = sign;
    }

    /** Its character on a map. */
    char sign() {
        return sign;
    }
}
