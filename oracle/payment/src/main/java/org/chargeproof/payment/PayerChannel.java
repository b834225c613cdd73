package org.chargeproof.payment;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.payment.signature.VoucherKey;
import org.jspecify.annotations.Nullable;

/**
 * What a payer has signed in a channel, and whether it signs more. It pays for what its own meter shows, one unit more at most, and stops a
 * session for good when the payee asks for more than that, or when the two meters differ by more than their tolerance. Not thread-safe;
 * what it signs must be on disk before it is sent ({@link Payer} does that).
 */
public final class PayerChannel implements Relay.Paying {
    /** More sessions at a time in a channel are refused. */
    public static final int MOST_LANES = 65_536;

    private final VoucherDomain domain;
    private final PaymentLimits limits;
    private final Bytes32 id;
    private final Map<Bytes32, Lane> lanes = new HashMap<>();
    private Channel channel;
    private @Nullable VoucherKey key;
    private long totalMicroEuro;
    private @Nullable SignedVoucher newest;

    private static final class Lane {
        private long meteredWh;
        private long meteredMicroEuro;
        private String stopped = "";
        private @Nullable SignedVoucher newest;

        private long paidMicroEuro() {
            return newest == null ? 0 : newest.voucher().laneMicroEuro();
        }

        private long paidWh() {
            return newest == null ? 0 : newest.voucher().laneWh();
        }
    }

    /** @param key null when it is not at hand: then nothing is signed */
    public PayerChannel(VoucherDomain domain, Channel channel, PaymentLimits limits, @Nullable VoucherKey key) {
        this.domain = domain;
        this.limits = limits;
        this.channel = channel;
        this.id = channel.id();
        update(channel, key);
    }

    /** The channel as it was read last. */
    public Channel channel() {
        return channel;
    }

    /** The total that was signed. */
    public long signedMicroEuro() {
        return totalMicroEuro;
    }

    /** The voucher with the highest total; null before the first. */
    public @Nullable SignedVoucher newest() {
        return newest;
    }

    /** The newest voucher of each lane: what to send again when it is not known what arrived. */
    public List<SignedVoucher> newestOfLanes() {
        return lanes.values().stream()
                .<SignedVoucher>mapMulti((lane, to) -> {
                    if (lane.newest != null) {
                        to.accept(lane.newest);
                    }
                })
                .toList();
    }

    /** What was paid for a session. */
    public long paidMicroEuro(Bytes32 lane) {
        var known = lanes.get(lane);
        return known == null ? 0 : known.paidMicroEuro();
    }

    /** Why nothing is paid for a session any more; empty while it is. */
    public String stopped(Bytes32 lane) {
        var known = lanes.get(lane);
        return known == null ? "" : known.stopped;
    }

    /**
     * Takes what the channel has become, such as after a top-up.
     *
     * @throws BadInputException when it is another one, or the key is not its signer's
     */
    void update(Channel now, @Nullable VoucherKey signing) {
        if (!now.id().equals(id)) {
            throw new BadInputException(
                    "channel " + now.id() + " is not " + id + ": it has another payer, payee or epoch.");
        }
        if (signing != null && !signing.address().equals(now.signer())) {
            throw new BadInputException(
                    "the key is that of " + signing.address() + ", but vouchers of channel " + id + " are signed by "
                            + now.signer() + ". Take that account's key, or open another channel with this one.");
        }
        channel = now;
        if (signing != null) {
            key = signing;
        }
    }

    /**
     * Says what the payer's own meter shows of a session since it began.
     *
     * @param wh metered; never falls
     * @param microEuro what that costs; never falls
     * @throws BadInputException when it falls, or there are too many sessions
     */
    @Override
    public void meter(Bytes32 lane, long wh, long microEuro) {
        var known = lane(lane);
        if (wh < known.meteredWh || microEuro < known.meteredMicroEuro) {
            throw new BadInputException("the payer's meter of session " + lane + " shows " + wh + " Wh and " + microEuro
                    + " millionths of a euro, and showed " + known.meteredWh + " and " + known.meteredMicroEuro
                    + " before; it never falls. Maybe it is another session's.");
        }
        known.meteredWh = wh;
        known.meteredMicroEuro = microEuro;
    }

