package org.chargeproof.oracle;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chargeproof.ledger.GasLimits;
import org.chargeproof.ledger.LedgerAccount;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.RevertReasons;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.oracle.OracleStore.OutboxEntry;
import org.chargeproof.oracle.OracleStore.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Sends each thing once, through every crash: a transaction is signed and kept before it is sent, and after a doubt the same
 * bytes are sent again, which a ledger takes once at most.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    /** A transaction that is in no block after so many is sent again: the node may have restarted and lost its pool. */
    private static final long BLOCKS_BEFORE_RESEND = 5;

    /** Errors of Plans that say that there was nothing to be said any more. */
    private static final List<String> LATE = List.of("WrongTimestep", "TimestepOver", "NotFallback", "NotReadable");

    private static final long BLOCKS_BEFORE_REPLACED = 3;

    /** Far more than a gate holds, far less than an operator would wait. */
    private static final long BLOCKS_BEFORE_GIVING_UP = 50;

    private static final long BLOCKS_KEPT = 10_000;
    private static final long NONE = -1;
    private static final long NEVER = -BLOCKS_BEFORE_RESEND;

    private final OracleStore store;
    private final LedgerAccount account;
    private final LedgerClient client;
    /** Transactions without a receipt whose nonce is taken, and the block at which that was seen first. */
    private final Map<String, Long> overtaken = new HashMap<>();

    private long waitingFor = NONE;
    private long waitingSinceBlock;

    Outbox(OracleStore store, LedgerAccount account, LedgerClient client) {
        this.store = store;
        this.account = account;
        this.client = client;
    }

    /** Whether something was sent for this purpose, whatever became of it. */
    boolean knows(String key) {
        return store.outbox(key).isPresent();
    }

    /** Whether something was sent for this purpose and has not failed. */
    boolean holds(String key) {
        return store.outbox(key)
                .filter(e -> e.state() != TransactionState.FAILED)
                .isPresent();
    }

    /** Hash of what was sent for this purpose. */
    Optional<String> hash(String key) {
        return store.outbox(key).map(OutboxEntry::hash);
    }

    /**
     * Signs and keeps a transaction; nothing happens when there is one for this purpose already.
     *
     * @return what to hand to {@link #transmit}, empty when there is nothing to do
     */
    Optional<OutboxEntry> sign(String key, String to, String data, long headBlock) {
        if (holds(key)) {
            return Optional.empty();
        }
        long minNonce = store.openOutbox(account.address()).stream()
                .mapToLong(open -> open.nonce() + 1)
                .max()
                .orElse(0);
        var signed = account.sign(minNonce, to, data, GasLimits.forPlan(data));
        // a nonce that was given and not kept would leave a hole that no later transaction gets over
        account.forgetNonce();
        var entry =
                new OutboxEntry(key, signed.nonce(), signed.hash(), signed.raw(), TransactionState.SIGNED, headBlock);
        store.putOutbox(account.address(), entry);
        return Optional.of(entry);
    }

    /** Hands a kept transaction to the node. */
    void transmit(OutboxEntry entry) {
        try {
            account.send(new LedgerAccount.Signed(entry.hash(), entry.nonce(), entry.raw()));
        } catch (RpcErrorException e) {
            // known already, or mined already: the next look at the receipts tells
            LOG.debug("{} was not taken: {}", entry.key(), e.getMessage());
        } catch (LedgerException e) {
            LOG.warn("{} is kept for later: {}", entry.key(), e.getMessage());
            sentAt(entry, NEVER);
        }
    }

    /**
     * What became of transactions.
     *
     * @param late refused, because their timestep was over or somebody else was first: blocks were slow
     * @param failed refused for another reason, or given up
     */
    record Settled(int late, int failed) {}

    /** Looks what became of open transactions, and sends again what a node has lost. */
    Settled settle(long headBlock) {
        int late = 0;
        int failed = 0;
        for (OutboxEntry entry : store.openOutbox(account.address())) {
            var receipt = client.receipt(entry.hash());
            if (receipt.isPresent()) {
                boolean ok = receipt.get().isStatusOK();
                if (!ok) {
                    String refusal = refusal(entry, receipt.get());
                    boolean cameLate = LATE.stream().anyMatch(error -> RevertReasons.is(refusal, error));
                    late += cameLate ? 1 : 0;
                    failed += cameLate ? 0 : 1;
                    LOG.warn(
                            "{} {}: {} (transaction {})",
                            entry.key(),
                            cameLate ? "came too late" : "was refused on chain",
                            RevertReasons.explain(refusal).orElse("its node does not tell why"),
                            entry.hash());
                }
                close(entry, ok ? TransactionState.MINED : TransactionState.FAILED, headBlock);
            } else if (isReplaced(entry, headBlock)) {
                // somebody else used this key: only one sender may
                LOG.error(
                        "{} can never be mined: another transaction has nonce {} of {}. Is a second oracle running with this key?",
                        entry.key(),
                        entry.nonce(),
                        account.address());
                close(entry, TransactionState.FAILED, headBlock);
                failed++;
            } else if (headBlock >= entry.sentAtBlock() + BLOCKS_BEFORE_RESEND) {
                transmit(sentAt(entry, headBlock));
            }
        }
        if (headBlock % BLOCKS_KEPT == 0) {
            store.forgetOutboxBefore(headBlock - BLOCKS_KEPT);
        }
        return new Settled(late, failed + giveUpWhenStuck(headBlock));
    }

    /** The contracts' error; empty when the node does not tell. */
    private String refusal(OutboxEntry entry, TransactionReceipt receipt) {
        var transaction = TransactionDecoder.decode(entry.raw());
        return client.refusal(
                        account.address(),
                        transaction.getTo(),
                        transaction.getData(),
                        DefaultBlockParameter.valueOf(receipt.getBlockNumber()))
                .map(RpcErrorException::data)
                .orElse("");
    }

    /** Whether another transaction with its nonce was mined. */
    private boolean isReplaced(OutboxEntry entry, long headBlock) {
        if (account.minedNonce() <= entry.nonce()) {
            return false;
        }
        // a busy node can know an account's nonce some blocks before the receipt that goes with it
        long since = overtaken.computeIfAbsent(entry.hash(), hash -> headBlock);
        return headBlock >= since + BLOCKS_BEFORE_REPLACED;
    }

    /**
     * Transactions are mined in the order of their nonces. When the lowest one is not for long, be it that one before it was
     * lost or that no node takes it, all are given up: what is still to be said is signed anew.
     */
    private int giveUpWhenStuck(long headBlock) {
        var open = store.openOutbox(account.address());
        long lowest = open.isEmpty() ? NONE : open.getFirst().nonce();
        if (lowest == NONE || lowest != waitingFor) {
            waitingFor = lowest;
            waitingSinceBlock = headBlock;
            return 0;
        }
        if (headBlock < waitingSinceBlock + BLOCKS_BEFORE_GIVING_UP) {
            return 0;
        }
        LOG.error(
                "nonce {} of {} was not mined in {} blocks; giving {} transactions up. Does anybody else send with this key?",
                lowest,
                account.address(),
                BLOCKS_BEFORE_GIVING_UP,
                open.size());
        open.forEach(entry -> close(entry, TransactionState.FAILED, headBlock));
        waitingFor = NONE;
        return open.size();
    }

    /** Sends everything again of which nothing is known: the first thing after a start. */
    void resume(long headBlock) {
        settle(headBlock);
        store.openOutbox(account.address()).forEach(this::transmit);
        // what was signed but never reached a node holds its nonce
        account.forgetNonce();
    }

    private OutboxEntry sentAt(OutboxEntry entry, long block) {
        var sent = new OutboxEntry(entry.key(), entry.nonce(), entry.hash(), entry.raw(), entry.state(), block);
        store.putOutbox(account.address(), sent);
        return sent;
    }

    private void close(OutboxEntry entry, TransactionState state, long headBlock) {
        overtaken.remove(entry.hash());
        store.putOutbox(
                account.address(),
                new OutboxEntry(entry.key(), entry.nonce(), entry.hash(), entry.raw(), state, headBlock));
        if (state == TransactionState.FAILED) {
            account.forgetNonce();
        }
    }
}
