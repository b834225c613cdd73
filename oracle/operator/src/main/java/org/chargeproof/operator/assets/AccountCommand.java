package org.chargeproof.operator.assets;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ledger.SignerOptions;
import org.chargeproof.ledger.TransactionSigner;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What every command has that an operator's account sends. */
abstract class AccountCommand implements Callable<Integer> {
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
            var sender = new BatchSender(network, key, out);
            try {
                return run(sender, out);
            } catch (LedgerException | RpcErrorException e) {
                if (sender.sent() == 0) {
                    throw e;
                }
                throw new LedgerException(
                        e.getMessage()
                                + "\nIt ended half-way. What is in blocks stays; run the same command again, and it goes on from"
                                + " there: nothing is sent twice.",
                        e);
            } finally {
                out.flush();
            }
        }
    }

    /** Refuses what can be refused before anybody is asked. */
    abstract void check();

    /** Does it, and tells what came of it. @return the exit code */
    abstract int run(BatchSender sender, PrintWriter out);
}
