package org.chargeproof.ocpi.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.http.OcpiClient;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiStatus;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.Endpoint;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Version;
import org.chargeproof.ocpi.model.VersionDetails;

/** Asks a platform which versions and modules it has. */
final class Discovery {
    private static final int OK = 200;
    private static final int MOST_VERSIONS = 64;
    private static final int MOST_ENDPOINTS = 256;

    private final OcpiClient client;
    private final List<Need> needs;

    Discovery(OcpiClient client, List<Need> needs) {
        this.client = client;
        this.needs = needs;
    }

    /** The newest version that both speak. */
    Edge newest(List<Version> versions) {
        Edge newest = null;
        for (Edge edge : Edge.values()) {
            if (versions.stream().anyMatch(version -> version.version().equals(edge.version()))) {
                newest = edge;
            }
        }
        if (newest == null) {
            throw new OcpiException(
                    OK,
                    OcpiStatus.UNSUPPORTED_VERSION,
                    "there is no version that both speak: this platform speaks 2.2.1 and 2.3.0");
        }
        return newest;
    }

    List<Version> versions(String versionsUrl, String token) {
        JsonNode data = client.call("GET", versionsUrl, token, null, null).data();
        if (data == null || !data.isArray() || data.size() > MOST_VERSIONS) {
            throw new BadObjectException("data", "must be a list of 1 to " + MOST_VERSIONS + " versions");
        }
        List<Version> versions = new ArrayList<>();
        data.forEach(each -> versions.add(OcpiJson.read(each, Version.class)));
        return versions;
    }

    /** The modules in a version; all that are needed are there. */
    List<Endpoint> endpoints(List<Version> versions, Edge edge, String token) {
        for (Version version : versions) {
            if (version.version().equals(edge.version())) {
                VersionDetails details =
                        client.call("GET", version.url(), token, null, null).read(Edge.V2_2_1, VersionDetails.class);
                require(details.endpoints());
                return details.endpoints();
            }
        }
        throw new OcpiException(
                OK, OcpiStatus.UNSUPPORTED_VERSION, "the platform does not list the version " + edge.version() + ".");
    }

    private void require(List<Endpoint> endpoints) {
        if (endpoints.size() > MOST_ENDPOINTS) {
            throw new BadObjectException(
                    "endpoints", "has " + endpoints.size() + " entries; the limit is " + MOST_ENDPOINTS);
        }
        boolean hasCredentials = endpoints.stream()
                .anyMatch(endpoint -> endpoint.identifier().equalsIgnoreCase(ModuleId.CREDENTIALS.name()));
        if (!hasCredentials) {
            throw new OcpiException(OK, OcpiStatus.MISSING_ENDPOINTS, "the module credentials is missing.");
        }
        for (Need need : needs) {
            boolean isThere = endpoints.stream()
                    .anyMatch(endpoint ->
                            endpoint.identifier().equalsIgnoreCase(need.module().name())
                                    && endpoint.role() == need.role());
            if (!isThere) {
                throw new OcpiException(
                        OK,
                        OcpiStatus.MISSING_ENDPOINTS,
                        "the module " + need.module() + " as " + need.role() + " is missing.");
            }
        }
    }
}
