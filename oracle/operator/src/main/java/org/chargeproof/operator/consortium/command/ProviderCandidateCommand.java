package org.chargeproof.operator.consortium.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.consortium.member.AccountInput;
import org.chargeproof.operator.consortium.member.ProviderCandidate;
import org.chargeproof.operator.owner.Next;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof consortium provider-candidate}: what a member needs to propose a provider. */
@Command(
        name = "provider-candidate",
        header = "Signs a provider's candidature with its two accounts.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "For a provider without charge points, which vouches for drivers and pays for them. Writes a file with its name,"
                        + " its accounts, and a signature by each of them. Send it to a member, who proposes the provider"
                        + " with it. It is good for this network and this name alone, and holds no secret. Nothing is sent.")
final class ProviderCandidateCommand implements Callable<Integer> {
    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "Yours; up to 64 bytes.")
    private String name = "";

    @Option(
            names = "--owner-key",
            paramLabel = "FILE",
            description = "Key of your account that pays and names your margin.")
    private @Nullable Path ownerKey;

    @Option(names = "--desk-key", paramLabel = "FILE", description = "Key of your account that vouches for drivers.")
    private @Nullable Path deskKey;

    @Option(
            names = "--owner-password-file",
            paramLabel = "FILE",
            description = "First line: the password of the owner's keystore; so for the desk.")
    private @Nullable Path ownerPassword;

    @Option(names = "--desk-password-file", paramLabel = "FILE")
    private @Nullable Path deskPassword;

    @Option(
            names = "--signer",
            paramLabel = "URL",
            description = "A Web3Signer (mode eth1) that has the keys of accounts named with --owner or --desk.")
    private @Nullable String signer;

    @Option(names = "--owner", paramLabel = "ADDRESS", description = "Instead of --owner-key; so for the desk.")
    private @Nullable String owner;

    @Option(names = "--desk", paramLabel = "ADDRESS")
    private @Nullable String desk;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The file to write; it must not exist.")
    private @Nullable Path out;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Path file = Objects.requireNonNull(out);
        AccountInput.name("--name", name);
        if (Files.exists(file)) {
            throw new BadInputException(file + " exists. Name another file with --out.");
        }
        var ownerSigner = RoleSigner.of("owner", ownerKey, ownerPassword, owner, signer);
        var deskSigner = RoleSigner.of("desk", deskKey, deskPassword, desk, signer);
        var claimed = new HashMap<String, String>();
        AccountInput.claim(claimed, ownerSigner.address(), "the owner account");
        AccountInput.claim(claimed, deskSigner.address(), "the desk account");
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            var network = Network.discover(client, options.contract());
            var statement = ProviderCandidate.statement(network, name, ownerSigner.address(), deskSigner.address());
            var candidate = new ProviderCandidate(
                    name,
                    ownerSigner.address(),
                    deskSigner.address(),
                    ownerSigner.sign(statement),
                    deskSigner.sign(statement));
            Files.writeString(file, candidate.toJson(network), StandardOpenOption.CREATE_NEW);
            var said = spec.commandLine().getOut();
            said.println("signed by owner " + candidate.owner() + ", desk " + candidate.desk());
            said.println("send " + file + " to a member; its owner proposes you: "
                    + Next.command("propose-provider --candidate " + file, network.address()));
            said.flush();
        }
        return 0;
    }
}
