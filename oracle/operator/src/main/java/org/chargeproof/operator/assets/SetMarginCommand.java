package org.chargeproof.operator.assets;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof prices margin}. */
@Command(
        name = "margin",
        header = "Announces what you add to each kWh of drivers that you vouch for.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "At all charge points alike, with the owner's account of an operator or a provider. Counts and is replaced as"
                        + " a price is.")
final class SetMarginCommand extends AccountCommand {
    private static final int MOST_EURO = 100;

    @Option(
            names = "--per-kwh",
            required = true,
            paramLabel = "EURO",
            description = "For a kWh, without VAT, up to 100.")
    private BigDecimal perKwh = BigDecimal.ZERO;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "A timestep's start, such as 2026-07-01T06:15:00Z, or its number. Without it: the first that can be,"
                            + " two timesteps ahead.")
    private @Nullable String from;

    @Override
    void check() {
        Amounts.scaled("--per-kwh", perKwh, 4, MOST_EURO);
    }

    @Override
    int run(BatchSender sender, PrintWriter out) {
        int provider = sender.operator(Role.OWNER, Role.PROVIDER);
        sender.settle();
        var network = sender.network();
        var times = PriceTimes.now(network);
        int fromTimestep = from == null ? times.earliest() : times.parse("--from", from);
        sender.send(
                "the margin",
                network.assets().getContractAddress(),
                network.assets()
                        .setMargin(
                                BigInteger.valueOf(Amounts.scaled("--per-kwh", perKwh, 4, MOST_EURO)),
                                BigInteger.valueOf(fromTimestep)));
        sender.confirm();
        out.println("provider " + provider + " adds " + perKwh.toPlainString() + " to each kWh from "
                + Price.when(network, fromTimestep) + (from == null ? ", the first that can be" : ""));
        return 0;
    }
}
