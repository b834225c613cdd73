package org.chargeproof.oracle.roaming;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.locations.Connectors;
import org.chargeproof.ocpi.locations.Places;
import org.chargeproof.ocpi.model.AuthMethod;
import org.chargeproof.ocpi.model.Capability;
import org.chargeproof.ocpi.model.CdrDimension;
import org.chargeproof.ocpi.model.CdrDimensionType;
import org.chargeproof.ocpi.model.CdrLocation;
import org.chargeproof.ocpi.model.CdrToken;
import org.chargeproof.ocpi.model.ChargingPeriod;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.ConnectorType;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.GeoLocation;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Price;
import org.chargeproof.ocpi.model.PriceComponent;
import org.chargeproof.ocpi.model.ProfileType;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.SessionStatus;
import org.chargeproof.ocpi.model.Status;
import org.chargeproof.ocpi.model.Tariff;
import org.chargeproof.ocpi.model.TariffDimensionType;
import org.chargeproof.ocpi.model.TariffElement;
import org.chargeproof.ocpi.model.TokenType;
import org.chargeproof.protocol.ledger.SessionTerms;
import org.chargeproof.protocol.ledger.Tariff.Rate;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.view.model.ChargePointRecord;
import org.chargeproof.view.model.EvseStatus;
import org.chargeproof.view.model.SessionRecord;

/** What the ledger says of an operator's charge points, as objects of OCPI 2.2.1. Each charge point is an EVSE, each group a location. */
final class OperatorObjects {
    private static final int E4_DIGITS = 4;
    private static final int E7_DIGITS = 7;
    private static final int MICRO_DIGITS = 6;
    private static final int WH_DIGITS = 3;
    private static final int COORDINATE_DIGITS = 6;
    private static final int PERCENT_OF_E4_DIGITS = 2;
    private static final int ACCOUNT_RADIX = 36;
    private static final int ACCOUNT_CHARACTERS = 31;
    private static final String CURRENCY = "EUR";
    /** By the numbers of the contracts: see docs/reference/assets.md. */
    private static final List<ConnectorType> CONNECTORS = List.of(
            ConnectorType.IEC_62196_T2,
            ConnectorType.IEC_62196_T2_COMBO,
            ConnectorType.CHADEMO,
            ConnectorType.IEC_62196_T1,
            ConnectorType.IEC_62196_T1_COMBO,
            ConnectorType.DOMESTIC_F,
            ConnectorType.IEC_60309_2_THREE_32);

    private final PartyId operator;
    private final NetworkParameters parameters;

    OperatorObjects(PartyId operator, NetworkParameters parameters) {
        this.operator = operator;
        this.parameters = parameters;
    }

    /** Of a group, by its EVSEs, of which there is at least one. */
    Location location(int group, List<Evse> evses) {
        GeoLocation place = Objects.requireNonNull(evses.getFirst().coordinates());
        return Places.location(operator, locationId(group), "Group " + group, place, evses);
    }

    /**
     * Of a charge point.
     *
     * @param rateSince since when its price is so
     * @param since since when its state is so
     */
    Evse evse(ChargePointRecord point, Rate rate, Instant rateSince, Instant since) {
        return Places.evse(
                evseUid(point.chargePoint().id()),
                point.chargePoint().evseId(),
                status(point),
                List.of(Capability.CHARGING_PROFILE_CAPABLE, Capability.RESERVABLE),
                Connectors.only(
                        connector(point), point.chargePoint().ratedPowerW(), List.of(tariffId(rate)), rateSince),
                place(point),
                since);
    }

    Tariff tariff(Rate rate, Instant lastUpdated) {
        var price = new PriceComponent(
                TariffDimensionType.ENERGY,
                BigDecimal.valueOf(rate.perKWhE4(), E4_DIGITS),
                BigDecimal.valueOf(rate.vatE4(), PERCENT_OF_E4_DIGITS),
                1);
        return new Tariff(
                operator.countryCode(),
                operator.partyId(),
                tariffId(rate),
                CURRENCY,
                null,
                List.of(),
                null,
                null,
                null,
                List.of(new TariffElement(List.of(price), null)),
                null,
                null,
                null,
                lastUpdated);
    }

    Session session(SessionRecord record, PartyId provider, Instant lastUpdated) {
        SessionTerms terms = record.terms();
        long deliveredWh = record.deliveredWh();
        SessionStatus status = status(record);
        boolean isOver = status == SessionStatus.COMPLETED || status == SessionStatus.INVALID;
        return new Session(
                operator.countryCode(),
                operator.partyId(),
                sessionId(record.session().id()),
                start(record),
                isOver ? end(record) : null,
                kwh(deliveredWh),
                token(record.session().account(), provider),
                AuthMethod.WHITELIST,
                null,
                locationId(record.session().chargePoint().group().id()),
                evseUid(record.session().chargePoint().id()),
                Connectors.ONLY,
                null,
                CURRENCY,
                periods(record.meteredWh(), tariffId(rate(terms))),
                new Price(micro(terms.costMicroEuro(deliveredWh)), micro(terms.owedMicroEuro(deliveredWh))),
                status,
                lastUpdated);
    }

