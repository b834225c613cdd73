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
import org.chargeproof.operator.consortium.member.Candidate;
import org.chargeproof.operator.consortium.member.Founder;
import org.chargeproof.operator.owner.Next;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof consortium candidate}: what a member needs to propose somebody. */
@Command(
        name = "candidate",
        header = "Signs your candidature with your three accounts.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Writes a file with your name, your accounts, and a signature by each of them: that its key is yours, and"
                        + " that it is to be a member's with the two others. Send it to a member, who proposes you with it. It is"
                        + " good for this network and this name alone, and holds no secret. Nothing is sent.")
final class CandidateCommand implements Callable<Integer> {
    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "Yours; up to 64 bytes.")
    private String name = "";

    @Option(names = "--owner-key", paramLabel = "FILE", description = "Key of your account for governance and assets.")
    private @Nullable Path ownerKey;

    @Option(
            names = "--oracle-key",
            paramLabel = "FILE",
            description = "Key of your account that posts and attests plans.")
    private @Nullable Path oracleKey;

    @Option(names = "--meter-key", paramLabel = "FILE", description = "Key of your account that reports.")
    private @Nullable Path meterKey;

    @Option(
            names = "--owner-password-file",
            paramLabel = "FILE",
            description = "First line: the password of the owner's keystore; so for the others.")
    private @Nullable Path ownerPassword;

    @Option(names = "--oracle-password-file", paramLabel = "FILE")
    private @Nullable Path oraclePassword;

    @Option(names = "--meter-password-file", paramLabel = "FILE")
    private @Nullable Path meterPassword;

    @Option(
            names = "--signer",
            paramLabel = "URL",
            description =
                    "A Web3Signer (mode eth1) that has the keys of accounts named with --owner, --oracle or --meter.")
    private @Nullable String signer;

    @Option(names = "--owner", paramLabel = "ADDRESS", description = "Instead of --owner-key; so for the others.")
    private @Nullable String owner;

    @Option(names = "--oracle", paramLabel = "ADDRESS")
    private @Nullable String oracle;

    @Option(names = "--meter", paramLabel = "ADDRESS")
    private @Nullable String meter;

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
        var oracleSigner = RoleSigner.of("oracle", oracleKey, oraclePassword, oracle, signer);
        var meterSigner = RoleSigner.of("meter", meterKey, meterPassword, meter, signer);
        var claimed = new HashMap<String, String>();
        AccountInput.claim(claimed, ownerSigner.address(), "the owner account");
        AccountInput.claim(claimed, oracleSigner.address(), "the oracle account");
        AccountInput.claim(claimed, meterSigner.address(), "the meter account");
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            var network = Network.discover(client, options.contract());
            var accounts = new Founder(name, ownerSigner.address(), oracleSigner.address(), meterSigner.address());
            var membership = Candidate.membership(network, accounts);
            var candidate = new Candidate(
                    accounts,
                    ownerSigner.sign(membership),
                    oracleSigner.sign(membership),
                    meterSigner.sign(membership));
            Files.writeString(file, candidate.toJson(network), StandardOpenOption.CREATE_NEW);
            var said = spec.commandLine().getOut();
            said.println("signed by owner " + accounts.owner() + ", oracle " + accounts.oracle() + ", meter "
                    + accounts.meter());
            said.println("send " + file + " to a member; its owner proposes you: "
                    + Next.command("propose-admission --candidate " + file, network.address()));
            said.flush();
        }
        return 0;
    }
}
