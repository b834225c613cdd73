package org.chargeproof.operator.consortium.vote;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.chargeproof.console.output.Printable;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.consortium.member.Founder;
import org.chargeproof.operator.owner.Next;
import org.jspecify.annotations.Nullable;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.Utils;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.crypto.Keys;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** Tells of proposals and of what comes of votes. */
public final class Ballots {
    private static final int SELECTOR_DIGITS = 10;

    private Ballots() {}

    /** What a proposal is about. */
    public static String describe(Network network, Proposal proposal) {
        return switch (proposal.kind()) {
            case ADMISSION ->
                "admit '" + Printable.of(proposal.name()) + "'"
                        + candidate(network, proposal)
                                .map(c -> " (owner " + c.owner() + ", oracle " + c.oracle() + ", meter " + c.meter()
                                        + ")")
                                .orElse("");
            case PROVIDER_ADMISSION ->
                "admit the provider '" + Printable.of(proposal.name()) + "'"
                        + provider(network, proposal)
                                .map(c -> " (owner " + c.owner() + ", desk " + c.desk() + ")")
                                .orElse("");
            case EXCLUSION -> "exclude " + Members.label(network, proposal.target());
            case ISSUER_CAP -> describe(proposal.issuer());
        };
    }

    private static String describe(Proposal.@Nullable Issuer issuer) {
        return issuer == null
                ? "change the cap of an issuer"
                : "let " + issuer.account() + " have " + euro(issuer.capMicroEuro()) + " euros in circulation";
    }

    /** Millionths of a euro, in euros. */
    public static String euro(long microEuro) {
        return BigDecimal.valueOf(microEuro, 6).stripTrailingZeros().toPlainString();
    }

    /** Until when votes are taken. */
    public static String expiry(Proposal proposal) {
        return "expires at " + Instant.ofEpochSecond(proposal.expiresSeconds());
    }

    /** Whose votes there are, and how many are needed. */
    public static String votes(Network network, Governance governance, Proposal proposal) {
        var voters = governance.voters(proposal);
        return "votes " + voters.size() + " of " + governance.votesNeeded() + " needed"
                + (voters.isEmpty() ? "" : " (" + names(network, voters) + ")");
    }

    /** Operators, each as {@link Members#label}. */
    public static String names(Network network, List<Integer> operators) {
        return operators.stream().map(o -> Members.label(network, o)).collect(Collectors.joining(", "));
    }

    /**
     * The accounts that an admission names; no log has them, but the transaction that proposed it does. Empty when that came
     * through another contract.
     */
    public static Optional<Founder> candidate(Network network, Proposal proposal) {
        if (proposal.kind() != Proposal.Kind.ADMISSION) {
            return Optional.empty();
        }
        var call = network.consortium()
                .proposeAdmission(
                        "",
                        new Consortium.Accounts(ZERO, ZERO, ZERO),
                        new Consortium.Proofs(new byte[0], new byte[0], new byte[0]));
        return accounts(network, proposal, call, 3)
                .map(a -> new Founder(proposal.name(), a.get(0), a.get(1), a.get(2)));
    }

    /**
     * A candidate for a provider.
     *
     * @param owner with checksum; so is {@code desk}
     */
    public record ProviderAccounts(String owner, String desk) {}

    /** The accounts that a provider's admission names; empty when that came through another contract. */
    public static Optional<ProviderAccounts> provider(Network network, Proposal proposal) {
        if (proposal.kind() != Proposal.Kind.PROVIDER_ADMISSION) {
            return Optional.empty();
        }
        var call = network.consortium().proposeProvider("", ZERO, ZERO, new byte[0], new byte[0]);
        return accounts(network, proposal, call, 2).map(a -> new ProviderAccounts(a.get(0), a.get(1)));
    }

    /** The addresses that stand behind the name in the transaction that made a proposal, if that was such a call. */
    private static Optional<List<String>> accounts(
            Network network, Proposal proposal, RemoteFunctionCall<?> call, int count) {
        var client = network.client();
        var transaction = client.ask(client.web3j().ethGetTransactionByHash(proposal.transaction()))
                .getTransaction();
        String input = transaction.map(t -> t.getInput()).orElse("");
        if (!input.startsWith(call.encodeFunctionCall().substring(0, SELECTOR_DIGITS))
                || !network.address()
                        .equalsIgnoreCase(transaction.map(t -> t.getTo()).orElse(""))) {
            return Optional.empty();
        }
        var types = new ArrayList<TypeReference<?>>();
        types.add(new TypeReference<Utf8String>() {});
        for (int i = 0; i < count; i++) {
            types.add(new TypeReference<Address>() {});
        }
        return Optional.of(FunctionReturnDecoder.decode(input.substring(SELECTOR_DIGITS), Utils.convert(types)).stream()
                .skip(1)
                .map(a -> Keys.toChecksumAddress(a.toString()))
                .toList());
    }

    private static final String ZERO = "0x" + "0".repeat(40);

    /** Tells what a vote has come to. */
    public static void tellOutcome(Network network, TransactionReceipt receipt, int id, PrintWriter out) {
        for (var admitted : Consortium.getOperatorAdmittedEvents(receipt)) {
            out.println("carried: '" + Printable.of(admitted.name) + "' is admitted as operator " + admitted.operator
                    + " (owner " + Keys.toChecksumAddress(admitted.owner) + ")");
            return;
        }
        for (var excluded : Consortium.getOperatorExcludedEvents(receipt)) {
            out.println("carried: operator " + excluded.operator + " is excluded");
            return;
        }
        for (var admitted : Consortium.getProviderAdmittedEvents(receipt)) {
            out.println("carried: '" + Printable.of(admitted.name) + "' is admitted as provider " + admitted.provider
                    + " (owner " + Keys.toChecksumAddress(admitted.owner) + ")");
            return;
        }
        for (var excluded : Consortium.getProviderExcludedEvents(receipt)) {
            out.println("carried: provider " + excluded.provider + " is excluded");
            return;
        }
        for (var changed : Consortium.getIssuerCapChangedEvents(receipt)) {
            out.println("carried: " + Keys.toChecksumAddress(changed.issuer) + " may have "
                    + euro(changed.capMicroEuro.longValueExact()) + " euros in circulation");
            return;
        }
        Governance governance = Governance.read(network);
        Proposal proposal = governance.proposal(id).orElseThrow();
        if (proposal.done()) {
            out.println(
                    proposal.kind() == Proposal.Kind.EXCLUSION
                            ? "carried, but without effect: " + Members.kind(proposal.target()) + " "
                                    + proposal.target() + " was excluded before"
                            : "carried, but without effect: its name or an account is somebody else's by now");
            return;
        }
        out.println("proposal " + id + ": " + votes(network, governance, proposal) + "; " + expiry(proposal));
        out.println("the other owners vote: " + Next.command("vote " + id, network.address()));
    }
}
