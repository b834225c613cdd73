package org.chargeproof.ledger;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.protocol.core.DefaultBlockParameterName;

/** Signs and sends one account's transactions, one after the other. Gas is free; not thread-safe: one sender per key. */
public final class LedgerAccount {
    private final LedgerClient client;
    private final TransactionSigner signer;
    private long nextNonce = -1;

    /** A transaction that is signed but maybe not sent. */
    public record Signed(String hash, long nonce, String raw) {}

    public LedgerAccount(LedgerClient client, Credentials credentials) {
        this(client, TransactionSigner.of(credentials));
    }

    public LedgerAccount(LedgerClient client, TransactionSigner signer) {
        this.client = client;
        this.signer = signer;
    }

    public String address() {
        return signer.address();
    }

    /**
     * Signs a transaction with the next nonce.
     *
     * @param minNonce no nonce below this one: those below are taken by transactions that the node may not know yet
     * @param to address, or null to deploy
     * @param data hex
     * @param gasLimit most that it may use
     */
    public Signed sign(long minNonce, @Nullable String to, String data, long gasLimit) {
        if (nextNonce < 0) {
            nextNonce = nonce(DefaultBlockParameterName.PENDING);
        }
        nextNonce = Math.max(nextNonce, minNonce);
        var transaction = RawTransaction.createTransaction(
                BigInteger.valueOf(nextNonce),
                BigInteger.ZERO,
                BigInteger.valueOf(gasLimit),
                to == null ? "" : to,
                BigInteger.ZERO,
                data);
        String raw = signer.sign(transaction, client.chainId());
        return new Signed(Hash.sha3(raw), nextNonce++, raw);
    }

    /** Hands a signed transaction to the node. On an error the next nonce is asked for again. */
    public void send(Signed transaction) {
        try {
            client.ask(client.web3j().ethSendRawTransaction(transaction.raw()));
        } catch (RpcErrorException | LedgerException e) {
            forgetNonce();
            throw e;
        }
    }

    /** Signs and sends, with as much gas as a call with such data needs at most. @return the transaction's hash */
    public String send(@Nullable String to, String data) {
        return send(to, data, GasLimits.forCall(data));
    }

    /** Signs and sends. @return the transaction's hash */
    public String send(@Nullable String to, String data, long gasLimit) {
        Signed transaction = sign(0, to, data, gasLimit);
        send(transaction);
        return transaction.hash();
    }

    /** How many transactions of this account are in blocks. */
    public long minedNonce() {
        return nonce(DefaultBlockParameterName.LATEST);
    }

    /** The same with those that the node knows and that are in no block yet. */
    public long pendingNonce() {
        return nonce(DefaultBlockParameterName.PENDING);
    }

    /** Asks the node for the nonce before the next transaction, because something went another way than expected. */
    public void forgetNonce() {
        nextNonce = -1;
    }

    private long nonce(DefaultBlockParameterName at) {
        var answer = client.ask(client.web3j().ethGetTransactionCount(address(), at));
        return client.understand("a nonce", () -> answer.getTransactionCount().longValueExact());
    }
}
