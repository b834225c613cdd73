package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.cli.demo.deployment.Deployment;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.ledger.MovedTime;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.contracts.Plans;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.ChainTime;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.encoding.Commitment;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.Test;

/** What a timestep costs on chain: one post and three attestations of four operators, every setpoint another than before. */
class GasIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final long START = 1_780_272_000;
    private static final int[] CHARGE_POINTS = {96, 1_000, 10_000};
    private static final int MOST_FIXED = 250_000;
    private static final int MOST_PER_CHARGE_POINT = 400;
    /** Two bytes of calldata. */
    private static final int FLOOR = 32;

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void costsAtMost250000AndFourHundredForEachChargePoint() {
        double[] x = new double[CHARGE_POINTS.length];
        double[] y = new double[CHARGE_POINTS.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = CHARGE_POINTS[i];
            y[i] = gas(CHARGE_POINTS[i]);
            System.out.printf("gas of a timestep with %,6d charge points: %,10.0f%n", CHARGE_POINTS[i], y[i]);
        }
        double meanX =
                IntStream.range(0, x.length).mapToDouble(i -> x[i]).average().orElseThrow();
        double meanY =
                IntStream.range(0, x.length).mapToDouble(i -> y[i]).average().orElseThrow();
        double slope = IntStream.range(0, x.length)
                        .mapToDouble(i -> (x[i] - meanX) * (y[i] - meanY))
                        .sum()
                / IntStream.range(0, x.length)
                        .mapToDouble(i -> (x[i] - meanX) * (x[i] - meanX))
                        .sum();
        double fixed = meanY - slope * meanX;
        System.out.printf(
                "fitted: %,.0f fixed and %.1f for each charge point (floor, calldata alone: %d)%n",
                fixed, slope, FLOOR);
        assertThat(fixed).isLessThanOrEqualTo(MOST_FIXED);
        assertThat(slope).isLessThanOrEqualTo(MOST_PER_CHARGE_POINT);
    }

    /** Gas of the fifth timestep, when each lane has been written before. */
    private long gas(int chargePoints) {
        try (var ledger = EmbeddedLedger.start(START);
                var client = LedgerClient.connect(ledger.url())) {
            ChainTime time = new MovedTime(client, () -> {});
            var transactions = new Transactions(client, time);
            var operators = IntStream.range(0, 4)
                    .mapToObj(i -> Keys.operator("Operator " + i))
                    .toList();
            var deployment = new Deployment(client, transactions, text -> {});
            Network network = deployment.contracts(PARAMETERS, operators);
            deployment.assets(network, scenario(chargePoints), operators);
            Bytes32 algorithm = deployment.algorithm(network, operators);
            int first = PARAMETERS.timestepAt(time.now()) + 3;
            deployment.approve(network, operators, algorithm, first);
            long gas = 0;
            for (int timestep = first; timestep < first + 5; timestep++) {
                time.advanceTo(PARAMETERS.gateOf(timestep - 1) - 1);
                long snapshot = client.head().number();
                time.advanceTo(PARAMETERS.gateOf(timestep - 1));
                gas = timestep(network, transactions, operators, algorithm, timestep, snapshot, chargePoints);
                var state = client.call(network.plans().stateOf(big(timestep)));
                assertThat(state.component3()).as("final").isTrue();
            }
            return gas;
        }
    }

    private long timestep(
            Network network,
            Transactions transactions,
            List<Keys.Operator> operators,
            Bytes32 algorithm,
            int timestep,
            long snapshot,
            int chargePoints) {
        var commitment = new Commitment(timestep, snapshot, algorithm, hash(), hash(), hash());
        Bytes setpoints = Setpoints.pack(IntStream.range(0, chargePoints)
                .map(i -> random.nextInt(256, 5_520))
                .toArray());
        int leader = timestep % operators.size();
        String plans = network.plans().getContractAddress();
        transactions.send(
                operators.get(leader).oracle(),
                "a post",
                plans,
                network.plans()
                        .post(
                                new Plans.Commitment(
                                        big(timestep),
                                        big(snapshot),
                                        algorithm.toArray(),
                                        commitment.inputsRoot().toArray(),
                                        commitment.plansRoot().toArray(),
                                        commitment.setpointsRoot().toArray()),
                                setpoints.toArray(),
                                new byte[0]));
        var receipts = new ArrayList<>(transactions.confirm());
        for (int i = 1; i < operators.size(); i++) {
            transactions.send(
                    operators.get((leader + i) % operators.size()).oracle(),
                    "an attestation",
                    plans,
                    network.plans()
                            .attest(
                                    big(timestep),
                                    big(0),
                                    commitment.digest(setpoints).toArray(),
                                    new byte[0]));
        }
        receipts.addAll(transactions.confirm());
        return receipts.stream().mapToLong(r -> r.getGasUsed().longValueExact()).sum();
    }

    private static Scenario scenario(int chargePoints) {
        var groups = new ArrayList<Scenario.Group>();
        var nothing = new int[1];
        for (int left = chargePoints; left > 0; left -= 1_000) {
            int operator = groups.size() % 4;
            var points = IntStream.range(0, Math.min(1_000, left))
                    .mapToObj(i -> new Scenario.Point("XX*CP1*E" + i, operator, 22_080))
                    .toList();
            groups.add(new Scenario.Group(
                    "group " + groups.size(),
                    operator,
                    1_000_000,
                    0,
                    0,
                    points,
                    nothing,
                    nothing,
                    nothing,
                    nothing,
                    nothing));
        }
        return new Scenario("gas", 0, 1, groups, List.of(), List.of());
    }

    private Bytes32 hash() {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        return Bytes32.wrap(bytes);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
