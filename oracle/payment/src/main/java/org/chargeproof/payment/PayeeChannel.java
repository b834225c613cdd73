package org.chargeproof.payment;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.payment.Receipt.Outcome;
import org.chargeproof.payment.signature.Ecdsa;
import org.jspecify.annotations.Nullable;

/**
 * What a payee holds of a channel, and what it may still deliver. Vouchers may come late, twice, in any order or not at all: the highest
 * total is what the payee is paid, and the highest amount of each lane says whose session goes on. The amounts of all lanes together are
 * never above the highest total, so that no lane is served for money that does not count. Not thread-safe but for {@link #isSigned}; an
 * accepted voucher must be on disk before it is acknowledged ({@link Payee} does that).
 */
public final class PayeeChannel implements Relay.Taking {
    /** More sessions at a time in a channel are refused. */
    public static final int MOST_LANES = 65_536;

    private final VoucherDomain domain;
    private final PaymentLimits limits;
    private final Bytes32 id;
    private final Map<Bytes32, Lane> lanes = new HashMap<>();
    private Channel channel;
    private boolean closing;
    /** Of lanes that are forgotten. */
    private long forgottenMicroEuro;

    /** A closing that the payee has signed, while it counts. */
    private @Nullable JointClosing agreed;

    private long lanesMicroEuro;
    private long unpaidMicroEuro;
    private long acceptedMicroEuro;
    private @Nullable SignedVoucher newest;
    private volatile byte @Nullable [] publicKey;

    private static final class Lane {
        private long deliveredWh;
        private long deliveredMicroEuro;
        private @Nullable SignedVoucher newest;

        private long paidMicroEuro() {
            return newest == null ? 0 : newest.voucher().laneMicroEuro();
        }

        private long unpaidMicroEuro() {
            return Math.max(0, deliveredMicroEuro - paidMicroEuro());
        }
    }

    /** A channel of which nothing is held yet. */
    public PayeeChannel(VoucherDomain domain, Channel channel, PaymentLimits limits) {
        this.domain = domain;
        this.limits = limits;
        this.channel = channel;
        this.id = channel.id();
    }

    /** The channel as it was read last. */
    public Channel channel() {
        return channel;
    }

    /** The highest total that is held. */
    public long acceptedMicroEuro() {
        return acceptedMicroEuro;
    }

    /** What to redeem: the voucher with the highest total; null before the first. */
    public @Nullable SignedVoucher newest() {
        return newest;
    }

    /** The newest voucher of each lane: what shows what was paid for which session. */
    public List<SignedVoucher> newestOfLanes() {
        return lanes.values().stream()
                .<SignedVoucher>mapMulti((lane, to) -> {
                    if (lane.newest != null) {
                        to.accept(lane.newest);
                    }
                })
                .toList();
    }

    /** What was paid for lanes that are forgotten. */
    long forgottenMicroEuro() {
        return forgottenMicroEuro;
    }

    /** Whether closing was announced, after which nothing is delivered. */
    public boolean isClosing() {
        return closing;
    }

    /** Closing was announced: nothing is delivered any more; vouchers are taken as before. */
    public void announceClosing() {
        closing = true;
    }

    /**
     * Checks that a closing may be signed, and takes no voucher any more while it counts.
     *
     * @param headSeconds time of the newest block
     * @param leastMicroEuro what the contract has accepted, which may be more than is held here after a loss
     * @return whether it is another one than the one that was agreed before
     * @throws BadInputException when it would pay less than is held or accepted, more than the deposit, or counts for too long; and while
     *     another one counts
     */
    boolean agree(JointClosing joint, long headSeconds, long leastMicroEuro) {
        if (joint.equals(agreed)) {
            return false;
        }
        if (agreed != null) {
            throw new BadInputException("another closing counts until " + agreed.untilSeconds() + ", for "
                    + agreed.totalMicroEuro() + " millionths of a euro. Send that one, or wait until then.");
        }
        long least = Math.max(acceptedMicroEuro, leastMicroEuro);
        if (joint.totalMicroEuro() < least || joint.totalMicroEuro() > channel.mostMicroEuro()) {
            throw new BadInputException("the closing pays " + joint.totalMicroEuro()
                    + " millionths of a euro in all; it must be from " + least + ", for which there is a voucher, to "
                    + channel.mostMicroEuro() + ", which was deposited.");
        }
        if (joint.untilSeconds() <= headSeconds || joint.untilSeconds() > headSeconds + JointClosing.MOST_SECONDS) {
            throw new BadInputException("the closing counts until " + joint.untilSeconds() + "; it must be from "
                    + (headSeconds + 1) + " to " + (headSeconds + JointClosing.MOST_SECONDS)
                    + ", seconds of block time.");
        }
        agreed = joint;
        return true;
    }

