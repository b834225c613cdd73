package org.chargeproof.ocpi.locations;

import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.ObjectSink;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PushedObjects;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.Connector;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;
import org.jspecify.annotations.Nullable;

/** The receiver's side of locations: {@code COUNTRY/PARTY/LOCATION[/EVSE[/CONNECTOR]]}. */
public final class LocationsReceiver extends PushedObjects<Location> {
    private static final int LOCATION = 3;
    private static final int EVSE = 4;
    private static final int CONNECTOR = 5;

    private final ObjectSink<Location> sink;

    /** Tells of locations. */
    public LocationsReceiver(ObjectSink<Location> sink) {
        super(ModuleId.LOCATIONS, Location.class, "GET", "PUT", "PATCH");
        this.sink = sink;
    }

    @Override
    protected void requirePath(int segments) {
        if (segments < LOCATION || segments > CONNECTOR) {
            throw OcpiException.notFound("the path must be COUNTRY/PARTY/LOCATION, or an EVSE or connector below it.");
        }
    }

    @Override
    protected @Nullable Location find(Call call, PartyId operator, String id) {
        return sink.find(call.caller().partner(), operator, id);
    }

    @Override
    protected boolean put(Call call, PartyId operator, Location location) {
        return sink.put(call.caller().partner(), operator, location);
    }

    @Override
    protected Location changed(Call call, @Nullable Location known, String id) {
        return call.path().size() == LOCATION ? super.changed(call, known, id) : inside(call, require(known, id));
    }

    @Override
    protected Object part(Call call, Location location) {
        return LocationTree.part(call, location, 2);
    }

    @Override
    protected OcpiException unknown(String message) {
        return OcpiException.unknownLocation(message);
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
}
