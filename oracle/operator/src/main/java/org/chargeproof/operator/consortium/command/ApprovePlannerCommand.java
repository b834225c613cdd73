package org.chargeproof.operator.consortium.command;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.contracts.AlgorithmRegistry;
import org.chargeproof.ledger.AlgorithmStore;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.consortium.algorithm.Program;
import org.chargeproof.operator.consortium.vote.Approval;
import org.chargeproof.operator.consortium.vote.Ballots;
import org.chargeproof.operator.consortium.vote.Governance;
import org.chargeproof.operator.owner.Next;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.chargeproof.protocol.algorithm.AlgorithmJar;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chargeproof consortium approve-planner}. */
@Command(
        name = "approve-planner",
        header = "Approves that a planner, or a program of bills, counts from a timestep on.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "It counts once as many owners have approved it, for the same timestep, as make a plan final. An"
                + " approval cannot be taken back. Its jar is fetched and verified first.")
final class ApprovePlannerCommand extends OwnerCommand {
    private static final String NEXT = "next";
    /** The timestep after the next one may begin before the block with the approval. */
    private static final int MARGIN_SECONDS = 5;

    @Parameters(paramLabel = "ALGORITHM", description = "Its id: the SHA-256 of its jar.")
    private String algorithm = "";

    @Option(
            names = "--from-timestep",
            paramLabel = "N|next",
            defaultValue = NEXT,
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "next: the one that others have approved it for; if there is none, the first possible.")
    private String from = NEXT;

    @Option(names = "--bills", description = "The program that computes bills, instead of the planner.")
    private boolean bills;

    @Override
    protected void check() {
        id();
        if (!from.equals(NEXT) && !from.matches("[0-9]{1,9}")) {
            throw new BadInputException("--from-timestep is '" + from + "'; it is a timestep's number, or 'next'.");
        }
    }

    @Override
    protected void run(Owner owner, PrintWriter out) {
        var network = owner.network();
        owner.operator();
        Bytes32 id = id();
        var program = bills ? Program.BILLING : Program.PLANNER;
        var registry = program.registry(network);
        if (!id.equals(program.jar().id())) {
            out.println("note: this is another " + program.words()
                    + " than the one this program comes with; be sure that you want it");
        }
        checkHarmless(network, registry, id);
        Governance governance = Governance.read(network, registry);
        if (from.equals(NEXT)
                && !governance.activations().isEmpty()
                && governance.activations().getLast().algorithm().equals(id)) {
            out.println("nothing to do: a quorum has approved it already; "
                    + counts(network, governance.activations().getLast().fromTimestep()));
            return;
        }
        int timestep = from.equals(NEXT) ? next(network, governance, id) : Integer.parseInt(from);
        var receipt = owner.send(
                "the approval of " + id.toUnprefixedHexString() + " from timestep " + timestep + " on",
                registry.getContractAddress(),
                registry.approve(id.toArrayUnsafe(), BigInteger.valueOf(timestep)));
        if (!AlgorithmRegistry.getAlgorithmActivatedEvents(receipt).isEmpty()) {
            out.println("approved by a quorum: " + counts(network, timestep));
            return;
        }
        governance = Governance.read(network, registry);
        var approvers = governance.approvers(new Approval(id, timestep));
        out.println("approvals " + approvers.size() + " of "
                + network.parameters().quorum(governance.members().size()) + " needed ("
                + Ballots.names(network, approvers) + "); when they are there, " + counts(network, timestep));
        out.println("the other owners approve: "
                + Next.command(
                        "approve-planner " + id.toUnprefixedHexString() + " --from-timestep " + timestep
                                + program.option(),
                        network.address()));
    }

    /** Nobody should approve what no oracle loads; what is not stored yet, the contract refuses. */
    private static void checkHarmless(Network network, AlgorithmRegistry registry, Bytes32 id) {
        byte[] jar;
        try {
            jar = AlgorithmStore.fetch(network.client(), registry, id);
        } catch (LedgerException e) {
            throw new BadInputException(e.getMessage() + " Nothing was sent.", e);
        }
        try {
            AlgorithmJar.read(id, jar);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("do not approve it: " + e.getMessage() + " Nothing was sent.", e);
        }
    }

    private static int next(Network network, Governance governance, Bytes32 id) {
        int possible = network.parameters().timestepAt(network.client().head().timestampSeconds() + MARGIN_SECONDS) + 2;
        return governance.pending(possible).stream()
                .filter(a ->
                        a.algorithm().equals(id) && !governance.approvers(a).isEmpty())
                .min(Comparator.comparingInt(Approval::fromTimestep))
                .map(Approval::fromTimestep)
                .orElse(governance.earliest(possible));
    }

    private static String counts(Network network, int timestep) {
        return "it counts from timestep " + timestep + " on, which begins at "
                + Instant.ofEpochSecond(network.parameters().startOf(timestep));
    }

    private Bytes32 id() {
        if (!algorithm.matches("(0x)?[0-9a-fA-F]{64}")) {
            throw new BadInputException("ALGORITHM is '" + algorithm
                    + "'; it is 64 hex digits, the SHA-256 of a jar, as 'consortium store-planner' prints it.");
        }
        return Bytes32.fromHexString(algorithm.toLowerCase(Locale.ROOT));
    }
}
