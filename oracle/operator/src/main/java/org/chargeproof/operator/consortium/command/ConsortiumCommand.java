package org.chargeproof.operator.consortium.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chargeproof consortium}: what the owners of a network decide. */
@Command(
        name = "consortium",
        header = "Deploys a network's contracts, shows and votes on its members, and puts the planner on chain.",
        mixinStandardHelpOptions = true,
        description = "What the owners of a network do. Every transaction is tried out before it is sent: what a"
                + " contract refuses is told with its reason, and not sent.",
        subcommands = {
            NewAccountCommand.class,
            DeployCommand.class,
            MembersCommand.class,
            CandidateCommand.class,
            ProposeAdmissionCommand.class,
            ProviderCandidateCommand.class,
            ProposeProviderCommand.class,
            ProposeExclusionCommand.class,
            ProposeIssuerCapCommand.class,
            VoteCommand.class,
            ChangeAccountsCommand.class,
            StorePlannerCommand.class,
            ApprovePlannerCommand.class
        })
public final class ConsortiumCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which one? 'consortium members' shows how things are.");
    }
}
