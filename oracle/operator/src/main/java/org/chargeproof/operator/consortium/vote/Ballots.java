package org.chargeproof.operator.consortium.vote;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.chargeproof.console.output.Printable;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.consortium.member.Founder;
import org.chargeproof.operator.owner.Next;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.Utils;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.crypto.Keys;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** Tells of proposals and of what comes of votes. */
public final class Ballots {
    private static final int SELECTOR_DIGITS = 10;

    private Ballots() {}

    /** What a proposal is about. */
    public static String describe(Network network, Proposal proposal) {
        return proposal.admission()
                ? "admit '" + Printable.of(proposal.name()) + "'"
                        + candidate(network, proposal)
                                .map(c -> " (owner " + c.owner() + ", oracle " + c.oracle() + ", meter " + c.meter()
                                        + ")")
                                .orElse("")
                : "exclude " + Members.label(network, proposal.target());
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
        if (!proposal.admission()) {
            return Optional.empty();
        }
        var client = network.client();
        var transaction = client.ask(client.web3j().ethGetTransactionByHash(proposal.transaction()))
                .getTransaction();
        String input = transaction.map(t -> t.getInput()).orElse("");
        String selector = network.consortium()
                .proposeAdmission(
                        "",
                        new Consortium.Accounts(ZERO, ZERO, ZERO),
                        new Consortium.Proofs(new byte[0], new byte[0], new byte[0]))
                .encodeFunctionCall()
                .substring(0, SELECTOR_DIGITS);
        if (!input.startsWith(selector)
                || !network.address()
                        .equalsIgnoreCase(transaction.map(t -> t.getTo()).orElse(""))) {
            return Optional.empty();
        }
        var values = FunctionReturnDecoder.decode(
                input.substring(SELECTOR_DIGITS),
                Utils.convert(List.of(
                        new TypeReference<Utf8String>() {},
                        new TypeReference<Address>() {},
                        new TypeReference<Address>() {},
                        new TypeReference<Address>() {})));
        return Optional.of(new Founder(
                proposal.name(),
                Keys.toChecksumAddress(values.get(1).toString()),
                Keys.toChecksumAddress(values.get(2).toString()),
                Keys.toChecksumAddress(values.get(3).toString())));
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
        Governance governance = Governance.read(network);
        Proposal proposal = governance.proposal(id).orElseThrow();
        if (proposal.done()) {
            out.println(
                    proposal.admission()
                            ? "carried, but without effect: its name or an account is another member's by now"
                            : "carried, but without effect: the operator was excluded before");
            return;
        }
        out.println("proposal " + id + ": " + votes(network, governance, proposal) + "; " + expiry(proposal));
        out.println("the other owners vote: " + Next.command("vote " + id, network.address()));
    }
}