    /** Takes back from disk that a closing was signed. */
    void restoreAgreed(JointClosing joint) {
        agreed = joint;
    }

    /** A closing that the payee has signed, and that still counts as far as it knows. */
    @Nullable
    JointClosing agreed() {
        return agreed;
    }

    /** A block was made: no closing that counts until before it counts any more. @return whether none does */
    boolean endAgreed(long headSeconds) {
        if (agreed != null && headSeconds > agreed.untilSeconds()) {
            agreed = null;
        }
        return agreed == null;
    }

    /**
     * Takes what the channel has become, such as after a top-up.
     *
     * @throws BadInputException when it is another one
     */
    void update(Channel now) {
        if (!now.id().equals(id) || !now.signer().equals(channel.signer())) {
            throw new BadInputException(
                    "channel " + now.id() + " is not " + id + ": it has another payer, payee, epoch or signer.");
        }
        channel = now;
    }

    /**
     * Says what the payee's meter shows of a session since it began.
     *
     * @param wh delivered; never falls
     * @param microEuro what that costs; never falls
     * @throws BadInputException when it falls, or there are too many sessions
     */
    @Override
    public void deliver(Bytes32 lane, long wh, long microEuro) {
        var known = lanes.get(lane);
        if (known == null) {
            if (lanes.size() == MOST_LANES) {
                throw new BadInputException(tooManyLanes());
            }
            known = new Lane();
            lanes.put(lane, known);
        }
        if (wh < known.deliveredWh || microEuro < known.deliveredMicroEuro) {
            throw new BadInputException("the payee's meter of session " + lane + " shows " + wh + " Wh and " + microEuro
                    + " millionths of a euro, and showed " + known.deliveredWh + " and " + known.deliveredMicroEuro
                    + " before; it never falls. Maybe it is another session's.");
        }
        unpaidMicroEuro -= known.unpaidMicroEuro();
        known.deliveredWh = wh;
        known.deliveredMicroEuro = microEuro;
        unpaidMicroEuro += known.unpaidMicroEuro();
    }

    /**
     * What may still be delivered to a session before its next voucher, so that it is never more than a unit ahead, and nothing is
     * delivered that the deposit does not cover. 0: stop delivering.
     */
    public long allowanceMicroEuro(Bytes32 lane) {
        if (closing || agreed != null) {
            return 0;
        }
        var known = lanes.get(lane);
        long ahead = known == null ? 0 : known.deliveredMicroEuro - known.paidMicroEuro();
        long covered = channel.mostMicroEuro() - acceptedMicroEuro - unpaidMicroEuro + Math.max(0, -ahead);
        return Math.max(0, Math.min(limits.unitMicroEuro() - ahead, covered));
    }

    /** What to ask for a session. */
    @Override
    public Demand demand(Bytes32 lane) {
        var known = lanes.get(lane);
        return known == null ? new Demand(lane, 0, 0) : new Demand(lane, known.deliveredWh, known.deliveredMicroEuro);
    }

    /** What was paid for a session. */
    @Override
    public long paidMicroEuro(Bytes32 lane) {
        var known = lanes.get(lane);
        return known == null ? 0 : known.paidMicroEuro();
    }

    /** Checks a voucher and takes it. */
    @Override
    public Receipt receive(SignedVoucher signed) {
        return isSigned(signed) ? take(signed) : refuse(signed.voucher(), notSigned());
    }

    /** Whether the channel's signer has signed a voucher of this channel. May be asked by many threads. */
    boolean isSigned(SignedVoucher signed) {
        if (!signed.voucher().channel().equals(id)) {
            return false;
        }
        byte[] key = publicKey;
        if (key == null) {
            // the contract knows an account; the key behind it is in the first signature
            key = signed.keyOf(domain, channel.signer());
            publicKey = key;
            return key != null;
        }
        return Ecdsa.fastest()
                .verify(signed.voucher().digest(domain), signed.signature().toArrayUnsafe(), key);
    }

