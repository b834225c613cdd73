package org.chargeproof.payment.chain;

import java.util.HashMap;
import java.util.Map;
import org.chargeproof.ledger.Network;
import org.chargeproof.payment.Channel;
import org.chargeproof.payment.Payee;

/**
 * Keeps a payee's channels as the contract has them: those that open, deposits that grow, closings that are announced, and those that are
 * closed. Not thread-safe: one thread follows.
 */
public final class PayeeFollower {
    private final Network network;
    private final ChannelReader reader;
    private final Payee payee;
    private final int id;
    private final Map<String, Channel> open = new HashMap<>();
    private long nextBlock;

    /**
     * Begins with the network's first block.
     *
     * @param id the payee's, as member or provider
     */
    public PayeeFollower(Network network, Payee payee, int id) {
        this.network = network;
        this.reader = new ChannelReader(network);
        this.payee = payee;
        this.id = id;
        this.nextBlock = network.deployedAtBlock();
        payee.channels().forEach(channel -> open.put(channel.payer(), channel));
    }

    /**
     * Reads the blocks that have come.
     *
     * @return whether closing of a channel was announced among them: redeem what is held
     */
    public boolean follow() {
        var newest = network.client().head();
        long head = newest.number();
        if (head < nextBlock) {
            return false;
        }
        boolean closing = false;
        for (String payer : reader.payersTouched(id, nextBlock, head)) {
            var now = reader.read(payer, id);
            var before = open.get(payer);
            if (before != null && (now == null || !now.channel().id().equals(before.id()))) {
                // its vouchers are worth nothing any more
                payee.remove(before.id());
                open.remove(payer);
            }
            if (now != null) {
                open.put(payer, now.channel());
                payee.use(now.channel());
                if (now.isClosing() && !payee.isClosing(now.channel().id())) {
                    payee.announceClosing(now.channel().id());
                    closing = true;
                }
            }
        }
        // after what it closed is known
        payee.seen(newest.timestampSeconds());
        nextBlock = head + 1;
        return closing;
    }
}
