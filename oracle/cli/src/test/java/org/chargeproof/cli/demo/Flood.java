package org.chargeproof.cli.demo;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.chargeproof.ledger.GasLimits;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Pause;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ledger.TransactionSigner;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.utils.Numeric;

/** Sends whatever its accounts can, as fast as nodes answer, and never minds what they say. */
final class Flood implements AutoCloseable {
    private static final int PAUSE_MILLIS = 20;
    private static final int RANDOM_BYTES = 100_000;
    private static final long SMALL_GAS = 100_000;
    private static final long DATA_GAS = 4_000_000;

    private final List<Thread> threads = new ArrayList<>();
    private final List<LedgerClient> clients = new ArrayList<>();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final SecureRandom random = new SecureRandom();
    private volatile boolean over;
    private volatile String lastRefusal = "";

    /** What an account sends. */
    enum Kind {
        /** Calls of contracts that never end, with all gas that a transaction may have. */
        LOOPS,
        /** Megabytes that say nothing. */
        DATA,
        /** As many as there can be. */
        SMALL
    }

    /**
     * Lets accounts flood.
     *
     * @param urls of nodes, each transaction goes to the next
     * @param targets contracts to call
     */
    Flood with(Kind kind, List<Credentials> accounts, List<String> urls, List<String> targets) {
        var nodes = urls.stream().map(LedgerClient::connect).toList();
        clients.addAll(nodes);
        threads.add(
                Thread.ofPlatform().daemon().name("flood " + kind).start(() -> run(kind, accounts, nodes, targets)));
        return this;
    }

    long taken() {
        return taken.get();
    }

    long refused() {
        return refused.get();
    }

    String lastRefusal() {
        return lastRefusal;
    }

    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        clients.forEach(LedgerClient::close);
    }

    private void run(Kind kind, List<Credentials> accounts, List<LedgerClient> nodes, List<String> targets) {
        var nonces = new long[accounts.size()];
        java.util.Arrays.fill(nonces, -1);
        for (int i = 0; !over; i++) {
            int account = i % accounts.size();
            var node = nodes.get(i % nodes.size());
            try {
                if (nonces[account] < 0) {
                    nonces[account] = node.ask(node.web3j()
                                    .ethGetTransactionCount(
                                            accounts.get(account).getAddress(), DefaultBlockParameterName.PENDING))
                            .getTransactionCount()
                            .longValueExact();
                }
                var transaction = RawTransaction.createTransaction(
                        BigInteger.valueOf(nonces[account]),
                        BigInteger.ZERO,
                        BigInteger.valueOf(
                                switch (kind) {
                                    case LOOPS -> GasLimits.TRANSACTION;
                                    case DATA -> DATA_GAS;
                                    case SMALL -> SMALL_GAS;
                                }),
                        targets.get(i % targets.size()),
                        BigInteger.ZERO,
                        kind == Kind.DATA ? data() : "");
                node.ask(node.web3j()
                        .ethSendRawTransaction(
                                TransactionSigner.of(accounts.get(account)).sign(transaction, node.chainId())));
                nonces[account]++;
                taken.incrementAndGet();
            } catch (RpcErrorException e) {
                refused.incrementAndGet();
                lastRefusal = String.valueOf(e.getMessage());
                // maybe one of it went through another node
                nonces[account] = -1;
            } catch (LedgerException e) {
                nonces[account] = -1;
            }
            Pause.millis(PAUSE_MILLIS);
        }
    }

    private String data() {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Numeric.toHexString(bytes);
    }
}