    String notSigned() {
        return "it is not signed by " + channel.signer() + " for channel " + id
                + ". Sign with the channel's key, and with the epoch that the contract shows.";
    }

    /** Takes a voucher that {@link #isSigned}. */
    Receipt take(SignedVoucher signed) {
        var voucher = signed.voucher();
        var lane = lanes.get(voucher.lane());
        if (lane == null && lanes.size() == MOST_LANES) {
            return refuse(voucher, tooManyLanes());
        }
        long before = lane == null ? 0 : lane.paidMicroEuro();
        if (voucher.laneMicroEuro() <= before && voucher.totalMicroEuro() <= acceptedMicroEuro) {
            return receipt(voucher, Outcome.UNCHANGED, "");
        }
        if (agreed != null) {
            return refuse(
                    voucher,
                    "both have signed that the channel closes, which counts until second " + agreed.untilSeconds()
                            + ". Close it, or wait until then.");
        }
        if (voucher.totalMicroEuro() > channel.mostMicroEuro()) {
            return refuse(
                    voucher,
                    "its total is " + voucher.totalMicroEuro() + " millionths of a euro, the channel's deposit was "
                            + channel.mostMicroEuro() + ". Top it up first.");
        }
        if (voucher.laneMicroEuro() < before) {
            return refuse(
                    voucher,
                    "its total is above all others', but its lane has " + voucher.laneMicroEuro()
                            + " millionths of a euro and had " + before + " before. Amounts never fall.");
        }
        long total = Math.max(acceptedMicroEuro, voucher.totalMicroEuro());
        long sum = lanesMicroEuro + voucher.laneMicroEuro() - before;
        if (sum > total) {
            return refuse(
                    voucher,
                    "its total is too low: with it all lanes have " + sum
                            + " millionths of a euro, and the highest total is " + total
                            + ". A total counts all lanes.");
        }
        keep(signed);
        return receipt(voucher, Outcome.ACCEPTED, "");
    }

    private void keep(SignedVoucher signed) {
        var lane = lanes.computeIfAbsent(signed.voucher().lane(), l -> new Lane());
        unpaidMicroEuro -= lane.unpaidMicroEuro();
        lanesMicroEuro += signed.voucher().laneMicroEuro() - lane.paidMicroEuro();
        lane.newest = signed;
        unpaidMicroEuro += lane.unpaidMicroEuro();
        keepNewest(signed);
    }

    private void keepNewest(SignedVoucher signed) {
        if (newest == null || signed.voucher().totalMicroEuro() > acceptedMicroEuro) {
            acceptedMicroEuro = signed.voucher().totalMicroEuro();
            newest = signed;
        }
    }

    /** Takes back from disk what was accepted, in the order in which it was. */
    void restore(SignedVoucher signed) {
        keep(signed);
    }

    /** The same for the newest voucher of all, whose lane may be forgotten. */
    void restoreNewest(SignedVoucher signed) {
        keepNewest(signed);
    }

    /** Forgets a session, which must never come again: its bill is final. What was paid for it counts on. */
    void forget(Bytes32 lane) {
        var known = lanes.remove(lane);
        if (known != null) {
            unpaidMicroEuro -= known.unpaidMicroEuro();
            forgottenMicroEuro += known.paidMicroEuro();
        }
    }

    /** Takes back from disk what lanes that are forgotten were paid. */
    void restoreForgotten(long microEuro) {
        forgottenMicroEuro += microEuro;
        lanesMicroEuro += microEuro;
    }

    Receipt refuse(Voucher voucher, String reason) {
        return receipt(voucher, Outcome.REFUSED, reason);
    }

    private Receipt receipt(Voucher voucher, Outcome outcome, String reason) {
        var demand = demand(voucher.lane());
        return new Receipt(
                voucher.channel(),
                voucher.lane(),
                outcome,
                reason,
                acceptedMicroEuro,
                paidMicroEuro(voucher.lane()),
                demand.wh(),
                demand.microEuro(),
                allowanceMicroEuro(voucher.lane()));
    }

    private String tooManyLanes() {
        return "channel " + id + " has " + MOST_LANES
                + " sessions, which is the most. Those whose bills are final have to be forgotten.";
    }
}