    /** Pays what a payee asks for, as far as this payer's meter shows it and the deposit goes. */
    @Override
    public Payment pay(Demand demand) {
        var lane = lane(demand.lane());
        if (!lane.stopped.isEmpty()) {
            return new Payment.Refused(true, lane.stopped);
        }
        if (demand.wh() < 0 || Math.abs(demand.wh() - lane.meteredWh) > limits.toleranceWh()) {
            return stop(
                    lane,
                    "the payee's meter shows " + demand.wh() + " Wh and the payer's " + lane.meteredWh
                            + ", which differ by more than " + limits.toleranceWh()
                            + " Wh. End the session, and have the meters compared.");
        }
        long most = lane.meteredMicroEuro + limits.unitMicroEuro();
        if (demand.microEuro() > most) {
            return stop(
                    lane,
                    "the payee asks for " + demand.microEuro() + " millionths of a euro; the payer's meter shows "
                            + lane.meteredMicroEuro + ", and no more than a unit of " + limits.unitMicroEuro()
                            + " is paid beyond it. End the session.");
        }
        long step = demand.microEuro() - lane.paidMicroEuro();
        if (step <= 0) {
            return new Payment.NothingDue();
        }
        if (step > channel.mostMicroEuro() - totalMicroEuro) {
            return new Payment.Refused(
                    false,
                    "the channel's deposit was " + channel.mostMicroEuro() + " millionths of a euro, " + totalMicroEuro
                            + " are signed, and " + step + " more are asked for. Top it up.");
        }
        if (key == null) {
            return new Payment.Refused(
                    false, "the key of " + channel.signer() + " is not at hand. Name it, to sign vouchers.");
        }
        var voucher = new Voucher(
                id, totalMicroEuro + step, demand.lane(), demand.microEuro(), Math.max(demand.wh(), lane.paidWh()));
        var signed = SignedVoucher.sign(voucher, domain, key);
        take(lane, signed);
        return new Payment.Signed(signed);
    }

    /**
     * Takes one of its own vouchers back from where it was kept, in any order. It signs nothing below it any more.
     *
     * @throws BadInputException when there are too many sessions
     */
    void restore(SignedVoucher signed) {
        take(lane(signed.voucher().lane()), signed);
    }

    /** Forgets a session, which must never come again: its bill is final. What was paid for it stays paid. */
    void forget(Bytes32 lane) {
        lanes.remove(lane);
    }

    private void take(Lane lane, SignedVoucher signed) {
        var voucher = signed.voucher();
        if (lane.newest == null || voucher.laneMicroEuro() > lane.paidMicroEuro()) {
            lane.newest = signed;
        }
        restoreNewest(signed);
    }

    /** Takes back from disk the newest voucher of all, whose lane may be forgotten. */
    void restoreNewest(SignedVoucher signed) {
        if (newest == null || signed.voucher().totalMicroEuro() > totalMicroEuro) {
            newest = signed;
            totalMicroEuro = signed.voucher().totalMicroEuro();
        }
    }

    private Lane lane(Bytes32 lane) {
        var known = lanes.get(lane);
        if (known == null) {
            if (lanes.size() == MOST_LANES) {
                throw new BadInputException("channel " + id + " has " + MOST_LANES
                        + " sessions, which is the most. Forget those whose bills are final.");
            }
            known = new Lane();
            lanes.put(lane, known);
        }
        return known;
    }

    private static Payment stop(Lane lane, String reason) {
        lane.stopped = reason;
        return new Payment.Refused(true, reason);
    }
}
