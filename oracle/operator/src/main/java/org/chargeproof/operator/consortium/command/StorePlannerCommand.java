package org.chargeproof.operator.consortium.command;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.RevertReasons;
import org.chargeproof.operator.consortium.algorithm.Algorithms;
import org.chargeproof.operator.consortium.algorithm.Program;
import org.chargeproof.operator.consortium.algorithm.ProgramJar;
import org.chargeproof.operator.owner.Next;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.chargeproof.operator.owner.Refusals;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof consortium store-planner}. */
@Command(
        name = "store-planner",
        header = "Puts the jar of the planner, or of the program of bills, on chain.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Uploads the jar in parts and lets the ledger check its hash, which is the algorithm's id. Goes on"
                        + " where an earlier upload of yours ended, and does nothing when the jar is there. It"
                        + " counts only when a quorum has approved it.")
final class StorePlannerCommand extends OwnerCommand {
    private static final int SELECTOR_BYTES = 4;

    @Option(names = "--jar", paramLabel = "FILE", description = "Default: the one that this program runs with.")
    private @Nullable Path file;

    @Option(names = "--bills", description = "The program that computes bills, instead of the planner.")
    private boolean bills;

    private @Nullable ProgramJar jar;

    @Override
    protected void check() {
        jar = jar();
    }

    @Override
    protected void run(Owner owner, PrintWriter out) {
        ProgramJar planner = jar == null ? jar() : jar;
        var network = owner.network();
        owner.operator();
        var algorithms = new Algorithms(network, program(), owner.transactions());
        out.println(program().words() + ": " + planner.description());
        out.flush();
        if (algorithms.isStored(planner.id())) {
            out.println("it is stored already");
        } else {
            upload(owner, algorithms, planner, out);
            out.println("stored and sealed");
        }
        out.println("algorithm " + planner.id().toUnprefixedHexString());
        out.println("the owners approve it: "
                + Next.command(
                        "approve-planner " + planner.id().toUnprefixedHexString()
                                + program().option(),
                        network.address()));
    }

    private void upload(Owner owner, Algorithms algorithms, ProgramJar planner, PrintWriter out) {
        var registry = program().registry(owner.network());
        byte[] id = planner.id().toArrayUnsafe();
        // the contract knows how far an upload is: sealing is refused with the first part that is missing
        String refusal = owner.refusal(registry.getContractAddress(), registry.seal(id));
        int first = 0;
        if (RevertReasons.is(refusal, "UnknownAlgorithm") || !sameSize(owner, planner)) {
            algorithms.announce(owner.key(), planner);
        } else if (RevertReasons.is(refusal, "ChunkMissing")) {
            first = Bytes.fromHexString(refusal)
                    .slice(SELECTOR_BYTES)
                    .toUnsignedBigInteger()
                    .intValueExact();
        } else if (refusal.isEmpty()) {
            first = Integer.MAX_VALUE;
        } else if (!RevertReasons.is(refusal, "WrongHash")) {
            throw new LedgerException(
                    "the contract refuses it: " + Refusals.explain(refusal).orElse(refusal) + " Nothing was sent.");
        }
        int sent = first == Integer.MAX_VALUE ? 0 : algorithms.store(owner.key(), planner, first);
        algorithms.seal(owner.key(), planner);
        out.println("sent: " + sent + (sent == 1 ? " part" : " parts")
                + (first == 0 ? "" : ", the others are there from an earlier upload") + "; waiting for their blocks");
        out.flush();
        owner.transactions().confirm();
    }

    /** Whether an upload has been announced with the size of this jar. */
    private boolean sameSize(Owner owner, ProgramJar planner) {
        var registry = program().registry(owner.network());
        return RevertReasons.is(
                owner.refusal(
                        registry.getContractAddress(),
                        registry.start(planner.id().toArrayUnsafe(), BigInteger.valueOf(planner.size()), "")),
                "AlreadyStarted");
    }

    private ProgramJar jar() {
        return file == null ? program().jar() : ProgramJar.read(file);
    }

    private Program program() {
        return bills ? Program.BILLING : Program.PLANNER;
    }
}
