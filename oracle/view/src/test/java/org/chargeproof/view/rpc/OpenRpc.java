package org.chargeproof.view.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Holds answers against the OpenRPC document. */
final class OpenRpc {
    private static final JsonNode DOCUMENT = read();

    private OpenRpc() {}

    static void check(String method, JsonNode answer) {
        for (JsonNode m : DOCUMENT.get("methods")) {
            if (m.get("name").asText().equals("charge_" + method)) {
                // with the whole document around it, so that references lead somewhere
                ObjectNode schema = DOCUMENT.deepCopy();
                schema.setAll((ObjectNode) m.get("result").get("schema"));
                var errors = JsonSchemaFactory.getInstance(VersionFlag.V7)
                        .getSchema(schema)
                        .validate(answer);
                assertThat(errors).as("%s: %s", method, answer).isEmpty();
                return;
            }
        }
        throw new AssertionError("charge_" + method + " is not described");
    }

    private static JsonNode read() {
        try (var in = OpenRpc.class.getResourceAsStream("/org/chargeproof/view/rpc/openrpc.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
