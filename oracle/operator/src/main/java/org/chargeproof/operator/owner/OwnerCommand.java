package org.chargeproof.operator.owner;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.SignerOptions;
import org.chargeproof.ledger.TransactionSigner;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What every command has that an owner's account sends. */
public abstract class OwnerCommand implements Callable<Integer> {
    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Mixin
    private SignerOptions signer = new SignerOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public final Integer call() {
        check();
        TransactionSigner key = signer.signer();
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            var network = Network.discover(client, options.contract());
            PrintWriter out = spec.commandLine().getOut();
            run(new Owner(network, key, out), out);
            out.flush();
        }
        return 0;
    }

    /** The options that say where the owner's key is. */
    protected final SignerOptions signer() {
        return signer;
    }

    /** Refuses what can be refused before anybody is asked. */
    protected abstract void check();

    /** Does it, and tells what came of it. */
    protected abstract void run(Owner owner, PrintWriter out);
}
