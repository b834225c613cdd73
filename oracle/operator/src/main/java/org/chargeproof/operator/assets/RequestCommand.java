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
import picocli.CommandLine.ArgGroup;
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
    private static final int MINUTES_PER_HOUR = 60;
    private static final int SECONDS_PER_MINUTE = 60;

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

    @ArgGroup(multiplicity = "1")
    private Stay stay = new Stay();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** How long: one of the two. */
    private static final class Stay {
        @Option(names = "--hours", paramLabel = "N", description = "How long it stays, from now.")
        private @Nullable Integer hours;

        @Option(
                names = "--minutes",
                paramLabel = "N",
                description =
                        "The same in minutes. No plan decides about a stay without a whole timestep: it is served by what "
                                + "the running plan leaves unused.")
        private @Nullable Integer minutes;

        private int minutes() {
            if (hours != null) {
                OptionChecks.requireRange("--hours", hours, 1, MOST_HOURS);
                return hours * MINUTES_PER_HOUR;
            }
            int stated = Objects.requireNonNull(minutes);
            OptionChecks.requireRange("--minutes", stated, 1, MOST_HOURS * MINUTES_PER_HOUR);
            return stated;
        }
    }

    @Override
    public Integer call() {
        OptionChecks.requireRange("--charge-point", chargePoint, 0, MOST_POINT);
        OptionChecks.requireRange("--energy-wh", energyWh, 1, MOST_ENERGY_WH);
        int minutes = stay.minutes();
        PrintWriter out = spec.commandLine().getOut();
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            var network = Network.discover(client, options.contract());
            var keys = PseudonymFile.keys(Objects.requireNonNull(users), network);
            OptionChecks.requireRange("--user", user, 1, keys.size());
            var sender = new BatchSender(network, TransactionSigner.of(keys.get(user - 1)), out);
            sender.settle();
            var charging = network.charging();
            long now = client.head().timestampSeconds();
            long departure = now + (long) minutes * SECONDS_PER_MINUTE;
            sender.send(
                    "the request",
                    charging.getContractAddress(),
                    charging.request(
                            big(chargePoint),
                            big(energyWh),
                            big(leastWh(network, now, departure)),
                            BigInteger.ZERO,
                            big(departure),
                            true));
            var receipt = sender.confirm().getLast();
            var requested = org.chargeproof.contracts.Charging.getChargingRequestedEvents(receipt);
            if (requested.isEmpty()) {
                throw new LedgerException("the node shows a receipt without the request. Ask another one.");
            }
            var event = requested.getFirst();
            int first = event.firstTimestep.intValueExact();
            out.println("session " + event.session + " asks for " + energyWh + " Wh at charge point " + chargePoint
                    + "; "
                    + (event.departureTimestep.intValueExact() > first
                            ? "the plan of timestep " + first + " decides, which starts at "
                                    + Instant.ofEpochSecond(network.parameters().startOf(first))
                            : "no plan decides about a stay without a whole timestep: it is served by what the running plan "
                                    + "leaves unused, and holds the charge point until it is ended"));
            out.flush();
        }
        return 0;
    }

    /** All of it, as far as whole timesteps carry so much: no plan can promise more. */
    private int leastWh(Network network, long nowSeconds, long departureSeconds) {
        var p = network.parameters();
        int steps = p.timestepAt(departureSeconds) - p.firstTimestepAt(nowSeconds);
        var point = network.client().call(network.assets().chargePointOf(big(chargePoint)));
        long mostWh = (long) (point.ratedPowerW.intValueExact() / p.stepsPerHour()) * steps;
        return steps <= 0 ? energyWh : Math.clamp(mostWh, 1, energyWh);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
