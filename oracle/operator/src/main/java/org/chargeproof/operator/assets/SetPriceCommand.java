package org.chargeproof.operator.assets;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.Printable;
import org.chargeproof.operator.assets.table.EvseId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof prices set}. */
@Command(
        name = "set",
        header = "Announces a price of your charge points.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "For requests that are made when it counts; a session keeps the price of its request. Replaces what was"
                        + " announced and has not come. What is so already is not sent.",
        footer = {
            "",
            "Example:",
            "  chargeproof prices set --evse DE*ABC*E0001 --price 0.42 --vat 19 --from 2026-07-01T06:00:00Z \\",
            "    --rpc http://127.0.0.1:8545 --contract 0x... --key owner.json --password-file owner.password"
        })
final class SetPriceCommand extends AccountCommand {
    private static final int MOST_EURO = 100;
    private static final int MOST_VAT = 50;

    @Option(names = "--evse", split = ",", paramLabel = "ID", description = "Which charge points, by their EVSE ids.")
    private List<String> evseIds = List.of();

    @Option(names = "--all", description = "All of your charge points.")
    private boolean all;

    @Option(names = "--price", required = true, paramLabel = "EURO", description = "For a kWh, without VAT, up to 100.")
    private BigDecimal price = BigDecimal.ZERO;

    @Option(names = "--vat", required = true, paramLabel = "PERCENT", description = "Of the price, up to 50.")
    private BigDecimal vat = BigDecimal.ZERO;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "A timestep's start, such as 2026-07-01T06:15:00Z, or its number. Without it: the first that can be,"
                            + " two timesteps ahead.")
    private @Nullable String from;

    @Override
    void check() {
        if (all != evseIds.isEmpty()) {
            throw new BadInputException("which charge points? Name some with --evse, or all of yours with --all.");
        }
        Amounts.scaled("--price", price, 4, MOST_EURO);
        Amounts.scaled("--vat", vat, 2, MOST_VAT);
    }

    @Override
    int run(BatchSender sender, PrintWriter out) {
        int operator = sender.operator(Role.OWNER);
        sender.settle();
        var network = sender.network();
        var chain = ChainAssets.read(network, operator);
        var wanted =
                new Price(Amounts.scaled("--price", price, 4, MOST_EURO), Amounts.scaled("--vat", vat, 2, MOST_VAT));
        var times = PriceTimes.now(network);
        int fromTimestep = from == null ? times.earliest() : times.parse("--from", from);
        int left = 0;
        for (var point : all ? List.copyOf(chain.points().values()) : named(chain)) {
            var next = point.price().next();
            if (wanted.equals(point.price().last())
                    && (from == null || next == null || next.fromTimestep() == fromTimestep)) {
                left++;
                continue;
            }
            out.println("charge point " + point.id() + " " + Printable.of(point.evseId()) + ": " + wanted + " from "
                    + Price.when(network, fromTimestep) + (from == null ? ", the first that can be" : "")
                    + " (until now " + point.price().price()
                    + (next == null ? "" : "; announced was " + next.text(network)) + ")");
            sender.send(
                    "the price of charge point " + point.id(),
                    network.assets().getContractAddress(),
                    network.assets()
                            .setPrice(
                                    BigInteger.valueOf(point.id()),
                                    BigInteger.valueOf(wanted.perKwhE4()),
                                    BigInteger.valueOf(wanted.vatE4()),
                                    BigInteger.valueOf(fromTimestep)));
        }
        sender.confirm();
        out.println("announced " + sender.sent() + " prices; left " + left + " that are so already");
        return 0;
    }

    private List<ChainAssets.Point> named(ChainAssets chain) {
        return evseIds.stream()
                .map(id -> chain.points().values().stream()
                        .filter(p -> EvseId.key(p.evseId()).equals(EvseId.key(id)))
                        .findFirst()
                        .orElseThrow(() -> new BadInputException("--evse is " + Printable.of(id)
                                + ", which is no charge point of yours. 'assets list' shows them. Nothing was sent.")))
                .distinct()
                .toList();
    }
}
