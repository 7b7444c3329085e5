package io.znsslab.cli.demo;

import java.io.Closeable;

/**
 * Where the demo's objects come from, epoch by epoch, and whether an object came back right. The bytes of the object
 * last taken stand in {@link #bytes()} from {@link #offset()} on until the next call. Used by one thread.
 */
interface ObjectSource extends Closeable {
    /** What {@link #next} returns when the epoch has had its share. */
    int END_OF_EPOCH = -1;

    /**
     * Begins an epoch's share.
     *
     * @param discarded whether the epoch will be discarded: a source whose objects must survive offers them once more
     *     afterwards
     * @param last whether no epoch follows: it takes all that is left
     */
    void beginEpoch(boolean discarded, boolean last);

    /**
     * Takes the next object.
     *
     * @param issue the number of the handle that it will get, counted from 0
     * @return its length, 0 or more, or {@link #END_OF_EPOCH}
     */
    int next(long issue);

    byte[] bytes();

    int offset();

    /** Whether an object that is freed on purpose must be stored a second time. */
    boolean mustSurvive();

    /**
     * Looks at an object that came back. Called for every live object, in the order of issue.
     *
     * @return whether it is what was stored, as far as one object can tell
     */
    boolean matches(long issue, byte[] stored, int length);

    /** Whether all the objects together are what was stored; asked once, after the last one. */
    boolean matchesAsAWhole();

    /** How far the source has been read, for progress: in its own unit, 0 up to {@link #total}. */
    long taken();

    /** All that {@link #taken} can reach. */
    long total();

    /** The unit of {@link #taken}, in the plural. */
    String unit();
}
