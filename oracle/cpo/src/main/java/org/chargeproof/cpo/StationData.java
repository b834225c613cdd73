package org.chargeproof.cpo;

import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.ConnectorType;

/**
 * What a charge point is.
 *
 * @param evseId eMI3, as on chain, such as {@code DE*ABC*E0001}
 * @param evseUid its id with its operator, at most 36 characters
 * @param locationId where it stands, at most 36 characters
 * @param connector its connector
 * @param latitude degrees
 * @param longitude degrees
 * @param ratedPowerW the most that it delivers
 * @param minPowerW the least other than nothing: limits below it count as 0; 4140 for 6 A on three phases
 * @param defaultPowerW what it allows without a profile (OCPP's TxDefaultProfile): 0 waits for one, the rated power does not
 */
public record StationData(
        String evseId,
        String evseUid,
        String locationId,
        ConnectorType connector,
        double latitude,
        double longitude,
        int ratedPowerW,
        int minPowerW,
        int defaultPowerW) {
    /** The most power of a charge point, in W. */
    public static final int MOST_POWER_W = 10_000_000;

    private static final int MOST_ID_CHARACTERS = 36;
    private static final double MOST_LATITUDE = 90;
    private static final double MOST_LONGITUDE = 180;

    /**
     * What a charge point is.
     *
     * @throws IllegalArgumentException when something is out of its range; the message has the range
     */
    public StationData {
        EvseIds.require(evseId);
        requireId("evse_uid", evseUid);
        requireId("location", locationId);
        require(evseId, "rated power", ratedPowerW, 1, MOST_POWER_W);
        require(evseId, "least power", minPowerW, 0, ratedPowerW);
        require(evseId, "default power", defaultPowerW, 0, ratedPowerW);
        if (!(Math.abs(latitude) <= MOST_LATITUDE && Math.abs(longitude) <= MOST_LONGITUDE)) {
            throw new IllegalArgumentException(
                    evseId + " is at " + latitude + ", " + longitude + "; give degrees from -90 to 90 and -180 to 180");
        }
    }

    /** A charge point with an AC socket, at 0, 0. */
    public static StationData of(String evseId, String locationId, int ratedPowerW, int minPowerW, int defaultPowerW) {
        EvseIds.require(evseId);
        return new StationData(
                evseId,
                EvseIds.uid(evseId),
                locationId,
                ConnectorType.IEC_62196_T2,
                0,
                0,
                ratedPowerW,
                minPowerW,
                defaultPowerW);
    }

    /** The same elsewhere. */
    public StationData at(double otherLatitude, double otherLongitude) {
        return new StationData(
                evseId,
                evseUid,
                locationId,
                connector,
                otherLatitude,
                otherLongitude,
                ratedPowerW,
                minPowerW,
                defaultPowerW);
    }

    /** The same with another connector. */
    public StationData with(ConnectorType other) {
        return new StationData(
                evseId, evseUid, locationId, other, latitude, longitude, ratedPowerW, minPowerW, defaultPowerW);
    }

    /** The operator in its id. */
    public PartyId party() {
        return EvseIds.party(evseId);
    }

    /** A limit as it counts: nothing below the least power, and no more than the rated power. */
    int counted(long limitW) {
        return limitW < Math.max(1, minPowerW) ? 0 : (int) Math.min(limitW, ratedPowerW);
    }

    private static void requireId(String what, String id) {
        boolean isId =
                !id.isEmpty() && id.length() <= MOST_ID_CHARACTERS && id.chars().allMatch(c -> c >= ' ' && c <= '~');
        if (!isId) {
            throw new IllegalArgumentException("the " + what + " " + BadObjectException.shown(id)
                    + " must have 1 to 36 characters of printable ASCII");
        }
    }

    private static void require(String evseId, String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("the " + what + " of " + evseId + " is " + value + " W; it must be from "
                    + min + " to " + max + " W");
        }
    }
}
