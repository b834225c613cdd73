package org.chargeproof.view.verify;

/** A program that gives one bill of session 99, whatever it is asked. */
public final class OneBill {
    private static final int BYTES = 184;
    private static final int LAST_OF_SESSION = 7;

    private OneBill() {}

    public static byte[] run(byte[] input) {
        byte[] bill = new byte[BYTES];
        bill[LAST_OF_SESSION] = 99;
        return bill;
    }
}
