package org.chargeproof.operator.owner;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chargeproof.ledger.GasLimits;
import org.chargeproof.ledger.LedgerAccount;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ledger.TransactionSigner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** Sends what people and their systems would send, from many accounts, and makes sure that it was taken. */
public final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final int MOST_BLOCKS = 60;
    private static final int BLOCKS_BEFORE_RESEND = 3;

    private final LedgerClient client;
    private final ChainTime time;
    private final Map<String, LedgerAccount> accounts = new HashMap<>();
    private final List<Sent> open = new ArrayList<>();

    private record Sent(
            String what, LedgerAccount account, @Nullable String to, String data, LedgerAccount.Signed signed) {}

    public Transactions(LedgerClient client, ChainTime time) {
        this.client = client;
        this.time = time;
    }

    /** Sends a call of a contract; {@link #confirm} tells whether it was taken. */
    public void send(Credentials from, String what, String to, RemoteFunctionCall<?> call) {
        send(TransactionSigner.of(from), what, to, call);
    }

    /** The same, with a key that may be elsewhere. @return the transaction's hash */
    public String send(TransactionSigner from, String what, String to, RemoteFunctionCall<?> call) {
        String data = call.encodeFunctionCall();
        return send(from, what, to, data, GasLimits.forCall(data));
    }

    /** The same for a call that uses up to all that a transaction may, whatever its data. */
    public void sendLarge(Credentials from, String what, String to, RemoteFunctionCall<?> call) {
        send(TransactionSigner.of(from), what, to, call.encodeFunctionCall(), GasLimits.TRANSACTION);
    }

    private String send(TransactionSigner from, String what, @Nullable String to, String data, long gasLimit) {
        var account = accounts.computeIfAbsent(from.address(), a -> new LedgerAccount(client, from));
        for (int i = 0; ; i++) {
            try {
                var signed = account.sign(0, to, data, gasLimit);
                account.send(signed);
                open.add(new Sent(what, account, to, data, signed));
                return signed.hash();
            } catch (RpcErrorException e) {
                if (!e.isForLater() || i == MOST_BLOCKS) {
                    throw e;
                }
                time.settle();
            }
        }
    }

    /** Deploys a contract. @return its address */
    public String deploy(TransactionSigner from, String what, String code) {
        send(from, what, null, code, GasLimits.forCall(code));
        return confirm().getLast().getContractAddress();
    }

    /**
     * Waits until everything sent is in a block.
     *
     * @return the receipts in the order of sending
     * @throws LedgerException when something was refused, with the contract's reason
     */
    public List<TransactionReceipt> confirm() {
        var receipts = new ArrayList<TransactionReceipt>();
        if (!open.isEmpty()) {
            time.settle();
        }
        for (Sent sent : open) {
            var receipt = inBlock(sent);
            if (!receipt.isStatusOK()) {
                throw new LedgerException(sent.what() + " was refused: " + reason(sent));
            }
            receipts.add(receipt);
        }
        open.clear();
        return receipts;
    }

    /**
     * Waits until everything sent is in a block, whether the contracts took it or not.
     *
     * @return the receipts in the order of sending
     */
    public List<TransactionReceipt> awaitBlocks() {
        var receipts = new ArrayList<TransactionReceipt>();
        if (!open.isEmpty()) {
            time.settle();
        }
        for (Sent sent : open) {
            receipts.add(inBlock(sent));
        }
        open.clear();
        return receipts;
    }

    /** Gives up on what was sent and not confirmed. */
    public void forget() {
        open.clear();
    }

    /** Asks the node again for the next nonce of each account: others may have used it meanwhile. */
    public void renewNonces() {
        accounts.clear();
    }

    private TransactionReceipt inBlock(Sent sent) {
        for (int i = 0; i < MOST_BLOCKS; i++) {
            var receipt = client.receipt(sent.signed().hash());
            if (receipt.isPresent()) {
                return receipt.get();
            }
            if (i > 0 && i % BLOCKS_BEFORE_RESEND == 0) {
                open.forEach(this::sendAgain);
            }
            time.settle();
        }
        throw new LedgerException(sent.what() + " is in no block after " + MOST_BLOCKS + " blocks (transaction "
                + sent.signed().hash() + ")");
    }

    /** A node may have lost it: anvil does with what finds no room in a block, others when they restart. */
    private void sendAgain(Sent sent) {
        try {
            sent.account().send(sent.signed());
        } catch (RpcErrorException e) {
            // known already, or in a block: its receipt tells
            LOG.debug("{} was not taken again: {}", sent.what(), e.getMessage());
        }
    }

    /** The call again, to hear why it failed. */
    private String reason(Sent sent) {
        return client.refusal(sent.account().address(), sent.to(), sent.data(), DefaultBlockParameterName.LATEST)
                .map(e -> String.valueOf(e.getMessage()))
                .orElse("no reason any more");
    }
}
