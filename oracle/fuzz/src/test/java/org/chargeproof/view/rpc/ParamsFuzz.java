package org.chargeproof.view.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Parameters of a caller: values in their ranges, or an error of JSON-RPC that is not long. */
public final class ParamsFuzz {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_MESSAGE = 600;

    private ParamsFuzz() {}

    /** The bytes are a JSON array of parameters. */
    public static void fuzzerTestOneInput(byte[] in) {
        Object[] values;
        try {
            values = JSON.readValue(new String(in, StandardCharsets.UTF_8), List.class)
                    .toArray();
        } catch (JsonProcessingException | NullPointerException e) {
            return;
        }
        try {
            var params = new Params(values, "first", "second", "options");
            int first = params.required(0, 3, 1_000);
            long second = params.optionalLong(1, 0, Long.MAX_VALUE, 7);
            if (first < 3 || first > 1_000 || second < 0) {
                throw new IllegalStateException(first + " " + second);
            }
            var options = params.options(2);
            options.requireOnly("group", "available");
            options.integer("group", 0, 9);
            options.flag("available");
        } catch (RpcException e) {
            if (e.getMessage().length() > MOST_MESSAGE) {
                throw new IllegalStateException("a message of " + e.getMessage().length() + " characters", e);
            }
        }
    }
}
