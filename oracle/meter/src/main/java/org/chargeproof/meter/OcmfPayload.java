package org.chargeproof.meter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a record says, as far as it is used. Fields that are left out are none.
 *
 * @param formatVersion such as 1.0
 * @param gatewaySerial of what signs
 * @param meterSerial of what measures
 * @param chargePointId as the operator calls it
 * @param readings at least one
 */
public record OcmfPayload(
        @Nullable String formatVersion,
        @Nullable String gatewaySerial,
        Pagination page,
        @Nullable String meterSerial,
        @Nullable String chargePointId,
        List<Reading> readings) {
    public OcmfPayload {
        readings = List.copyOf(readings);
    }

    /** Two records of one source may be of one session. */
    String source() {
        return gatewaySerial + " " + meterSerial;
    }
}
