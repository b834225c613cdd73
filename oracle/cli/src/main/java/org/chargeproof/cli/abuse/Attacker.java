package org.chargeproof.cli.abuse;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Queue;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.RpcErrorException;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.utils.Numeric;

/** An account that sends whatever it likes, with as much gas as it likes, and does not wait. Not thread-safe. */
final class Attacker {
    /** What is not looked up by then is not looked up any more: an attack must not fill the attacker's own memory. */
    private static final int MOST_LOOKED_UP = 5_000;

    private final LedgerClient client;
    private final Credentials account;
    private final AbuseLog log;
    private final Queue<Sent> open = new ArrayDeque<>();
    private long nonce = -1;

    private record Sent(String attack, String hash) {}

    /** @param client a node of the attacker's choice */
    Attacker(LedgerClient client, Credentials account, AbuseLog log) {
        this.client = client;
        this.account = account;
        this.log = log;
    }

    String address() {
        return account.getAddress();
    }

    Credentials account() {
        return account;
    }

    /**
     * Sends a transaction.
     *
     * @param to address, or null to create a contract
     * @param data hex
     */
    void send(String attack, @Nullable String to, String data, long gas) {
        log.sent(attack);
        try {
            if (nonce < 0) {
                nonce = client.ask(client.web3j()
                                .ethGetTransactionCount(account.getAddress(), DefaultBlockParameterName.PENDING))
                        .getTransactionCount()
                        .longValueExact();
            }
            var transaction = RawTransaction.createTransaction(
                    BigInteger.valueOf(nonce),
                    BigInteger.ZERO,
                    BigInteger.valueOf(gas),
                    to == null ? "" : to,
                    BigInteger.ZERO,
                    data);
            String raw = Numeric.toHexString(TransactionEncoder.signMessage(transaction, client.chainId(), account));
            String hash = client.ask(client.web3j().ethSendRawTransaction(raw)).getTransactionHash();
            nonce++;
            if (open.size() < MOST_LOOKED_UP) {
                open.add(new Sent(attack, hash));
            }
        } catch (RpcErrorException | LedgerException e) {
            nonce = -1;
            log.refusedByNode(attack);
        }
    }

    /** Looks up what became of everything sent so far; what is in no block yet is looked up the next time. */
    void lookUp() {
        try {
            for (int i = open.size(); i > 0; i--) {
                var sent = open.remove();
                var receipt = client.receipt(sent.hash());
                if (receipt.isPresent()) {
                    log.inBlock(sent.attack(), receipt.get().isStatusOK());
                } else {
                    open.add(sent);
                }
            }
        } catch (RpcErrorException | LedgerException e) {
            // the node has more to do: the next time
        }
    }
}
