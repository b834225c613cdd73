package org.chargeproof.consortium;

import java.io.PrintWriter;
import java.math.BigInteger;
import org.chargeproof.input.BadInputException;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Keys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof consortium change-accounts}. */
@Command(
        name = "change-accounts",
        header = "Replaces your oracle and meter accounts.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Needs nobody's vote. The old accounts count no more from that block on: start the oracle again with"
                        + " its new key.")
final class ChangeAccountsCommand extends OwnerCommand {
    @Option(names = "--oracle", paramLabel = "ADDRESS", description = "New oracle account. Default: the present one.")
    private @Nullable String oracle;

    @Option(names = "--meter", paramLabel = "ADDRESS", description = "New meter account. Default: the present one.")
    private @Nullable String meter;

    @Override
    void check() {
        if (oracle == null && meter == null) {
            throw new BadInputException("which accounts? Name a new one with --oracle, with --meter, or both.");
        }
        if (oracle != null) {
            AccountInput.address("--oracle", oracle);
        }
        if (meter != null) {
            AccountInput.address("--meter", meter);
        }
    }

    @Override
    void run(Owner owner, PrintWriter out) {
        var network = owner.network();
        int operator = owner.operator();
        var present = network.client().call(network.consortium().accountsOf(BigInteger.valueOf(operator)));
        String newOracle = oracle == null ? present.oracle : oracle;
        String newMeter = meter == null ? present.meter : meter;
        owner.send(
                "the new accounts of operator " + operator,
                network.address(),
                network.consortium().changeAccounts(newOracle, newMeter));
        out.println("operator " + operator + " has oracle " + Keys.toChecksumAddress(newOracle) + " and meter "
                + Keys.toChecksumAddress(newMeter));
    }
}
