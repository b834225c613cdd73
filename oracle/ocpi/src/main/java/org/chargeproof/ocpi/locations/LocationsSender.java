package org.chargeproof.ocpi.locations;

import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.ObjectList;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;

/** The sender's side of locations: a list, and {@code LOCATION[/EVSE[/CONNECTOR]]}. */
public final class LocationsSender extends ObjectList<Location> {
    private static final int MOST_SEGMENTS = 3;

    private final LocationSource source;

    /** Tells of locations. */
    public LocationsSender(LocationSource source) {
        super(ModuleId.LOCATIONS, false, source);
        this.source = source;
    }

    @Override
    protected Answer below(Call call) {
        if (call.path().size() > MOST_SEGMENTS) {
            throw OcpiException.notFound("the path must be LOCATION, LOCATION/EVSE or LOCATION/EVSE/CONNECTOR.");
        }
        call.requireMethod("GET");
        Location location = source.find(call.caller().partner(), call.id(0));
        if (location == null) {
            throw OcpiException.unknownLocation(
                    "the location " + BadObjectException.shown(call.id(0)) + " is unknown.");
        }
        return Answer.ok(call.tell(LocationTree.part(call, location, 0)));
    }
}
