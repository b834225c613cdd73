package org.chargeproof.cpo;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiPredicate;
import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.locations.Connectors;
import org.chargeproof.ocpi.locations.LocationSource;
import org.chargeproof.ocpi.locations.Places;
import org.chargeproof.ocpi.model.Capability;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.GeoLocation;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Status;
import org.jspecify.annotations.Nullable;

/** Where charge points stand, and their states as the operator's systems know them. */
final class CpoLocations implements LocationSource {
    /** So that a whole location fits in a message. */
    private static final int MOST_STATIONS = 1_000;

    private final long beganSecond;
    private final BiPredicate<String, Station> isPartners;
    private final Map<String, Site> sites = new ConcurrentSkipListMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, State> states = new ConcurrentHashMap<>();

    /** The state of a charge point, and since when. */
    record State(Status status, long sinceSecond) {}

    /** Charge points at one place. */
    record Site(String id, PartyId party, Map<String, Station> stations) {}

    /**
     * No place yet.
     *
     * @param isPartners whether a partner may know of a charge point
     */
    CpoLocations(long beganSecond, BiPredicate<String, Station> isPartners) {
        this.beganSecond = beganSecond;
        this.isPartners = isPartners;
    }

    void add(Station station) {
        StationData data = station.data();
        Site site = sites.computeIfAbsent(
                data.locationId(), id -> new Site(id, data.party(), new ConcurrentSkipListMap<>()));
        if (!site.party().equals(data.party())) {
            throw new IllegalArgumentException("the location '" + data.locationId() + "' is of " + site.party()
                    + ", and " + data.evseId() + " is of another operator. Give it another location");
        }
        boolean isTaken = site.stations().values().stream()
                .anyMatch(each -> each.data().evseUid().equalsIgnoreCase(data.evseUid()));
        if (isTaken) {
            throw new IllegalArgumentException(
                    "the location '" + site.id() + "' has two charge points of the evse_uid " + data.evseUid());
        }
        if (site.stations().size() >= MOST_STATIONS) {
            throw new IllegalArgumentException("the location '" + site.id() + "' has more than " + MOST_STATIONS
                    + " charge points, which is the most. Divide it");
        }
        site.stations().put(data.evseId(), station);
        states.put(EvseIds.key(data.evseId()), new State(Status.AVAILABLE, beganSecond));
    }

    List<Site> sites() {
        return List.copyOf(sites.values());
    }

    State state(Station station) {
        State state = states.get(EvseIds.key(station.data().evseId()));
        if (state == null) {
            throw new IllegalStateException(station.data().evseId() + " is at no location");
        }
        return state;
    }

    /** What is known of a charge point's state at a second; one without contact stays as it was. */
    State learn(Station station, long second) {
        State before = state(station);
        Status status = station.isPluggedIn(second) ? Status.CHARGING : Status.AVAILABLE;
        if (station.quirk() == Quirk.LOST || before.status() == status) {
            return before;
        }
        State now = new State(status, second);
        states.put(EvseIds.key(station.data().evseId()), now);
        return now;
    }

    @Override
    public Page<Location> page(String partner, Page.Filter filter) {
        return Page.changed(
                sites.values().stream()
                        .map(site -> location(partner, site))
                        .filter(Objects::nonNull)
                        .toList(),
                filter,
                location -> location);
    }

    @Override
    public @Nullable Location find(String partner, String id) {
        Site site = sites.get(id);
        return site == null ? null : location(partner, site);
    }

    /** A location with those charge points that a partner may know; null without any. */
    @Nullable
    Location location(String partner, Site site) {
        List<Station> stations = site.stations().values().stream()
                .filter(station -> isPartners.test(partner, station))
                .toList();
        if (stations.isEmpty()) {
            return null;
        }
        List<Evse> evses = stations.stream().map(this::evse).toList();
        return Places.location(
                site.party(), site.id(), site.id(), place(stations.getFirst().data()), evses);
    }

    private Evse evse(Station station) {
        StationData data = station.data();
        State state = state(station);
        return Places.evse(
                data.evseUid(),
                data.evseId(),
                state.status(),
                List.of(Capability.CHARGING_PROFILE_CAPABLE, Capability.RFID_READER),
                Connectors.only(data.connector(), data.ratedPowerW(), List.of(), Instant.ofEpochSecond(beganSecond)),
                place(data),
                Instant.ofEpochSecond(state.sinceSecond()));
    }

    private static GeoLocation place(StationData data) {
        return new GeoLocation(
                String.format(Locale.ROOT, "%.6f", data.latitude()),
                String.format(Locale.ROOT, "%.6f", data.longitude()));
    }
}
