package org.chargeproof.oracle.paying;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.payment.Demand;
import org.chargeproof.payment.Payer;
import org.chargeproof.payment.Payment;
import org.chargeproof.payment.Receipt;
import org.chargeproof.payment.SignedVoucher;
import org.chargeproof.payment.chain.ChannelOnChain;
import org.chargeproof.payment.http.PayeeClient;
import org.chargeproof.payment.signature.VoucherKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pays one operator by vouchers for the sessions of the provider's drivers while they charge. A session's lane is its number. Used by one
 * thread.
 */
final class OperatorPayments implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorPayments.class);
    private static final long CHANNEL_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long SETTLED_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int AT_ONCE = 64;
    private static final int NUMBER_FROM = Bytes32.SIZE - Integer.BYTES;

    private final int operator;
    private final String payerAccount;
    private final Payer payer;
    private final VoucherKey key;
    private final Supplier<@Nullable ChannelOnChain> onChain;
    private final DriverSessions sessions;
    private final IntConsumer ending;
    private final PayeeClient client;
    /** What the operator's meter showed last, of sessions that are not settled. */
    private final Map<Integer, Demand> demands = new TreeMap<>();
    /** What the provider's meter showed last: it never falls. */
    private final Map<Integer, Long> believedWh = new HashMap<>();
    /** Signed, and not known to have arrived. */
    private final Map<Bytes32, SignedVoucher> unsent = new LinkedHashMap<>();

    private Bytes32 channel = Bytes32.ZERO;
    private long channelReadNanos;
    private long settledNanos = System.nanoTime();

    /**
     * Begins with what the payer's folder holds.
     *
     * @param payerAccount owner of the provider, whose deposit it is
     * @param onChain reads the channel from that account to the operator; null for none
     * @param ending told of a session that is paid no more
     */
    OperatorPayments(
            int operator,
            String url,
            String payerAccount,
            Payer payer,
            VoucherKey key,
            Supplier<@Nullable ChannelOnChain> onChain,
            DriverSessions sessions,
            IntConsumer ending) {
        this.operator = operator;
        this.payerAccount = payerAccount;
        this.payer = payer;
        this.key = key;
        this.onChain = onChain;
        this.sessions = sessions;
        this.ending = ending;
        this.client = new PayeeClient(url);
    }

    /**
     * Pays what is due now.
     *
     * @return vouchers that the operator took
     * @throws LedgerException when the node or the operator does not answer, or there is no channel
     */
    int pay() {
        readChannel();
        var running = sessions.running(demands.keySet());
        for (var session : running) {
            var demand = demands.computeIfAbsent(session.session(), number -> new Demand(lane(number), 0, 0));
            long shownWh = session.believedWh(demand.wh());
            long wh = believedWh.merge(session.session(), shownWh, Math::max);
            payer.meter(channel, demand.lane(), wh, session.terms().owedMicroEuro(wh));
            sign(session.session(), demand);
        }
        int taken = send();
        for (var session : running) {
            var demand = client.demand(channel, lane(session.session()));
            demands.merge(session.session(), demand, (before, now) -> now.wh() >= before.wh() ? now : before);
        }
        forgetSettled();
        return taken;
    }

    private void readChannel() {
        if (!channel.isZero() && System.nanoTime() - channelReadNanos < CHANNEL_NANOS) {
            return;
        }
        var read = onChain.get();
        if (read == null) {
            throw new LedgerException("there is no channel from " + payerAccount + " to operator " + operator
                    + ": open one with 'chargeproof pay open --payee " + operator + " --voucher-signer " + key.address()
                    + "'");
        }
        payer.use(read.channel(), key);
        var id = read.channel().id();
        if (!id.equals(channel)) {
            unsent.clear();
            for (var voucher : payer.newestOfLanes(id)) {
                var lane = voucher.voucher().lane();
                unsent.put(lane, voucher);
                demands.putIfAbsent(lane.getInt(NUMBER_FROM), new Demand(lane, 0, 0));
            }
        }
        channel = id;
        channelReadNanos = System.nanoTime();
    }

    private void sign(int session, Demand demand) {
        String before = payer.stopped(channel, demand.lane());
        switch (payer.pay(channel, demand)) {
            case Payment.Signed signed -> unsent.put(demand.lane(), signed.voucher());
            case Payment.Refused refused -> {
                if (refused.stops() && before.isEmpty()) {
                    LOG.warn("session {} at operator {} is paid no more: {}", session, operator, refused.reason());
                    ending.accept(session);
                } else if (!refused.stops()) {
                    throw new LedgerException("operator " + operator + " is not paid: " + refused.reason());
                }
            }
            case Payment.NothingDue nothing -> {
                // goes on
            }
        }
    }

    private int send() {
        int taken = 0;
        var all = List.copyOf(unsent.values());
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            for (var receipt : client.send(all.subList(from, Math.min(all.size(), from + AT_ONCE)))) {
                unsent.remove(receipt.lane());
                if (receipt.outcome() == Receipt.Outcome.REFUSED) {
                    LOG.warn("operator {} refused a voucher: {}", operator, receipt.reason());
                } else {
                    taken++;
                }
            }
        }
        return taken;
    }

    private void forgetSettled() {
        if (System.nanoTime() - settledNanos < SETTLED_NANOS) {
            return;
        }
        settledNanos = System.nanoTime();
        for (int session : new ArrayList<>(demands.keySet())) {
            if (sessions.isSettled(session)) {
                payer.forget(channel, lane(session));
                demands.remove(session);
                believedWh.remove(session);
            }
        }
    }

    private static Bytes32 lane(int session) {
        return Bytes32.leftPad(Bytes.ofUnsignedInt(session));
    }

    @Override
    public void close() {
        client.close();
    }
}
