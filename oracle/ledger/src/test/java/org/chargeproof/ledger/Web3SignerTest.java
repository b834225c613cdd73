package org.chargeproof.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/** Against a stub that signs with a real key, as Web3Signer in mode eth1 does. */
class Web3SignerTest {
    private static final Credentials KEY = Credentials.create("11".repeat(32));
    private static final Credentials OTHER_KEY = Credentials.create("22".repeat(32));
    private static final long CHAIN = 2018;
    private static final RawTransaction TRANSACTION = RawTransaction.createTransaction(
            BigInteger.valueOf(7),
            BigInteger.ZERO,
            BigInteger.valueOf(50_000_000),
            "0x00000000000000000000000000000000000000aB",
            BigInteger.ZERO,
            "0x12345678");

    @Test
    void signsAsTheKeyItselfWould() {
        try (var stub = signer(KEY, CHAIN, t -> t)) {
            var signer = Web3Signer.connect(stub.url(), KEY.getAddress());

            assertThat(signer.sign(TRANSACTION, CHAIN)).isEqualTo(signed(TRANSACTION, CHAIN, KEY));
            assertThat(signer.address()).isEqualTo(KEY.getAddress());
        }
    }

    @Test
    void signsDeployments() {
        var deployment = RawTransaction.createTransaction(
                BigInteger.ZERO, BigInteger.ZERO, BigInteger.valueOf(50_000_000), "", BigInteger.ZERO, "0x6000");
        try (var stub = signer(KEY, CHAIN, t -> t)) {
            assertThat(Web3Signer.connect(stub.url(), KEY.getAddress()).sign(deployment, CHAIN))
                    .isEqualTo(signed(deployment, CHAIN, KEY));
        }
    }

    @Test
    void refusesAnAccountThatTheSignerDoesNotHave() {
        try (var stub = signer(KEY, CHAIN, t -> t)) {
            assertThatThrownBy(() -> Web3Signer.connect(stub.url(), OTHER_KEY.getAddress()))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("has no key for " + OTHER_KEY.getAddress());
        }
    }

    @Test
    void refusesAnotherTransaction() {
        UnaryOperator<RawTransaction> elsewhere = t -> RawTransaction.createTransaction(
                t.getNonce(), t.getGasPrice(), t.getGasLimit(), "0x" + "cd".repeat(20), t.getValue(), t.getData());
        try (var stub = signer(KEY, CHAIN, elsewhere)) {
            var signer = Web3Signer.connect(stub.url(), KEY.getAddress());
            assertThatThrownBy(() -> signer.sign(TRANSACTION, CHAIN))
                    .hasMessageContaining("signed another transaction");
        }
    }

    @Test
    void refusesAnotherChain() {
        try (var stub = signer(KEY, 1, t -> t)) {
            var signer = Web3Signer.connect(stub.url(), KEY.getAddress());
            assertThatThrownBy(() -> signer.sign(TRANSACTION, CHAIN))
                    .hasMessageContainingAll("signs for chain 1", "--chain-id=2018");
        }
    }

    @Test
    void refusesAnotherKey() {
        try (var stub =
                new JsonRpcStub(request -> request.path("method").asText().equals("eth_accounts")
                        ? List.of(KEY.getAddress())
                        : signed(TRANSACTION, CHAIN, OTHER_KEY))) {
            var signer = Web3Signer.connect(stub.url(), KEY.getAddress());
            assertThatThrownBy(() -> signer.sign(TRANSACTION, CHAIN)).hasMessageContaining("another account's key");
        }
    }

    @Test
    void refusesNonsense() {
        try (var stub = new JsonRpcStub(request ->
                request.path("method").asText().equals("eth_accounts") ? List.of(KEY.getAddress()) : "0x1234")) {
            var signer = Web3Signer.connect(stub.url(), KEY.getAddress());
            assertThatThrownBy(() -> signer.sign(TRANSACTION, CHAIN)).isInstanceOf(LedgerException.class);
        }
    }

    @Test
    void saysWhyTheSignerRefused() {
        try (var stub = new JsonRpcStub(request -> {
            if (request.path("method").asText().equals("eth_accounts")) {
                return List.of(KEY.getAddress());
            }
            throw new IllegalArgumentException("vault is sealed");
        })) {
            var signer = Web3Signer.connect(stub.url(), KEY.getAddress());
            assertThatThrownBy(() -> signer.sign(TRANSACTION, CHAIN))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("vault is sealed");
        }
    }

    @Test
    void saysThatNothingIsThere() {
        var stub = new JsonRpcStub(request -> "");
        stub.close();

        assertThatThrownBy(() -> Web3Signer.connect(stub.url(), KEY.getAddress()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("Maybe it is not running");
    }

    private static JsonRpcStub signer(Credentials key, long chain, UnaryOperator<RawTransaction> change) {
        return new JsonRpcStub(request -> {
            if (request.path("method").asText().equals("eth_accounts")) {
                return List.of(key.getAddress());
            }
            JsonNode asked = request.path("params").path(0);
            assertThat(asked.path("from").asText()).isEqualTo(key.getAddress());
            var transaction = RawTransaction.createTransaction(
                    Numeric.decodeQuantity(asked.path("nonce").asText()),
                    Numeric.decodeQuantity(asked.path("gasPrice").asText()),
                    Numeric.decodeQuantity(asked.path("gas").asText()),
                    asked.path("to").asText(""),
                    Numeric.decodeQuantity(asked.path("value").asText()),
                    asked.path("data").asText());
            return signed(change.apply(transaction), chain, key);
        });
    }

    private static String signed(RawTransaction transaction, long chain, Credentials key) {
        return Numeric.toHexString(TransactionEncoder.signMessage(transaction, chain, key));
    }
}
