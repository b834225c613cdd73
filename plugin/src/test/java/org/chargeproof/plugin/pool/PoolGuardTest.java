package org.chargeproof.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.view.verify.PlanSource;
import org.chargeproof.view.verify.PlanVerifier;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Hash;

class PoolGuardTest {
    @Test
    void knowsTheCallsByTheirSelectors() throws IOException {
        var selectors = new ArrayList<String>();
        for (JsonNode entry : new ObjectMapper()
                .readTree(PoolGuardTest.class.getResource("/org/chargeproof/contracts/abi/Plans.abi"))) {
            if (List.of("post", "attest").contains(entry.path("name").asText())) {
                selectors.add(Hash.sha3String(entry.get("name").asText() + types(entry.get("inputs")))
                        .substring(0, 10));
            }
        }
        assertThat(selectors).containsExactlyInAnyOrder(PoolGuard.POST.toHexString(), PoolGuard.ATTEST.toHexString());
    }

    @Test
    void letsPassWhatItCannotJudge() {
        try (var verifier = new PlanVerifier(
                new NetworkParameters(900, 60, 6, 4, 2, 3), PlanSource.computingAtOnce(), nanos -> {})) {
            var guard = new PoolGuard(verifier, 4);
            for (Bytes payload : List.of(
                    Bytes.EMPTY,
                    Bytes.fromHexString("0x010203"),
                    Bytes.fromHexString("0x01020304"),
                    PoolGuard.POST,
                    PoolGuard.ATTEST,
                    Bytes.concatenate(PoolGuard.POST, Bytes.repeat((byte) 0xff, 500)),
                    Bytes.concatenate(PoolGuard.POST, Bytes.repeat((byte) 0, 500)),
                    Bytes.concatenate(PoolGuard.ATTEST, Bytes.repeat((byte) 0xff, 200)))) {
                assertThat(guard.objection(payload)).isEmpty();
            }
        }
    }

    private static String types(JsonNode inputs) {
        var types = new ArrayList<String>();
        for (JsonNode input : inputs) {
            types.add(
                    input.get("type").asText().equals("tuple")
                            ? types(input.get("components"))
                            : input.get("type").asText());
        }
        return "(" + String.join(",", types) + ")";
    }
}
