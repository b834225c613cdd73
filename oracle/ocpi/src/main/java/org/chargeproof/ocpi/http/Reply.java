package org.chargeproof.ocpi.http;

import com.fasterxml.jackson.databind.JsonNode;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.jspecify.annotations.Nullable;

/**
 * What a peer answered.
 *
 * @param httpStatus HTTP's status, of success
 * @param ocpiStatus OCPI's status, of success
 * @param data as it came; null for none
 * @param next where the next page is; null for none
 * @param total how many objects there are on all pages; -1 if the peer does not say
 * @param bytes of the answer
 */
public record Reply(
        int httpStatus,
        int ocpiStatus,
        @Nullable JsonNode data,
        @Nullable String next,
        int total,
        int bytes) {
    /**
     * The data as an object.
     *
     * @throws BadObjectException when it is not as OCPI wants it
     */
    public <T> T read(Edge edge, Class<T> type) {
        if (data == null) {
            throw new BadObjectException("data", "is missing; OCPI requires it here");
        }
        return OcpiJson.read(edge.toOurs(data, type), type);
    }
}
