package org.chargeproof.ocpi.cdrs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.Cdr;

/**
 * A CDR as it leaves.
 *
 * @param extensions fields beside OCPI's, which whoever does not know them leaves out
 */
public record Told(Cdr cdr, Map<String, JsonNode> extensions) {
    /** The same fields, unchangeable. */
    public Told {
        extensions = Map.copyOf(extensions);
    }

    /** The CDR in a version, with its other fields. */
    JsonNode tree(Edge edge) {
        JsonNode tree = edge.fromOurs(OcpiJson.tree(cdr), Cdr.class);
        if (tree instanceof ObjectNode object) {
            extensions.forEach(object::set);
        }
        return tree;
    }
}
