package org.chargeproof.operator.network.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof network remove-validator}. */
@Command(
        name = "remove-validator",
        header = "Votes against a validator.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description =
                "Your validators vote to end a validator; more than half of all must, each through its own operator. Its node"
                        + " goes on following the network.")
final class RemoveValidatorCommand implements Callable<Integer> {
    @Mixin
    private VoterOptions voters = new VoterOptions();

    @Mixin
    private BallotOptions ballot = new BallotOptions();

    @Parameters(
            paramLabel = "ADDRESS|NODE",
            description = "The validator's address, its enode, or the name of a node here.")
    private @Nullable String validator;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        String given = String.valueOf(validator);
        String subject = given.startsWith("0x") || given.startsWith("enode:") || voters.byAddress()
                ? NodeInput.address(given)
                : voters.selection().network().node(given).folder().address();
        return ballot.run(voters.votes(), subject, false, out);
    }
}
