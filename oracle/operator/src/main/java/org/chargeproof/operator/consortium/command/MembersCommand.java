package org.chargeproof.operator.consortium.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.console.output.Printable;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.consortium.vote.Approval;
import org.chargeproof.operator.consortium.vote.Ballots;
import org.chargeproof.operator.consortium.vote.Governance;
import org.chargeproof.operator.consortium.vote.Members;
import org.chargeproof.operator.consortium.vote.Proposal;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Keys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof consortium members}. */
@Command(
        name = "members",
        header =
                "Shows a network's contracts, members, providers, parameters, open proposals, and the planner that counts.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class MembersCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Everything there is to show. */
    private record View(
            Network network,
            Governance governance,
            List<Members.Member> members,
            List<Members.Provider> providers,
            int timestep,
            @Nullable Approval counting,
            List<Approval> coming,
            List<Approval> pending) {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            View view = view(Network.discover(client, options.contract()));
            if (json) {
                out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(view)));
            } else {
                print(view, out);
            }
            out.flush();
        }
        return 0;
    }

    private static View view(Network network) {
        Governance governance = Governance.read(network);
        int timestep = network.parameters()
                .timestepAt(network.client().header(governance.block()).timestampSeconds());
        return new View(
                network,
                governance,
                Members.all(network),
                Members.providers(network),
                timestep,
                governance.activations().stream()
                        .filter(a -> a.fromTimestep() <= timestep)
                        .reduce((a, b) -> b)
                        .orElse(null),
                governance.activations().stream()
                        .filter(a -> a.fromTimestep() > timestep)
                        .toList(),
                governance.pending(timestep + 2));
    }

    private static void print(View view, PrintWriter out) {
        Network network = view.network();
        var p = network.parameters();
        int members = view.members().size();
        out.println("Consortium " + Keys.toChecksumAddress(network.address()) + " on chain "
                + network.client().chainId() + ", block " + view.governance().block() + ", timestep "
                + view.timestep());
        var addresses = new TextTable("contract", "address");
        contracts(network).forEach(addresses::row);
        addresses.print(out);
        out.println();
        out.println("timestep " + p.timestepSeconds() + " s, gate " + p.gateSeconds() + " s before its end, takeover "
                + p.takeoverSeconds() + " s, " + p.stepsPerHour() + " timesteps an hour");
        out.println("needed of " + members + (members == 1 ? " member" : " members") + ": " + p.quorum(members)
                + " for a plan or a planner (more than " + p.quorumNumerator() + "/" + p.quorumDenominator() + "), "
                + view.governance().votesNeeded() + " for a proposal");
        out.println();
        var table = new TextTable("id", "name", "owner", "oracle", "meter");
        for (var m : view.members()) {
            table.row(String.valueOf(m.operator()), Printable.of(m.name()), m.owner(), m.oracle(), m.meter());
        }
        table.print(out);
        out.println();
        if (!view.providers().isEmpty()) {
            var providers = new TextTable("provider", "name", "owner", "desk");
            for (var v : view.providers()) {
                providers.row(String.valueOf(v.provider()), Printable.of(v.name()), v.owner(), v.desk());
            }
            providers.print(out);
            out.println();
        }
        view.governance()
                .issuerCaps()
                .forEach((issuer, cap) ->
                        out.println("issuer " + issuer + " may have " + Ballots.euro(cap) + " euros in circulation"));
        var open = view.governance().openProposals();
        if (open.isEmpty()) {
            out.println("no open proposals");
        }
        for (Proposal proposal : open) {
            out.println("proposal " + proposal.id() + ": " + Ballots.describe(network, proposal) + "; "
                    + Ballots.votes(network, view.governance(), proposal) + "; " + Ballots.expiry(proposal));
        }
        out.println(
                view.counting() == null
                        ? "no planner counts yet"
                        : "planner " + hex(view.counting().algorithm()) + " counts since timestep "
                                + view.counting().fromTimestep());
        for (Approval a : view.coming()) {
            out.println("planner " + hex(a.algorithm()) + " will count from " + when(network, a));
        }
        for (Approval a : view.pending()) {
            var approvers = view.governance().approvers(a);
            out.println("planner " + hex(a.algorithm()) + " is approved from " + when(network, a) + ": approvals "
                    + approvers.size() + " of " + p.quorum(members) + " needed (" + Ballots.names(network, approvers)
                    + ")");
        }
    }

    /** Addresses of the contracts that the Consortium leads to, by their names. */
    private static Map<String, String> contracts(Network network) {
        var addresses = new LinkedHashMap<String, String>();
        addresses.put("AssetRegistry", network.assets().getContractAddress());
        addresses.put("Charging", network.charging().getContractAddress());
        addresses.put("Plans", network.plans().getContractAddress());
        addresses.put("AlgorithmRegistry", network.algorithms().getContractAddress());
        var market = network.market();
        if (market != null) {
            addresses.put("Euro", market.euro().getContractAddress());
            addresses.put("FlexibilityToken", market.flexibility().getContractAddress());
            addresses.put("Settlement", market.settlement().getContractAddress());
            addresses.put("Channels", market.channels().getContractAddress());
            addresses.put("Meters", market.meters().getContractAddress());
            addresses.put("Valuations", market.valuations().getContractAddress());
        }
        addresses.replaceAll((name, address) -> Keys.toChecksumAddress(address));
        return addresses;
    }

    private static String when(Network network, Approval approval) {
        return "timestep " + approval.fromTimestep() + " on ("
                + Instant.ofEpochSecond(network.parameters().startOf(approval.fromTimestep())) + ")";
    }

    private static ObjectNode json(View view) {
        Network network = view.network();
        var p = network.parameters();
        var root = JSON.createObjectNode()
                .put("contract", Keys.toChecksumAddress(network.address()))
                .put("chainId", network.client().chainId())
                .put("block", view.governance().block())
                .put("timestep", view.timestep());
        var contracts = root.putObject("contracts");
        contracts(network).forEach(contracts::put);
        root.putObject("parameters")
                .put("timestepSeconds", p.timestepSeconds())
                .put("gateSeconds", p.gateSeconds())
                .put("takeoverSeconds", p.takeoverSeconds())
                .put("stepsPerHour", p.stepsPerHour())
                .put("quorumNumerator", p.quorumNumerator())
                .put("quorumDenominator", p.quorumDenominator());
        root.put("quorum", p.quorum(view.members().size()))
                .put("votesNeeded", view.governance().votesNeeded());
        var members = root.putArray("members");
        for (var m : view.members()) {
            members.addObject()
                    .put("id", m.operator())
                    .put("name", m.name())
                    .put("owner", m.owner())
                    .put("oracle", m.oracle())
                    .put("meter", m.meter());
        }
        var providers = root.putArray("providers");
        for (var provider : view.providers()) {
            providers
                    .addObject()
                    .put("id", provider.provider())
                    .put("name", provider.name())
                    .put("owner", provider.owner())
                    .put("desk", provider.desk());
        }
        var issuers = root.putArray("issuers");
        view.governance()
                .issuerCaps()
                .forEach((issuer, cap) ->
                        issuers.addObject().put("issuer", issuer).put("capMicroEuro", cap));
        var proposals = root.putArray("proposals");
        for (Proposal proposal : view.governance().openProposals()) {
            var node = proposals
                    .addObject()
                    .put("id", proposal.id())
                    .put("kind", proposal.kind().name())
                    .put("name", proposal.name())
                    .put("expiresSeconds", proposal.expiresSeconds());
            about(network, proposal, node);
            var voters = node.putArray("voters");
            view.governance().voters(proposal).forEach(voters::add);
        }
        if (view.counting() == null) {
            root.putNull("planner");
        } else {
            put(root.putObject("planner"), view.counting());
        }
        var coming = root.putArray("comingPlanners");
        view.coming().forEach(a -> put(coming.addObject(), a));
        var approvals = root.putArray("approvals");
        for (Approval a : view.pending()) {
            var approvers = put(approvals.addObject(), a).putArray("approvers");
            view.governance().approvers(a).forEach(approvers::add);
        }
        return root;
    }

    /** What a proposal would change. */
    private static void about(Network network, Proposal proposal, ObjectNode node) {
        switch (proposal.kind()) {
            case ADMISSION ->
                Ballots.candidate(network, proposal)
                        .ifPresent(c -> node.put("owner", c.owner())
                                .put("oracle", c.oracle())
                                .put("meter", c.meter()));
            case PROVIDER_ADMISSION ->
                Ballots.provider(network, proposal)
                        .ifPresent(c -> node.put("owner", c.owner()).put("desk", c.desk()));
            case EXCLUSION -> node.put("operator", proposal.target());
            case ISSUER_CAP -> {
                var issuer = proposal.issuer();
                if (issuer != null) {
                    node.put("issuer", issuer.account()).put("capMicroEuro", issuer.capMicroEuro());
                }
            }
        }
    }

    private static ObjectNode put(ObjectNode node, Approval approval) {
        return node.put("algorithm", hex(approval.algorithm())).put("fromTimestep", approval.fromTimestep());
    }

    private static String hex(Bytes32 id) {
        return id.toUnprefixedHexString();
    }
}
