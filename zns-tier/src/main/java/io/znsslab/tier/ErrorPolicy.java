package io.znsslab.tier;

/** The policy of an opening that finds something on the device which can't be accounted for. */
public enum ErrorPolicy {
    /** The opening fails with a message that says what was found and where, and changes nothing on the device. */
    FAIL,
    /** The tier opens with what is readable; {@link ZnsTier#recovery} lists the rest as losses, which are given up. */
    CONTINUE
}
