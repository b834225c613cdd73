package org.chargeproof.operator.consortium.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.console.input.RpcOptions;
import org.chargeproof.console.output.Count;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ledger.SignerOptions;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.operator.consortium.member.Contracts;
import org.chargeproof.operator.consortium.member.Founder;
import org.chargeproof.operator.consortium.member.FoundersFile;
import org.chargeproof.operator.owner.Next;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.operator.owner.Refusals;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.ledger.MarketTerms;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Keys;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.request.Transaction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof consortium deploy}. */
@Command(
        name = "deploy",
        header = "Puts a network's contracts on a ledger.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description =
                "Deploys the contracts, those that bill and pay too, and links them, with the founders as the first"
                        + " members. Any account can do it: gas is free, and whoever deploys has no say afterwards. The"
                        + " parameters and terms stay for good.")
final class DeployCommand implements Callable<Integer> {
    @Mixin
    private RpcOptions rpc = new RpcOptions();

    @Option(
            names = "--founders",
            required = true,
            paramLabel = "FILE",
            description = "JSON: [{\"name\": ..., \"owner\": ADDRESS, \"oracle\": ADDRESS, \"meter\": ADDRESS}, ...]")
    private @Nullable Path foundersFile;

    @Mixin
    private SignerOptions signer = new SignerOptions();

    @Mixin
    private ParameterOptions options = new ParameterOptions();

    @Mixin
    private TermsOptions termsOptions = new TermsOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Founder> founders = FoundersFile.read(Objects.requireNonNull(foundersFile));
        NetworkParameters parameters = options.parameters();
        MarketTerms terms = termsOptions.terms();
        TransactionSigner deployer = signer.signer();
        try (var client = LedgerClient.connect(rpc.url(), rpc.token())) {
            tryOut(client, deployer, parameters, founders);
            if (options.fasterThanTheClock()) {
                out.println("note: " + parameters.stepsPerHour() + " timesteps of " + parameters.timestepSeconds()
                        + " s are no hour: energy is counted in hours of another length than the clock's.");
            }
            out.println("deploying " + Contracts.COUNT + " contracts for " + Count.of(founders.size(), "founder")
                    + ", on chain " + client.chainId() + "; this takes " + (Contracts.COUNT + 1) + " blocks");
            out.flush();
            var transactions = new Transactions(client, new RealTime(client));
            var network = Contracts.deploy(client, transactions, deployer, parameters, terms, founders);
            tellNext(out, Keys.toChecksumAddress(network.address()), parameters.quorum(founders.size()), founders);
        }
        return 0;
    }

    private static void tryOut(
            LedgerClient client, TransactionSigner deployer, NetworkParameters parameters, List<Founder> founders) {
        try {
            client.ask(client.web3j()
                    .ethCall(
                            Transaction.createEthCallTransaction(
                                    deployer.address(),
                                    null,
                                    "0x" + hex(Contracts.consortiumCode(parameters, founders))),
                            DefaultBlockParameterName.LATEST));
        } catch (RpcErrorException e) {
            throw Refusals.explain(e.data())
                    .map(reason -> new LedgerException("the contract refuses it: " + reason + " Nothing was sent.", e))
                    .orElseThrow(() -> e);
        }
    }

    private void tellNext(PrintWriter out, String address, int quorum, List<Founder> founders) {
        out.println("Consortium " + address);
        out.println();
        out.println("Next:");
        out.println(
                "  1. Tell all operators this address. Each names it in its node's config.toml and starts the node again:");
        out.println("       plugin-charge-contract=\"" + address + "\"");
        out.println("  2. An owner stores the planner:");
        out.println("       " + Next.command("store-planner", address));
        out.println("  3. " + quorum + " of " + Count.of(founders.size(), "owner")
                + (quorum == 1 ? " approves" : " approve") + " it, each with its own key:");
        out.println("       " + Next.command("approve-planner ALGORITHM", address));
        out.println("  4. Every operator starts its oracle: " + Invocation.of("oracle --help"));
        out.flush();
    }

    private static String hex(String code) {
        return code.startsWith("0x") ? code.substring(2) : code;
    }
}
