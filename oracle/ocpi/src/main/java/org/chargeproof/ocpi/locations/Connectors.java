package org.chargeproof.ocpi.locations;

import java.time.Instant;
import java.util.List;
import org.chargeproof.ocpi.model.Connector;
import org.chargeproof.ocpi.model.ConnectorFormat;
import org.chargeproof.ocpi.model.ConnectorType;
import org.chargeproof.ocpi.model.PowerType;

/** Makes connectors of what is known of a charge point: its plug and its power. */
public final class Connectors {
    /** Of the only connector of a charge point. */
    public static final String ONLY = "1";

    private static final int AC_VOLTS = 230;
    private static final int AC_WATTS_PER_AMPERE = 3 * AC_VOLTS;
    private static final int DC_VOLTS = 500;

    private Connectors() {}

    /**
     * The only connector of a charge point.
     *
     * @param ratedPowerW the most that it gives; three phases of 230 V, or DC at 500 V, decide its current
     */
    public static Connector only(ConnectorType type, int ratedPowerW, List<String> tariffIds, Instant lastUpdated) {
        boolean isDc = isDc(type);
        return new Connector(
                ONLY,
                type,
                format(type),
                powerType(type),
                isDc ? DC_VOLTS : AC_VOLTS,
                Math.ceilDiv(ratedPowerW, isDc ? DC_VOLTS : AC_WATTS_PER_AMPERE),
                ratedPowerW,
                tariffIds,
                null,
                lastUpdated);
    }

    /** Whether a cable is fixed to the charge point. */
    public static ConnectorFormat format(ConnectorType type) {
        return isDc(type) || type == ConnectorType.IEC_62196_T1 ? ConnectorFormat.CABLE : ConnectorFormat.SOCKET;
    }

    /** The current that such plugs are used for. */
    public static PowerType powerType(ConnectorType type) {
        return isDc(type) ? PowerType.DC : PowerType.AC_3_PHASE;
    }

    private static boolean isDc(ConnectorType type) {
        return switch (type) {
            case CHADEMO, IEC_62196_T1_COMBO, IEC_62196_T2_COMBO -> true;
            default -> false;
        };
    }
}
