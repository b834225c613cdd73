package org.chargeproof.ocpi.edge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** A version of OCPI that is spoken, and how its objects become those of 2.2.1 and back. */
public enum Edge {
    /** As it is. */
    V2_2_1("2.2.1"),
    /** Translated; what is lost is in docs/reference/ocpi.md. */
    V2_3_0("2.3.0");

    private final String version;

    Edge(String version) {
        this.version = version;
    }

    /** The version, as OCPI writes it. */
    public String version() {
        return version;
    }

    /** The version that is written so; empty if it is not spoken. */
    public static Optional<Edge> of(String version) {
        for (Edge edge : values()) {
            if (edge.version.equals(version)) {
                return Optional.of(edge);
            }
        }
        return Optional.empty();
    }

    /**
     * An object, or what a PATCH holds of it, in 2.2.1. What is not as this version wants it is left as it is, for whoever reads it next.
     *
     * @throws org.chargeproof.ocpi.json.BadObjectException when it cannot be told in 2.2.1 without being wrong
     */
    public JsonNode toOurs(JsonNode object, Class<?> type) {
        return switch (this) {
            case V2_2_1 -> object;
            case V2_3_0 -> Translation230.toOurs(object, type);
        };
    }

    /** An object of 2.2.1 in this version. */
    public JsonNode fromOurs(JsonNode object, Class<?> type) {
        return switch (this) {
            case V2_2_1 -> object;
            case V2_3_0 -> Translation230.fromOurs(object, type);
        };
    }
}
