package org.chargeproof.cpo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.OcpiTime;
import org.chargeproof.ocpi.locations.Connectors;
import org.chargeproof.ocpi.model.AuthMethod;
import org.chargeproof.ocpi.model.CdrDimension;
import org.chargeproof.ocpi.model.CdrDimensionType;
import org.chargeproof.ocpi.model.CdrToken;
import org.chargeproof.ocpi.model.ChargingPeriod;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.SessionStatus;
import org.chargeproof.ocpi.model.TokenType;
import org.jspecify.annotations.Nullable;

/** A session as the operator's systems know it, and what its partner was told of it. Guarded by its charge point. */
final class CpoSession {
    /** Then two and two become one: a partner bounds what it takes. */
    private static final int MOST_PERIODS = 1_000;
    /** What has not changed is told all the same, so that silence means no contact. */
    private static final int HEARTBEAT_SECONDS = 300;

    private static final int WH_DECIMALS = 3;
    private static final long SECONDS_PER_HOUR = 3_600;

    private final String id = UUID.randomUUID().toString();
    private final Station station;
    private final String tokenUid;
    private final String currency;
    private final long startSecond;
    private final List<Period> periods = new ArrayList<>();
    private long endSecond = -1;
    private long energyWh;
    private int powerW;
    private long readSecond;
    private boolean isKnown;

    private @Nullable String toldPartner;
    private int toldPeriods;
    private boolean isToldEnd;
    private long toldEnergyWh;
    private int toldPowerW;
    private long toldSecond;
    private int merges;

    /** What was drawn in a span. */
    private record Period(long fromSecond, long toSecond, long energyWh, int maxPowerW) {
        Period and(Period next) {
            return new Period(fromSecond, next.toSecond, energyWh + next.energyWh, Math.max(maxPowerW, next.maxPowerW));
        }
    }

    /**
     * What is to be told.
     *
     * @param changes since it was told last; null when the whole is to be told
     */
    record News(
            Session whole,
            @Nullable ObjectNode changes,
            int periods,
            int merges,
            boolean isEnd,
            long energyWh,
            int powerW,
            long second) {}

    CpoSession(Station station, String tokenUid, String currency, long startSecond) {
        this.station = station;
        this.tokenUid = tokenUid;
        this.currency = currency;
        this.startSecond = startSecond;
        this.readSecond = startSecond;
        this.isKnown = station.quirk() != Quirk.LOST;
    }

    String id() {
        return id;
    }

    Station station() {
        return station;
    }

    /** Whether the operator's systems have heard of it. */
    boolean isKnown() {
        synchronized (station) {
            return isKnown;
        }
    }

    boolean isOpen() {
        synchronized (station) {
            return endSecond < 0;
        }
    }

    long readSecond() {
        synchronized (station) {
            return readSecond;
        }
    }

    /** Whether a partner is to be told nothing more. */
    boolean isToldEnd() {
        synchronized (station) {
            return isToldEnd;
        }
    }

    /** Its last reading, when the plug comes out. */
    void end(long second) {
        synchronized (station) {
            read(second);
            powerW = 0;
            endSecond = readSecond;
        }
    }

    /** Reads the meter, and returns what a partner is to be told at a second; null for nothing. */
    @Nullable
    News news(String partner, long second) {
        synchronized (station) {
            if (station.quirk() == Quirk.LOST || isToldEnd) {
                return null;
            }
            isKnown = true;
            boolean isNew = !partner.equals(toldPartner);
            boolean isChanged = isNew
                    || endSecond >= 0
                    || station.sessionEnergyWh() != toldEnergyWh
                    || station.drawnPowerW() != toldPowerW;
            if (!isChanged && second - toldSecond < HEARTBEAT_SECONDS) {
                return null;
            }
            if (endSecond < 0) {
                read(second);
            }
            boolean isWhole = isNew || toldPeriods < 0 || endSecond >= 0;
            ObjectNode changes = null;
            if (!isWhole) {
                changes = OcpiJson.object();
                changes.put("kwh", kwh(energyWh));
                var added = changes.putArray("charging_periods");
                periods.subList(toldPeriods, periods.size()).forEach(each -> added.add(OcpiJson.tree(period(each))));
                if (added.isEmpty()) {
                    changes.remove("charging_periods");
                }
                changes.put("last_updated", OcpiTime.format(Instant.ofEpochSecond(readSecond)));
            }
            // until it is known what became of it, only the whole brings a partner back in step
            toldPeriods = -1;
            return new News(whole(), changes, periods.size(), merges, endSecond >= 0, energyWh, powerW, second);
        }
    }

