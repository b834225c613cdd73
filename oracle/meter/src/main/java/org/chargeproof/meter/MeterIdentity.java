package org.chargeproof.meter;

/**
 * How a meter names itself in its records. None of it is about a driver.
 *
 * @param serial of the meter and of what signs, which are one here
 * @param chargePointId such as an EVSE id
 */
public record MeterIdentity(String serial, String chargePointId) {
    private static final int MOST_CHARACTERS = 100;

    public MeterIdentity {
        check("serial number", serial);
        check("charge point's id", chargePointId);
    }

    private static void check(String what, String value) {
        // a vertical bar would end the section
        if (value.isEmpty() || value.length() > MOST_CHARACTERS || !value.matches("[\\x20-\\x7b\\x7d\\x7e]+")) {
            throw new InvalidRecordException("the " + what + " is " + InvalidRecordException.shown(value)
                    + "; it is 1 to " + MOST_CHARACTERS + " printable ASCII characters but for the vertical bar.");
        }
    }
}
