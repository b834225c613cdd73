package org.chargeproof.operator.owner;

import java.io.PrintWriter;
import java.math.BigInteger;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ledger.TransactionSigner;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** An owner's account, which acts on a network. */
public final class Owner {
    private final Network network;
    private final TransactionSigner key;
    private final PrintWriter out;
    private final Transactions transactions;

    Owner(Network network, TransactionSigner key, PrintWriter out) {
        this.network = network;
        this.key = key;
        this.out = out;
        this.transactions = new Transactions(network.client(), new RealTime(network.client()));
    }

    public Network network() {
        return network;
    }

    public TransactionSigner key() {
        return key;
    }

    public Transactions transactions() {
        return transactions;
    }

    /**
     * Tries a call out, sends it, and waits until it is in a block.
     *
     * @param what in words, beginning small
     * @throws LedgerException when the contract refuses it, with its reason
     */
    public TransactionReceipt send(String what, String to, RemoteFunctionCall<?> call) {
        tryOut(to, call);
        String hash = transactions.send(key, what, to, call);
        out.println("sent: " + what + " (transaction " + hash + "); waiting for its block");
        out.flush();
        return transactions.confirm().getLast();
    }

    /**
     * Asks what would come of a call.
     *
     * @throws LedgerException when the contract would refuse it, with its reason
     */
    private void tryOut(String to, RemoteFunctionCall<?> call) {
        String refusal = refusal(to, call);
        if (!refusal.isEmpty()) {
            throw new LedgerException(
                    "the contract refuses it: " + Refusals.explain(refusal).orElse(refusal) + " Nothing was sent.");
        }
    }

    /** The error with which a contract would refuse a call; empty when it would take it. */
    public String refusal(String to, RemoteFunctionCall<?> call) {
        var refusal = network.client()
                .refusal(key.address(), to, call.encodeFunctionCall(), DefaultBlockParameterName.LATEST);
        if (refusal.isPresent() && Refusals.explain(refusal.get().data()).isEmpty()) {
            throw refusal.get();
        }
        return refusal.map(RpcErrorException::data).orElse("");
    }

    /**
     * The operator whose owner this is.
     *
     * @throws LedgerException when it is nobody's owner account
     */
    public int operator() {
        var role = network.client().call(network.consortium().roleOf(key.address()));
        if (!role.component2().equals(BigInteger.ONE)) {
            throw new LedgerException("the contract refuses it: " + key.address()
                    + " is no member's owner account. 'consortium members' tells which these are. Nothing was sent.");
        }
        return role.component1().intValueExact();
    }
}
