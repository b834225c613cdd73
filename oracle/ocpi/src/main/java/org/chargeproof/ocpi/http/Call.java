package org.chargeproof.ocpi.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.OcpiTime;
import org.jspecify.annotations.Nullable;

/**
 * A request to a module: authenticated, bounded, and its body, if any, is JSON.
 *
 * @param caller who sent it
 * @param edge the version that is spoken
 * @param method in capitals
 * @param path the segments after the module's address, decoded
 * @param query the parameters; the first of each
 * @param body null when there is none
 * @param url where the request went, without parameters
 */
public record Call(
        Caller caller,
        Edge edge,
        String method,
        List<String> path,
        Map<String, String> query,
        @Nullable JsonNode body,
        String url) {
    private static final int MOST_ID_CHARACTERS = 36;

    /** The same path and parameters, unchangeable. */
    public Call {
        path = List.copyOf(path);
        query = Map.copyOf(query);
    }

    /**
     * Refuses all methods but one.
     *
     * @throws OcpiException for another one
     */
    public void requireMethod(String only) {
        if (!method.equals(only)) {
            throw OcpiException.methodNotAllowed(method + " is not possible here; it must be " + only + ".");
        }
    }

    /** The body as it came, in our version. */
    public JsonNode patch(Class<?> type) {
        if (body == null) {
            throw new BadObjectException("", "the body is empty; it must be JSON");
        }
        return edge.toOurs(body, type);
    }

    /**
     * The body as an object.
     *
     * @throws BadObjectException when it is not as OCPI wants it
     */
    public <T> T read(Class<T> type) {
        return OcpiJson.read(patch(type), type);
    }

    /** An object in the caller's version. */
    public JsonNode tell(Object object) {
        return edge.fromOurs(OcpiJson.tree(object), object.getClass());
    }

    /**
     * A segment of the path that is an id.
     *
     * @throws BadObjectException when it is none that OCPI allows
     */
    public String id(int index) {
        return id(index, MOST_ID_CHARACTERS);
    }

    /**
     * The same with another limit.
     *
     * @throws BadObjectException when it is none that OCPI allows
     */
    public String id(int index, int mostCharacters) {
        String id = path.get(index);
        if (id.isEmpty() || id.length() > mostCharacters || id.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new BadObjectException(
                    "",
                    BadObjectException.shown(id) + " in the path is no id; it must have 1 to " + mostCharacters
                            + " characters of printable ASCII");
        }
        return id;
    }

    /** A parameter; empty when it is not there. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /**
     * A parameter that is a time.
     *
     * @throws BadObjectException when it has another form
     */
    public Optional<Instant> time(String name) {
        return parameter(name).map(text -> OcpiTime.parse(name, text));
    }

    /**
     * A parameter that is a whole number.
     *
     * @throws BadObjectException when it is none or outside of the range
     */
    public Optional<Integer> number(String name, int min, int max) {
        return parameter(name).map(text -> {
            try {
                int number = Integer.parseInt(text);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new BadObjectException(
                    name, BadObjectException.shown(text) + " must be a whole number from " + min + " to " + max);
        });
    }
}
