package org.chargeproof.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.protocol.reputation.Reputations;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof reputation}: what is on record of members and providers, counted from the chain alone. */
@Command(
        name = "reputation",
        header = "Counts what is on record of members and providers.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Counts from the chain alone what members and providers did: sessions ended, payments late, promises broken,"
                        + " sessions without signed records, closings that a newer voucher beat. What each number means, and what"
                        + " it does not prove: docs/concepts/reputation.md. Exit code: 0 counted, 2 no answer.")
public final class ReputationCommand implements Callable<Integer> {
    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Parameters(
            paramLabel = "ACCOUNT",
            arity = "0..1",
            description = "Id of a member or provider, whose reasons are shown as well; all of them without.")
    private @Nullable Integer account;

    @Option(names = "--json", description = "Write all numbers and reasons as JSON, as charge_reputation has them.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        var id = account;
        if (id != null && (id < 1 || id > Reputations.MOST_ID)) {
            throw new BadInputException(
                    "ACCOUNT is " + id + "; ids of members and providers are 1 to " + Reputations.MOST_ID + ".");
        }
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            var network = Network.discover(client, options.contract());
            var read = ReputationReader.read(network);
            tell(read.reputations(), read.block());
            return 0;
        }
    }

    private void tell(Reputations reputations, long block) throws Exception {
        var out = spec.commandLine().getOut();
        var id = account;
        var accounts = reputations.accounts();
        if (id != null) {
            var one = reputations.account(id);
            if (one == null) {
                throw new BadInputException("no member or provider ever had the id " + id + ". There are "
                        + accounts.stream().map(a -> String.valueOf(a.id())).toList() + ".");
            }
            accounts = List.of(one);
        }
        if (json) {
            var mapper = new ObjectMapper();
            var all = mapper.createArrayNode();
            accounts.forEach(a -> all.add(ReputationTable.json(a, reputations.of(a.id()))));
            out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(id == null ? all : all.get(0)));
        } else {
            ReputationTable.print(reputations, accounts, out);
            if (id != null) {
                var reasons = ReputationTable.reasons(reputations.of(id));
                out.println();
                out.println(reasons.isEmpty() ? "No reasons." : "Reasons, the newest of each kind:");
                reasons.forEach(out::println);
            }
            out.println();
            out.println("Up to block " + block + ". Numbers, no judgment: see docs/concepts/reputation.md.");
            if (accounts.stream().anyMatch(Reputations.Account::isExcluded)) {
                out.println("A name behind - was excluded.");
            }
        }
        out.flush();
    }
}