    /** Whether a wish is promised already. Policies are the group's, not the driver's, and nothing of a promise changes by a wish. */
    ChargingPreferencesResponse answer(SessionRecord record, ChargingPreferences wish) {
        if (wish.profileType() != ProfileType.REGULAR) {
            return ChargingPreferencesResponse.PROFILE_TYPE_NOT_SUPPORTED;
        }
        Instant departure = wish.departureTime();
        BigDecimal energyNeed = wish.energyNeed();
        boolean isPromised = status(record) == SessionStatus.ACTIVE
                && (departure == null
                        || !departure.isBefore(startOf(record.session().departureTimestep())))
                && (energyNeed == null
                        || energyNeed.compareTo(kwh(record.session().energyWh())) <= 0);
        return isPromised ? ChargingPreferencesResponse.ACCEPTED : ChargingPreferencesResponse.NOT_POSSIBLE;
    }

    /** One for each timestep with energy. */
    List<ChargingPeriod> periods(Map<Integer, Integer> meteredWh, String tariffId) {
        var periods = new ArrayList<ChargingPeriod>();
        meteredWh.forEach((timestep, wh) -> periods.add(new ChargingPeriod(
                startOf(timestep), List.of(new CdrDimension(CdrDimensionType.ENERGY, kwh(wh))), tariffId)));
        return periods;
    }

    CdrLocation cdrLocation(ChargePointRecord point) {
        return new CdrLocation(
                locationId(point.chargePoint().group().id()),
                "Group " + point.chargePoint().group().id(),
                "-",
                "-",
                null,
                null,
                operator.countryAlpha3(),
                place(point),
                evseUid(point.chargePoint().id()),
                point.chargePoint().evseId(),
                Connectors.ONLY,
                connector(point),
                Connectors.format(connector(point)),
                Connectors.powerType(connector(point)));
    }

    /** The driver is the account that he asked with, which is used for one session alone; its provider knows whose it is. */
    CdrToken token(Bytes account, PartyId provider) {
        String name = uid(account);
        return new CdrToken(provider.countryCode(), provider.partyId(), name, TokenType.APP_USER, name);
    }

    /** An account's 20 bytes in 31 digits and letters: hex would be too long for OCPI. */
    static String uid(Bytes account) {
        String digits = new BigInteger(1, account.toArrayUnsafe())
                .toString(ACCOUNT_RADIX)
                .toUpperCase(Locale.ROOT);
        return "0".repeat(ACCOUNT_CHARACTERS - digits.length()) + digits;
    }

    static Rate rate(SessionTerms terms) {
        return new Rate(terms.pricePerKWhE4(), terms.vatE4());
    }

    static String tariffId(Rate rate) {
        return "E" + rate.perKWhE4() + "-V" + rate.vatE4();
    }

    static String sessionId(int session) {
        return "S" + session;
    }

    static String locationId(int group) {
        return "G" + group;
    }

    static String evseUid(int chargePoint) {
        return "CP" + chargePoint;
    }

    static BigDecimal kwh(long wh) {
        return BigDecimal.valueOf(wh, WH_DIGITS);
    }

    static BigDecimal micro(long microEuro) {
        return BigDecimal.valueOf(microEuro, MICRO_DIGITS);
    }

    Instant startOf(int timestep) {
        return Instant.ofEpochSecond(parameters.startOf(timestep));
    }

    private static SessionStatus status(SessionRecord record) {
        var decision = record.decision();
        boolean isAccepted = decision != null && decision.accepted();
        if (record.isOver()) {
            return isAccepted ? SessionStatus.COMPLETED : SessionStatus.INVALID;
        }
        if (isAccepted) {
            return SessionStatus.ACTIVE;
        }
        return record.session().isReservation() ? SessionStatus.RESERVATION : SessionStatus.PENDING;
    }

    private Instant start(SessionRecord record) {
        var decision = record.decision();
        return decision == null || !decision.accepted()
                ? Instant.ofEpochSecond(record.requestedAtSeconds())
                : startOf(Math.max(decision.timestep(), record.session().arrivalTimestep()));
    }

    private Instant end(SessionRecord record) {
        Instant end =
                startOf(Math.min(record.overTimestep() + 1, record.session().departureTimestep()));
        Instant start = start(record);
        return end.isBefore(start) ? start : end;
    }

    private static Status status(ChargePointRecord point) {
        if (point.chargePoint().removed()) {
            return Status.REMOVED;
        }
        Status told = Status.valueOf(EvseStatus.of(point.status()).name());
        // somebody has asked for it, though no car may be there yet
        return told == Status.AVAILABLE && point.chargePoint().session() != null ? Status.RESERVED : told;
    }

    private static ConnectorType connector(ChargePointRecord point) {
        int number = point.connector();
        return number >= 0 && number < CONNECTORS.size() ? CONNECTORS.get(number) : ConnectorType.IEC_62196_T2;
    }

    private static GeoLocation place(ChargePointRecord point) {
        return new GeoLocation(degrees(point.latitudeE7()), degrees(point.longitudeE7()));
    }

    private static String degrees(int e7) {
        return String.format(Locale.ROOT, "%." + COORDINATE_DIGITS + "f", BigDecimal.valueOf(e7, E7_DIGITS));
    }
}
