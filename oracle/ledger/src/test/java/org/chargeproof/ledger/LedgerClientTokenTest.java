package org.chargeproof.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LedgerClientTokenTest {
    @Test
    void showsItsToken() {
        try (var node = new JsonRpcStub(request -> "0x7e2");
                var client = LedgerClient.connect(node.url(), "a.b.c")) {
            assertThat(client.chainId()).isEqualTo(2018);
            assertThat(node.authorizations()).containsOnly("Bearer a.b.c");
        }
    }

    @Test
    void showsNothingWithoutOne() {
        try (var node = new JsonRpcStub(request -> "0x7e2");
                var client = LedgerClient.connect(node.url())) {
            assertThat(client.chainId()).isEqualTo(2018);
            assertThat(node.authorizations()).containsOnly("null");
        }
    }

    @Test
    void saysThatATokenIsWanted() {
        try (var node = new JsonRpcStub(request -> "0x7e2")) {
            node.failWith(401);

            assertThatThrownBy(() -> LedgerClient.connect(node.url(), "a.b.c"))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContainingAll("wants a token", "--rpc-token-file");
        }
    }
}
