package org.chargeproof.ocpi.locations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.OcpiTime;
import org.chargeproof.ocpi.model.Connector;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.Location;
import org.jspecify.annotations.Nullable;

/** EVSEs in locations, connectors in EVSEs: found, and put in, whereby what is around them changes, too. */
final class LocationTree {
    private static final int MOST_EVSES = 10_000;
    private static final int MOST_CONNECTORS = 100;

    private LocationTree() {}

    /** The location, EVSE or connector that a path names whose location is at an index. */
    static Object part(Call call, Location location, int index) {
        int depth = call.path().size() - index;
        if (depth == 1) {
            return location;
        }
        Evse evse = requireEvse(location, call.id(index + 1));
        return depth == 2 ? evse : requireConnector(evse, call.id(index + 2));
    }

    static @Nullable Evse evse(Location location, String uid) {
        return location.evses().stream()
                .filter(evse -> evse.uid().equalsIgnoreCase(uid))
                .findFirst()
                .orElse(null);
    }

    static @Nullable Connector connector(Evse evse, String id) {
        return evse.connectors().stream()
                .filter(connector -> connector.id().equalsIgnoreCase(id))
                .findFirst()
                .orElse(null);
    }

    static Evse requireEvse(Location location, String uid) {
        Evse evse = evse(location, uid);
        if (evse == null) {
            throw OcpiException.unknownLocation("the EVSE " + BadObjectException.shown(uid) + " is unknown. PUT it.");
        }
        return evse;
    }

    static Connector requireConnector(Evse evse, String id) {
        Connector connector = connector(evse, id);
        if (connector == null) {
            throw OcpiException.unknownLocation(
                    "the connector " + BadObjectException.shown(id) + " is unknown. PUT it.");
        }
        return connector;
    }

    static Location with(Location location, Evse evse) {
        List<Evse> evses = put(location.evses(), evse, Evse::uid, MOST_EVSES);
        var tree = OcpiJson.tree(location);
        var list = tree.putArray("evses");
        evses.forEach(each -> list.add(OcpiJson.tree(each)));
        if (evse.lastUpdated().isAfter(location.lastUpdated())) {
            tree.put("last_updated", OcpiTime.format(evse.lastUpdated()));
        }
        return OcpiJson.read(tree, Location.class);
    }

    static Evse with(Evse evse, Connector connector) {
        List<Connector> connectors = put(evse.connectors(), connector, Connector::id, MOST_CONNECTORS);
        Instant changed =
                connector.lastUpdated().isAfter(evse.lastUpdated()) ? connector.lastUpdated() : evse.lastUpdated();
        return new Evse(
                evse.uid(),
                evse.evseId(),
                evse.status(),
                evse.statusSchedule(),
                evse.capabilities(),
                connectors,
                evse.floorLevel(),
                evse.coordinates(),
                evse.physicalReference(),
                evse.directions(),
                evse.parkingRestrictions(),
                evse.images(),
                changed);
    }

    /** The EVSEs whose state has changed; null when something else has changed, too. */
    static @Nullable List<Evse> otherStates(Location before, Location now) {
        if (before.evses().size() != now.evses().size()
                || !without(before, "evses").equals(without(now, "evses"))) {
            return null;
        }
        var changed = new ArrayList<Evse>();
        for (int i = 0; i < now.evses().size(); i++) {
            Evse then = before.evses().get(i);
            Evse evse = now.evses().get(i);
            if (!then.equals(evse)) {
                if (!without(then, "status").equals(without(evse, "status"))) {
                    return null;
                }
                changed.add(evse);
            }
        }
        return changed;
    }

    private static ObjectNode without(Object object, String field) {
        return OcpiJson.tree(object).remove(List.of(field, "last_updated"));
    }

    private static <T> List<T> put(List<T> list, T item, Function<T, String> id, int most) {
        List<T> after = new ArrayList<>(list);
        for (int i = 0; i < after.size(); i++) {
            if (id.apply(after.get(i)).equalsIgnoreCase(id.apply(item))) {
                after.set(i, item);
                return after;
            }
        }
        if (after.size() >= most) {
            throw OcpiException.invalid("there are " + most + " already, which is the limit.");
        }
        after.add(item);
        return after;
    }
}
