package org.chargeproof.operator.assets.table;

import java.util.Locale;

/** EVSE ids of eMI3, as OCPI takes them: {@code DE*ABC*E0001*2}. Stars are for the eye: with and without them, it is the same id. */
public final class EvseId {
    private static final String FORM = "[A-Z]{2}\\*?[A-Z0-9]{3}\\*?E[A-Z0-9][A-Z0-9*]{0,30}";

    private EvseId() {}

    /** Reads a row's id. */
    public static String of(Row row, String column) {
        String id = row.required(column);
        if (!id.isEmpty() && !id.matches(FORM)) {
            boolean small = id.toUpperCase(Locale.ROOT).matches(FORM);
            row.problem(
                    column + " is '" + Row.shown(id) + "'; an EVSE id (eMI3) is a country of two letters, an operator"
                            + " of three characters, an E, and up to 31 letters, digits and stars, such as DE*ABC*E0001*2"
                            + (small ? ": write " + id.toUpperCase(Locale.ROOT) : ""));
        }
        return id;
    }

    /** What two ids have in common that are the same. */
    public static String key(String id) {
        return id.replace("*", "").toUpperCase(Locale.ROOT);
    }
}
