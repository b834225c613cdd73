package org.chargeproof.operator.assets.table;

import java.util.Map;
import java.util.stream.Collectors;

/** OCPI's words (2.2.1) by the numbers of the contracts' reference. */
public final class Ocpi {
    /** Kinds of connectors. */
    public static final Map<String, Integer> CONNECTORS = Map.of(
            "IEC_62196_T2", 0,
            "IEC_62196_T2_COMBO", 1,
            "CHADEMO", 2,
            "IEC_62196_T1", 3,
            "IEC_62196_T1_COMBO", 4,
            "DOMESTIC_F", 5,
            "IEC_60309_2_THREE_32", 6,
            "OTHER", 255);

    /** What a charge point may be doing. */
    public static final Map<String, Integer> STATUS = Map.of(
            "AVAILABLE", 0,
            "BLOCKED", 1,
            "CHARGING", 2,
            "INOPERATIVE", 3,
            "OUTOFORDER", 4,
            "PLANNED", 5,
            "REMOVED", 6,
            "RESERVED", 7,
            "UNKNOWN", 8);

    private static final Map<Integer, String> STATUS_BY_NUMBER =
            STATUS.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

    private Ocpi() {}

    /** The word for a status; its number where OCPI has none. */
    public static String status(int number) {
        return STATUS_BY_NUMBER.getOrDefault(number, String.valueOf(number));
    }
}
