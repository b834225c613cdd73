package org.chargeproof.operator.assets;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chargeproof.ledger.GasLimits;
import org.chargeproof.ledger.LedgerAccount;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.Pause;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.operator.owner.Refusals;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Sends one account's transactions so that none takes effect twice: every one has the nonce that follows from what was read, so that
 * whatever an earlier or another run has sent and nobody saw yet takes its place instead of coming on top.
 */
final class BatchSender {
    private static final int MOST_BLOCKS = 60;
    private static final int WINDOW = 8;
    private static final long LOOK_MILLIS = 200;
    private static final int MOST_LOOKS = 300;

    private final Network network;
    private final TransactionSigner signer;
    private final LedgerAccount account;
    private final RealTime time;
    private final PrintWriter out;
    private final List<Sent> open = new ArrayList<>();
    private final List<TransactionReceipt> receipts = new ArrayList<>();
    private long nextNonce = -1;
    private int sent;

    private record Sent(String what, String to, String data, String hash) {}

    BatchSender(Network network, TransactionSigner signer, PrintWriter out) {
        this.network = network;
        this.signer = signer;
        this.account = new LedgerAccount(network.client(), signer);
        this.time = new RealTime(network.client());
        this.out = out;
    }

    Network network() {
        return network;
    }

    /** The account's address. */
    String address() {
        return signer.address();
    }

    /** How many transactions were handed to the node. */
    int sent() {
        return sent;
    }

    /**
     * Whose account this is.
     *
     * @throws LedgerException when it is no member's, or one that may not do this
     */
    int operator(Role... roles) {
        var role = network.client().call(network.consortium().roleOf(address()));
        int number = role.component2().intValueExact();
        if (Stream.of(roles).noneMatch(r -> r.number() == number)) {
            throw new LedgerException(address() + " is no member's "
                    + Stream.of(roles).map(Role::label).collect(Collectors.joining(" or "))
                    + " account on the network at "
                    + network.address() + ". 'consortium members' tells which these are. Nothing was sent.");
        }
        return role.component1().intValueExact();
    }

    /**
     * Waits until all that the node has of this account is in blocks. What is read from then on is what this sender builds upon.
     *
     * @throws LedgerException when something of the account waits for a minute
     */
    void settle() {
        for (int i = 0; ; i++) {
            long mined = account.minedNonce();
            long waiting = account.pendingNonce() - mined;
            if (waiting <= 0) {
                nextNonce = mined;
                return;
            }
            if (i == 0) {
                out.println("waiting for " + waiting + " earlier transactions of " + address());
                out.flush();
            }
            if (i == MOST_LOOKS) {
                throw new LedgerException("the node has " + waiting + " transactions of " + address()
                        + " that are in no block after a minute. Does another program send with this account, or do blocks"
                        + " stand still? Nothing was sent.");
            }
            Pause.millis(LOOK_MILLIS);
        }
    }

    /**
     * Tries a call out and sends it. At most some are on their way at once; the others wait.
     *
     * @param what in words, beginning small
     * @throws LedgerException when a contract refuses it, with its reason
     */
    void send(String what, String to, RemoteFunctionCall<?> call) {
        if (open.size() == WINDOW) {
            take();
        }
        String data = call.encodeFunctionCall();
        String refusal = refusal(to, data);
        if (!refusal.isEmpty()) {
            throw new LedgerException("the contract refuses " + what + ": " + refusal);
        }
        for (int i = 0; ; i++) {
            var signed = account.sign(nextNonce, to, data, GasLimits.forCall(data));
            if (signed.nonce() != nextNonce) {
                throw new LedgerException("something else has sent with " + address()
                        + " meanwhile (its nonce is " + signed.nonce() + " instead of " + nextNonce
                        + "). Let one program at a time use the account.");
            }
            try {
                // counted before: when the answer is lost, it may have been taken
                sent++;
                account.send(signed);
                nextNonce++;
                open.add(new Sent(what, to, data, signed.hash()));
                return;
            } catch (RpcErrorException e) {
                if (!e.isForLater() || i == MOST_BLOCKS) {
                    throw e;
                }
                time.settle();
            }
        }
    }

    /**
     * Waits until everything sent is in blocks.
     *
     * @return the receipts since the last time, in the order of sending
     * @throws LedgerException when something was refused, with the contract's reason
     */
    List<TransactionReceipt> confirm() {
        take();
        var all = List.copyOf(receipts);
        receipts.clear();
        return all;
    }

    private void take() {
        for (Sent one : open) {
            var receipt = inBlock(one);
            if (!receipt.isStatusOK()) {
                throw new LedgerException(one.what() + " was refused: " + refusal(one.to(), one.data()));
            }
            receipts.add(receipt);
        }
        open.clear();
    }

    private TransactionReceipt inBlock(Sent one) {
        for (int i = 0; i < MOST_BLOCKS; i++) {
            var receipt = network.client().receipt(one.hash());
            if (receipt.isPresent()) {
                return receipt.get();
            }
            time.settle();
        }
        throw new LedgerException(
                one.what() + " is in no block after " + MOST_BLOCKS + " blocks (transaction " + one.hash() + ").");
    }

    /** What a contract says against a call; empty when it takes it. */
    private String refusal(String to, String data) {
        return network.client()
                .refusal(address(), to, data, DefaultBlockParameterName.LATEST)
                .map(e -> Refusals.explain(e.data()).orElseThrow(() -> e))
                .orElse("");
    }
}
