package org.chargeproof.operator.assets;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TransactionSigner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof users request}. */
@Command(
        name = "request",
        header = "Asks for energy at a charge point, as a driver's app does.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Sends one request with one of the pseudonyms that 'users add --out' made: to try a network out.",
        footer = {
            "",
            "Example:",
            "  chargeproof users request --users users.json --charge-point 0 --energy-wh 9000 --hours 4 \\",
            "    --rpc http://127.0.0.1:8545 --contract 0x..."
        })
final class RequestCommand implements Callable<Integer> {
    private static final int MOST_ENERGY_WH = 1 << 20;
    private static final int MOST_POINT = 20_000;
    private static final int MOST_HOURS = 168;
    private static final int SECONDS_PER_HOUR = 3_600;

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(names = "--users", required = true, paramLabel = "FILE", description = "Keys of pseudonyms.")
    private @Nullable Path users;

    @Option(
            names = "--user",
            paramLabel = "N",
            defaultValue = "1",
            description = "Which of them, counted from 1 (default: ${DEFAULT-VALUE}).")
    private int user = 1;

    @Option(
            names = "--charge-point",
            required = true,
            paramLabel = "ID",
            description = "Its number, as 'assets list' shows it.")
    private int chargePoint;

    @Option(
            names = "--energy-wh",
            required = true,
            paramLabel = "WH",
            description = "What the car wants until it leaves.")
    private int energyWh;

    @Option(names = "--hours", required = true, paramLabel = "N", description = "How long it stays, from now.")
    private int hours;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        OptionChecks.requireRange("--charge-point", chargePoint, 0, MOST_POINT);
        OptionChecks.requireRange("--energy-wh", energyWh, 1, MOST_ENERGY_WH);
        OptionChecks.requireRange("--hours", hours, 1, MOST_HOURS);
        PrintWriter out = spec.commandLine().getOut();
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            var network = Network.discover(client, options.contract());
            var keys = PseudonymFile.keys(Objects.requireNonNull(users), network);
            OptionChecks.requireRange("--user", user, 1, keys.size());
            var sender = new BatchSender(network, TransactionSigner.of(keys.get(user - 1)), out);
            sender.settle();
            var charging = network.charging();
            long departure = client.head().timestampSeconds() + (long) hours * SECONDS_PER_HOUR;
            sender.send(
                    "the request",
                    charging.getContractAddress(),
                    charging.request(
                            big(chargePoint), big(energyWh), big(energyWh), BigInteger.ZERO, big(departure), true));
            var receipt = sender.confirm().getLast();
            var requested = org.chargeproof.contracts.Charging.getChargingRequestedEvents(receipt);
            if (requested.isEmpty()) {
                throw new LedgerException("the node shows a receipt without the request. Ask another one.");
            }
            var event = requested.getFirst();
            out.println("session " + event.session + " asks for " + energyWh + " Wh at charge point " + chargePoint
                    + "; the plan of timestep " + event.firstTimestep + " decides, which starts at "
                    + Instant.ofEpochSecond(network.parameters().startOf(event.firstTimestep.intValueExact())));
            out.flush();
        }
        return 0;
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
