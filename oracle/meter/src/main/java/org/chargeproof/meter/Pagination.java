package org.chargeproof.meter;

import java.util.regex.Pattern;

/**
 * The place of a record among all that its meter signed: the field {@code PG} of OCMF.
 *
 * @param context T: in sessions; F: outside
 * @param number counts by one in its context
 */
public record Pagination(char context, long number) {
    private static final Pattern FORMAT = Pattern.compile("[TF](?:0|[1-9][0-9]{0,17})");

    static Pagination of(String text) {
        if (!FORMAT.matcher(text).matches()) {
            throw new InvalidRecordException("the page PG is " + InvalidRecordException.shown(text)
                    + "; it is T or F and a number of at most 18 digits without zeros before it.");
        }
        return new Pagination(text.charAt(0), Long.parseLong(text.substring(1)));
    }

    @Override
    public String toString() {
        return "" + context + number;
    }
}
