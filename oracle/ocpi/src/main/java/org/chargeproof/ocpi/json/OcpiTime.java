package org.chargeproof.ocpi.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** OCPI's DateTime: RFC 3339 in UTC, whose Z may be left out. Read to the nanosecond, written to the millisecond. */
public final class OcpiTime {
    private static final Pattern FORM =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z?");

    private OcpiTime() {}

    /**
     * Reads a time.
     *
     * @throws BadObjectException when it has another form or is no time that exists
     */
    public static Instant parse(String field, String text) {
        if (FORM.matcher(text).matches()) {
            try {
                String local = text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
                return LocalDateTime.parse(local, DateTimeFormatter.ISO_LOCAL_DATE_TIME)
                        .toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                throw new BadObjectException(field, BadObjectException.shown(text) + " is no time that exists");
            }
        }
        throw new BadObjectException(
                field,
                BadObjectException.shown(text)
                        + " is no time as OCPI writes it; give UTC, such as 2026-11-26T19:00:00Z");
    }

    /** Writes a time, cut to the millisecond: at most the 25 characters that OCPI allows. */
    public static String format(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
