package org.chargeproof.cli.demo;

import java.nio.file.Path;
import java.util.List;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.world.CpoBackends;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.network.process.BesuNetwork;

/** Operators' oracles over a network of Besu nodes. */
final class BesuOracles {
    private static final int POLL_MILLIS = 200;

    private BesuOracles() {}

    /**
     * Starts one for each operator, over the operator's own node and on its plugin's events, and waits until all answer.
     *
     * @param folder for keys, data and logs
     */
    static OracleFleet start(
            Path folder, Network network, BesuNetwork nodes, List<Keys.Operator> operators, CpoBackends backends) {
        var oracles = new OracleFleet(folder, network.address(), POLL_MILLIS, fleet -> {});
        try {
            for (int i = 0; i < operators.size(); i++) {
                oracles.start(
                        i,
                        nodes.node(i + 1).rpcUrl(),
                        operators.get(i).oracle(),
                        backends.oracleOptions(i),
                        List.of("org.chargeproof.cli.Main", "oracle", "--events", "plugin"));
            }
            oracles.awaitStarted();
            return oracles;
        } catch (RuntimeException e) {
            oracles.close();
            throw e;
        }
    }
}
