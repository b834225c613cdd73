package org.chargeproof.ocpi.locations;

import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;

/** The sender's side of locations: a list, and {@code LOCATION[/EVSE[/CONNECTOR]]}. */
public final class LocationsSender implements OcpiModule {
    private static final int MOST_SEGMENTS = 3;

    private final LocationSource source;

    /** Tells of locations. */
    public LocationsSender(LocationSource source) {
        this.source = source;
    }

    @Override
    public ModuleId id() {
        return ModuleId.LOCATIONS;
    }

    @Override
    public InterfaceRole role() {
        return InterfaceRole.SENDER;
    }

    @Override
    public Answer answer(Call call) {
        String partner = call.caller().partner();
        if (call.path().size() > MOST_SEGMENTS) {
            throw OcpiException.notFound("the path must be LOCATION, LOCATION/EVSE or LOCATION/EVSE/CONNECTOR.");
        }
        call.requireMethod("GET");
        if (call.path().isEmpty()) {
            return Page.answer(call, false, filter -> source.page(partner, filter));
        }
        Location location = source.find(partner, call.id(0));
        if (location == null) {
            throw OcpiException.unknownLocation(
                    "the location " + BadObjectException.shown(call.id(0)) + " is unknown.");
        }
        return Answer.ok(call.tell(LocationsReceiver.get(call, location, 0)));
    }
}