    /** A partner has taken what it was told. */
    void told(String partner, News news) {
        synchronized (station) {
            toldPartner = partner;
            toldPeriods = merges == news.merges() ? news.periods() : -1;
            toldEnergyWh = news.energyWh();
            toldPowerW = news.powerW();
            toldSecond = news.second();
            isToldEnd = news.isEnd();
        }
    }

    Session whole() {
        synchronized (station) {
            PartyId party = station.data().party();
            return new Session(
                    party.countryCode(),
                    party.partyId(),
                    id,
                    Instant.ofEpochSecond(startSecond),
                    endSecond < 0 ? null : Instant.ofEpochSecond(endSecond),
                    kwh(energyWh),
                    new CdrToken(party.countryCode(), party.partyId(), tokenUid, TokenType.RFID, tokenUid),
                    AuthMethod.WHITELIST,
                    null,
                    station.data().locationId(),
                    station.data().evseUid(),
                    Connectors.ONLY,
                    null,
                    currency,
                    periods.stream().map(CpoSession::period).toList(),
                    null,
                    endSecond < 0 ? SessionStatus.ACTIVE : SessionStatus.COMPLETED,
                    Instant.ofEpochSecond(readSecond));
        }
    }

    private void read(long second) {
        long nowWh = station.sessionEnergyWh();
        if (second > readSecond) {
            periods.add(new Period(readSecond, second, nowWh - energyWh, station.takeMostDrawnPowerW()));
            energyWh = nowWh;
            readSecond = second;
            if (periods.size() > MOST_PERIODS) {
                merge();
            }
        } else if (nowWh > energyWh) {
            // within the same second: it belongs to the period before
            if (!periods.isEmpty()) {
                Period last = periods.removeLast();
                periods.add(last.and(
                        new Period(last.toSecond(), last.toSecond(), nowWh - energyWh, station.takeMostDrawnPowerW())));
                toldPeriods = -1;
            }
            energyWh = nowWh;
        }
        powerW = station.drawnPowerW();
    }

    private void merge() {
        var merged = new ArrayList<Period>();
        for (int i = 0; i + 1 < periods.size(); i += 2) {
            merged.add(periods.get(i).and(periods.get(i + 1)));
        }
        if (periods.size() % 2 == 1) {
            merged.add(periods.getLast());
        }
        periods.clear();
        periods.addAll(merged);
        toldPeriods = -1;
        merges++;
    }

    private static ChargingPeriod period(Period period) {
        long seconds = period.toSecond() - period.fromSecond();
        long averageW = Math.round((double) period.energyWh() * SECONDS_PER_HOUR / seconds);
        return new ChargingPeriod(
                Instant.ofEpochSecond(period.fromSecond()),
                List.of(
                        new CdrDimension(CdrDimensionType.ENERGY, kwh(period.energyWh())),
                        new CdrDimension(CdrDimensionType.POWER, BigDecimal.valueOf(averageW)),
                        new CdrDimension(CdrDimensionType.MAX_POWER, BigDecimal.valueOf(period.maxPowerW()))),
                null);
    }

    private static BigDecimal kwh(long energyWh) {
        return BigDecimal.valueOf(energyWh, WH_DECIMALS);
    }
}
