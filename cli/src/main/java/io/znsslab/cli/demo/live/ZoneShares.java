package io.znsslab.cli.demo.live;

/** How much of a zone is written, by its sign in {@link Moment#zones}. */
public final class ZoneShares {
    private ZoneShares() {}

    /** From 0, empty, to 1, full; the log's zones count as full, those that can't be used as empty. */
    public static double of(int sign) {
        if (sign >= '0' && sign <= '9') {
            return (sign - '0' + 0.5) / 10;
        }
        return sign == '#' || sign == 'M' ? 1 : 0;
    }
}
