package org.chargeproof.ocpi.locations;

import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.Locks;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.Connector;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;
import org.jspecify.annotations.Nullable;

/** The receiver's side of locations: {@code COUNTRY/PARTY/LOCATION[/EVSE[/CONNECTOR]]}. */
public final class LocationsReceiver implements OcpiModule {
    private static final int LOCATION = 3;
    private static final int EVSE = 4;
    private static final int CONNECTOR = 5;

    private final LocationSink sink;
    // what is read, changed and put must be one location's
    private final Locks locks = new Locks();

    /** Tells of locations. */
    public LocationsReceiver(LocationSink sink) {
        this.sink = sink;
    }

    @Override
    public ModuleId id() {
        return ModuleId.LOCATIONS;
    }

    @Override
    public InterfaceRole role() {
        return InterfaceRole.RECEIVER;
    }

    @Override
    public Answer answer(Call call) {
        int depth = call.path().size();
        if (depth < LOCATION || depth > CONNECTOR) {
            throw OcpiException.notFound("the path must be COUNTRY/PARTY/LOCATION, or an EVSE or connector below it.");
        }
        PartyId operator = call.caller().own(call.path().get(0), call.path().get(1));
        String id = call.id(2);
        ReentrantLock lock = locks.of(operator + "/" + id.toUpperCase(Locale.ROOT));
        lock.lock();
        try {
            Location known = sink.find(call.caller().partner(), operator, id);
            return switch (call.method()) {
                case "GET" -> Answer.ok(call.tell(get(call, require(known, id))));
                case "PUT", "PATCH" -> {
                    Location after =
                            depth == LOCATION ? location(call, operator, id, known) : inside(call, require(known, id));
                    if (known != null && after.lastUpdated().isBefore(known.lastUpdated())) {
                        yield Answer.pushed(false);
                    }
                    yield Answer.pushed(sink.put(call.caller().partner(), operator, after));
                }
                default -> throw OcpiException.methodNotAllowed(call.method() + " is none of GET, PUT, PATCH.");
            };
        } finally {
            lock.unlock();
        }
    }

    static Object get(Call call, Location location, int first) {
        int depth = call.path().size() - first;
        if (depth == 1) {
            return location;
        }
        Evse evse = LocationTree.requireEvse(location, call.id(first + 1));
        return depth == 2 ? evse : LocationTree.requireConnector(evse, call.id(first + 2));
    }

    private static Object get(Call call, Location location) {
        return get(call, location, 2);
    }

    private static Location location(Call call, PartyId operator, String id, @Nullable Location known) {
        Location location = call.method().equals("PUT")
                ? call.read(Location.class)
                : OcpiJson.patch(require(known, id), call.patch(Location.class), Location.class);
        boolean isSame = location.id().equalsIgnoreCase(id)
                && new PartyId(location.countryCode(), location.partyId()).equals(operator);
        if (!isSame) {
            throw OcpiException.invalid("country_code, party_id and id of the location must be those of the path.");
        }
        return location;
    }

    /** An EVSE or a connector; what is older than what is known is left out. */
    private static Location inside(Call call, Location location) {
        boolean isPut = call.method().equals("PUT");
        String uid = call.id(EVSE - 1);
        if (call.path().size() == EVSE) {
            Evse before = LocationTree.evse(location, uid);
            Evse evse = isPut
                    ? call.read(Evse.class)
                    : OcpiJson.patch(LocationTree.requireEvse(location, uid), call.patch(Evse.class), Evse.class);
            requireSame(evse.uid(), uid);
            boolean isOlder = before != null && evse.lastUpdated().isBefore(before.lastUpdated());
            return isOlder ? location : LocationTree.with(location, evse);
        }
        Evse evse = LocationTree.requireEvse(location, uid);
        String id = call.id(CONNECTOR - 1);
        Connector before = LocationTree.connector(evse, id);
        Connector connector = isPut
                ? call.read(Connector.class)
                : OcpiJson.patch(LocationTree.requireConnector(evse, id), call.patch(Connector.class), Connector.class);
        requireSame(connector.id(), id);
        boolean isOlder = before != null && connector.lastUpdated().isBefore(before.lastUpdated());
        return isOlder ? location : LocationTree.with(location, LocationTree.with(evse, connector));
    }

    private static void requireSame(String given, String inPath) {
        if (!given.equalsIgnoreCase(inPath)) {
            throw OcpiException.invalid("the id " + BadObjectException.shown(given) + " must be that of the path.");
        }
    }

    private static Location require(@Nullable Location location, String id) {
        if (location == null) {
            throw OcpiException.unknownLocation(
                    "the location " + BadObjectException.shown(id) + " is unknown. PUT it.");
        }
        return location;
    }
}
