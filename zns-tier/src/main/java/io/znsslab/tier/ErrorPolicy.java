package io.znsslab.tier;

/** What opening a device does when something on it can't be accounted for. */
public enum ErrorPolicy {
    /** It fails, says what and where, and changes nothing on the device. */
    FAIL,
    /** What can be had is opened; the rest goes into {@link ZnsTier#recovery}'s list of losses, and is given up. */
    CONTINUE
}
