package org.chargeproof.meter;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a record, with what it takes over from the reading before it filled in.
 *
 * @param time resolution of milliseconds
 * @param timeStatus U unknown, I informative, S synchronized, R relative
 * @param point null outside of sessions
 * @param value as written, trailing zeros included; null where only an event is told
 * @param register an OBIS code; null when the record names none
 * @param unit such as kWh, Wh; null when the record names none
 * @param errorFlags E: the energy cannot be used; t: the time cannot be used; usually empty
 */
public record Reading(
        OffsetDateTime time,
        char timeStatus,
        @Nullable ReadingPoint point,
        @Nullable BigDecimal value,
        @Nullable String register,
        @Nullable String unit,
        String errorFlags,
        MeterStatus status) {
    private static final Pattern OBIS = Pattern.compile(
            "(?:[0-9A-Za-z]{1,2}-[0-9A-Za-z]{1,2}:)?0?([0-9A-F]{1,2})\\.0?([0-9A-F])\\.0?([0-9A-Fe])(?:[.*&][0-9A-Fa-f]{1,3})?");
    private static final int WH_DIGITS = 3;

    /** Which of the registers for energy taken this is. */
    enum Import {
        /** 1.8.0: what the meter counted in its life. */
        TOTAL("1"),
        MAINS_TOTAL("B0"),
        DEVICE_TOTAL("B1"),
        MAINS_OF_SESSION("B2"),
        DEVICE_OF_SESSION("B3");

        private final String c;

        Import(String c) {
            this.c = c;
        }
    }

    /** Null for all other registers, such as those for energy given back and those of single tariffs. */
    @Nullable
    Import imported() {
        if (register == null) {
            return null;
        }
        Matcher m = OBIS.matcher(register);
        // E is 0 for the sum over tariffs; some meters write the letter of the formula
        if (m.matches()
                && m.group(2).equals("8")
                && (m.group(3).equals("0") || m.group(3).equals("e"))) {
            for (var kind : Import.values()) {
                if (kind.c.equals(m.group(1))) {
                    return kind;
                }
            }
        }
        return null;
    }

    /** The value in Wh, exactly; null when it is none of energy. */
    public @Nullable BigDecimal energyWh() {
        if (value == null || unit == null) {
            return null;
        }
        return switch (unit) {
            case "kWh" -> value.movePointRight(WH_DIGITS);
            case "Wh" -> value;
            default -> null;
        };
    }
}
