package org.chargeproof.oracle.ocpi;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.ObjectSink;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiStatus;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Status;
import org.chargeproof.oracle.backend.ChargePointFeed.Point;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which charge point an EVSE of a partner is. A session names location and EVSE as its operator numbers them; the ledger knows EVSE ids.
 * Locations are what partners push, or are pulled when a session names one that is unknown.
 */
final class EvseBook implements ObjectSink<Location> {
    private static final Logger LOG = LoggerFactory.getLogger(EvseBook.class);
    /** Of one partner, as JSON: some 100,000 EVSEs. */
    private static final long MOST_BYTES = 64L << 20;

    private static final int UNAVAILABLE = 503;
    private static final long PULL_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final ChargePoints points;
    private final BiFunction<String, PartyId, Pull<Location>> pull;
    private final Predicate<String> isPartner;
    private final DoorStore store;
    private final Map<String, Partner> partners = new HashMap<>();
    /** Who has told of a charge point first: nobody else may, until it is forgotten. */
    private final Map<Integer, String> holders;

    private final Map<Integer, Status> statuses = new HashMap<>();

    /** What one partner has told. */
    private static final class Partner {
        final Map<String, Location> locations = new HashMap<>();
        final Map<String, Integer> bytes = new HashMap<>();
        long allBytes;
        long pulledNanos = System.nanoTime() - PULL_AGAIN_NANOS;
    }

    /**
     * @param pull asks a partner for the locations of an operator
     * @param isPartner whether there still is a partner of a name
     * @param store knows who had a charge point before a restart
     */
    EvseBook(
            ChargePoints points,
            BiFunction<String, PartyId, Pull<Location>> pull,
            Predicate<String> isPartner,
            DoorStore store) {
        this.points = points;
        this.pull = pull;
        this.isPartner = isPartner;
        this.store = store;
        this.holders = store.holders();
    }

    @Override
    public synchronized @Nullable Location find(String partner, PartyId operator, String id) {
        Partner known = partners.get(partner);
        return known == null ? null : known.locations.get(key(operator, id));
    }

    @Override
    public boolean put(String partner, PartyId operator, Location location) {
        int bytes = OcpiJson.bytes(OcpiJson.tree(location)).length;
        return put(partner, operator, location, bytes);
    }

    private synchronized boolean put(String partner, PartyId operator, Location location, int bytes) {
        Partner known = partners.computeIfAbsent(partner, name -> new Partner());
        String key = key(operator, location.id());
        long allBytes = known.allBytes - known.bytes.getOrDefault(key, 0) + bytes;
        if (allBytes > MOST_BYTES) {
            throw OcpiException.invalid("the locations of this platform would have " + allBytes
                    + " bytes; the limit is " + MOST_BYTES + ". Push those with managed charge points only.");
        }
        known.allBytes = allBytes;
        known.bytes.put(key, bytes);
        boolean isNew = known.locations.put(key, location) == null;
        for (Evse evse : location.evses()) {
            Point point = evse.evseId() == null ? null : points.byEvseId(evse.evseId());
            // who only lists a charge point does not have it
            if (point != null && partner.equals(holders.getOrDefault(point.id(), partner))) {
                statuses.put(point.id(), evse.status());
            }
        }
        return isNew;
    }

    /** What EVSEs are said to be, by charge point. */
    synchronized Map<Integer, Status> statuses() {
        return Map.copyOf(statuses);
    }

    /** Whether there still is a partner of a name. */
    boolean isPartner(String name) {
        return isPartner.test(name);
    }

    /** Forgets all of a partner. */
    synchronized void forget(String partner) {
        partners.remove(partner);
        holders.values().removeIf(partner::equals);
        store.removeHolder(partner);
    }

    /**
     * The charge point of an EVSE. It may ask the partner, and wait for it.
     *
     * @throws OcpiException when it is none of the operator's, or another partner has it
     */
    Point resolve(String partner, PartyId operator, String locationId, String evseUid) {
        if (!points.isKnown()) {
            throw new OcpiException(
                    UNAVAILABLE, OcpiStatus.SERVER_ERROR, "the oracle reads the ledger. Try again in a moment.");
        }
        Point point = known(partner, operator, locationId, evseUid);
        if (point == null && mayPull(partner)) {
            pullAll(partner, operator);
            point = known(partner, operator, locationId, evseUid);
        }
        if (point == null) {
            throw OcpiException.unknownLocation("no EVSE " + evseUid + " of location " + locationId
                    + " has an evse_id that is registered on the ledger. Put the location, with evse_id; or register the charge"
                    + " point with that id.");
        }
        String holder = holder(point, partner);
        if (!holder.equals(partner)) {
            throw OcpiException.invalid(
                    "another platform tells of " + point.evseId() + ". It has to be unregistered first.");
        }
        return point;
    }

    /** Whether a charge point is a partner's. */
    synchronized boolean isHolder(Point point, String partner) {
        return partner.equals(holders.get(point.id()));
    }

    /** Who may tell of a charge point: the partner that asks, unless another one does. One that has unregistered does not any more. */
    private synchronized String holder(Point point, String partner) {
        String holder = holders.get(point.id());
        if (holder == null || (!holder.equals(partner) && !isPartner.test(holder))) {
            holders.put(point.id(), partner);
            store.putHolder(point.id(), partner);
            return partner;
        }
        return holder;
    }

    private synchronized @Nullable Point known(String partner, PartyId operator, String locationId, String evseUid) {
        Location location = find(partner, operator, locationId);
        if (location != null) {
            for (Evse evse : location.evses()) {
                if (evse.uid().equalsIgnoreCase(evseUid) && evse.evseId() != null) {
                    return points.byEvseId(evse.evseId());
                }
            }
        }
        // many systems use the one as the other
        return points.byEvseId(evseUid);
    }

    private synchronized boolean mayPull(String partner) {
        Partner known = partners.computeIfAbsent(partner, name -> new Partner());
        long now = System.nanoTime();
        if (now - known.pulledNanos < PULL_AGAIN_NANOS) {
            return false;
        }
        known.pulledNanos = now;
        return true;
    }

    /** Asks a partner for the locations of an operator. */
    void pullAll(String partner, PartyId operator) {
        try {
            Pull<Location> pulled = pull.apply(partner, operator);
            for (Location location : pulled.items()) {
                put(partner, new PartyId(location.countryCode(), location.partyId()), location);
            }
            LOG.info(
                    "{} has {} locations{}",
                    partner,
                    pulled.items().size(),
                    pulled.refused().isEmpty()
                            ? ""
                            : ", and others that are refused, such as: "
                                    + pulled.refused().getFirst());
        } catch (RuntimeException e) {
            LOG.warn("the locations of {} cannot be pulled: {}", partner, e.getMessage());
        }
    }

    private static String key(PartyId operator, String id) {
        return operator + "/" + id.toUpperCase(Locale.ROOT);
    }
}
