package org.chargeproof.protocol.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.ledger.Snapshot;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Hash;

class FoldTest {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 5, 4, 2, 3);
    private static final Bytes VALUATIONS = address(9);
    private static final Bytes ALGORITHMS = address(5);
    private static final MarketLinked MARKET = new MarketLinked(
            address(4), address(5), address(6), address(7), address(8), VALUATIONS, 4, 4, 1_000, 1_000_000);

    private final Fold fold = new Fold(PARAMETERS, MARKET);

    @Test
    void aProgramOfBillsIsNoPlanner() {
        fold.apply(activated(ALGORITHMS, 1));
        assertThat(fold.apply(activated(VALUATIONS, 2))).isEmpty();
        assertThat(fold.state().algorithmAt(1_000)).isEqualTo(Bytes32.repeat((byte) 1));
        assertThat(Objects.requireNonNull(fold.billing()).valuationAt(1_000)).isEqualTo(Bytes32.repeat((byte) 2));
    }

    @Test
    void whatBillsCannotHoldStopsNoPlan() {
        fold.apply(activated(ALGORITHMS, 1));
        // a margin that no contract takes is nothing to plans; bills end with it
        fold.apply(new RawLog(
                1,
                1,
                address(3),
                List.of(topic("MarginChanged(uint8,uint32,uint32,uint32)"), word(1)),
                Bytes.concatenate(word(2_000_000), word(1_000), word(998))));
        assertThat(fold.billing()).isNull();
        assertThat(fold.billingProblem()).contains("2000000");
        assertThat(fold.state().algorithmAt(1_000)).isNotNull();
        // whoever begins anew should look at bills again
        var identity = new NetworkIdentity(
                2018,
                address(1),
                new NetworkLinked(
                        NetworkLinked.PROTOCOL,
                        address(2),
                        address(3),
                        address(4),
                        ALGORITHMS,
                        1,
                        1,
                        900,
                        60,
                        5,
                        4,
                        2,
                        3),
                MARKET);
        assertThat(fold.snapshot(identity, new BlockHeader(1, Bytes32.ZERO, 1))).isEmpty();
    }

    @Test
    void goesOnFromItsSnapshot() {
        fold.apply(activated(ALGORITHMS, 1));
        fold.apply(activated(VALUATIONS, 2));
        var identity = new NetworkIdentity(
                2018,
                address(1),
                new NetworkLinked(
                        NetworkLinked.PROTOCOL,
                        address(2),
                        address(3),
                        address(4),
                        ALGORITHMS,
                        1,
                        1,
                        900,
                        60,
                        5,
                        4,
                        2,
                        3),
                MARKET);
        var snapshot =
                fold.snapshot(identity, new BlockHeader(1, Bytes32.ZERO, 1)).orElseThrow();
        var read = Fold.of(Snapshot.decode(snapshot.encode()));
        assertThat(Objects.requireNonNull(read.billing()).valuationAt(1_000)).isEqualTo(Bytes32.repeat((byte) 2));
        assertThat(read.snapshot(identity, new BlockHeader(1, Bytes32.ZERO, 1))
                        .orElseThrow()
                        .encode())
                .isEqualTo(snapshot.encode());
        // still apart
        assertThat(read.apply(activated(VALUATIONS, 3))).isEmpty();
        assertThat(read.state().algorithmAt(1_000)).isEqualTo(Bytes32.repeat((byte) 1));
    }

    private static RawLog activated(Bytes registry, int algorithm) {
        return new RawLog(
                1,
                0,
                registry,
                List.of(topic("AlgorithmActivated(bytes32,uint32)"), Bytes32.repeat((byte) algorithm), word(1_000)),
                Bytes.EMPTY);
    }

    private static Bytes32 topic(String signature) {
        return Bytes32.fromHexString(Hash.sha3String(signature));
    }

    private static Bytes32 word(long value) {
        return Bytes32.leftPad(Bytes.ofUnsignedLong(value));
    }

    private static Bytes address(int id) {
        return Bytes.repeat((byte) id, 20);
    }
}
