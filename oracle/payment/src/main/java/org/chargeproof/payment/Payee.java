package org.chargeproof.payment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.payment.Receipt.Outcome;
import org.chargeproof.payment.VoucherLog.Entry;
import org.jspecify.annotations.Nullable;

/**
 * A payee of many channels whose vouchers survive any end of the process: what it acknowledges is on disk. Meters do not survive: they are
 * told again. Safe for use by many threads, which share writes.
 */
public final class Payee implements AutoCloseable {
    private final VoucherDomain domain;
    private final PaymentLimits limits;
    private final Map<Bytes32, PayeeChannel> channels = new LinkedHashMap<>();
    /** Channels whose closing the payee has signed, while it may count. */
    private final Set<Bytes32> agreed = new HashSet<>();

    private final VoucherLog log;

    private Payee(Path folder, VoucherDomain domain, PaymentLimits limits, long compactionBytes) {
        this.domain = domain;
        this.limits = limits;
        this.log = VoucherLog.open(folder, domain, "payee", this::restore, compactionBytes);
    }

    /**
     * Opens what a payee holds, or begins.
     *
     * @param folder of its own; one process at a time
     * @throws BadInputException when the folder is in use, another one's, or damaged
     * @throws java.io.UncheckedIOException when it cannot be read or written
     */
    public static Payee open(Path folder, VoucherDomain domain, PaymentLimits limits) {
        return open(folder, domain, limits, VoucherLog.COMPACTION_BYTES);
    }

    /** The same with a journal that is written anew when it has grown by so much. */
    static Payee open(Path folder, VoucherDomain domain, PaymentLimits limits, long compactionBytes) {
        return new Payee(folder, domain, limits, compactionBytes);
    }

    /** Where its vouchers are good. */
    public VoucherDomain domain() {
        return domain;
    }

    /** Names a channel to it as the contract shows it, or what it has become, such as after a top-up. */
    public synchronized void use(Channel channel) {
        var known = channels.get(channel.id());
        if (known == null) {
            channels.put(channel.id(), new PayeeChannel(domain, channel, limits));
            log.append(new Entry.ChannelRead(channel));
        } else if (!known.channel().equals(channel)) {
            known.update(channel);
            log.append(new Entry.ChannelRead(channel));
        }
        log.commit();
    }

    /** The channels that it has. */
    public synchronized List<Channel> channels() {
        return channels.values().stream().map(PayeeChannel::channel).toList();
    }

    /** Whether a channel is known. */
    public synchronized boolean knows(Bytes32 channel) {
        return channels.containsKey(channel);
    }

    /** Takes a voucher. It is on disk when it returns. */
    public Receipt receive(SignedVoucher voucher) {
        return receive(List.of(voucher)).getFirst();
    }

    /**
     * Takes vouchers, in any order, with one write.
     *
     * @return an answer to each, in their order; those accepted or held before are on disk
     * @throws java.io.UncheckedIOException when it cannot be written: then none may be acknowledged, and nothing is taken any more
     */
    public List<Receipt> receive(List<SignedVoucher> vouchers) {
        var signed = new ArrayList<Boolean>();
        for (var voucher : vouchers) {
            // what takes long, beside the others
            var channel = find(voucher.voucher().channel());
            signed.add(channel != null && channel.isSigned(voucher));
        }
        var receipts = new ArrayList<Receipt>();
        synchronized (this) {
            for (int i = 0; i < vouchers.size(); i++) {
                var voucher = vouchers.get(i);
                var channel = channels.get(voucher.voucher().channel());
                Receipt receipt = channel == null
                        ? unknown(voucher.voucher())
                        : signed.get(i)
                                ? channel.take(voucher)
                                : channel.refuse(voucher.voucher(), channel.notSigned());
                if (receipt.outcome() == Outcome.ACCEPTED) {
                    log.append(new Entry.VoucherKept(voucher));
                }
                receipts.add(receipt);
            }
        }
        // also for what was held before: another thread's may be in memory only yet
        log.commit();
        compactIfGrown();
        return receipts;
    }

    /**
     * Says what the payee's meter shows of a session since it began; it never falls.
     *
     * @return what may still be delivered before the next voucher, in millionths of a euro; 0: stop
     * @throws BadInputException when it falls, or the channel is unknown
     */
    public synchronized long deliver(Bytes32 channel, Bytes32 lane, long wh, long microEuro) {
        var known = channel(channel);
        known.deliver(lane, wh, microEuro);
        return known.allowanceMicroEuro(lane);
    }

    /** What may still be delivered to a session before its next voucher; 0: stop, also when the channel is unknown. */
    public synchronized long allowanceMicroEuro(Bytes32 channel, Bytes32 lane) {
        var known = channels.get(channel);
        return known == null ? 0 : known.allowanceMicroEuro(lane);
    }

    /** What to ask for a session. */
    public synchronized Demand demand(Bytes32 channel, Bytes32 lane) {
        return channel(channel).demand(lane);
    }

    /** What was paid for a session. */
    public synchronized long paidMicroEuro(Bytes32 channel, Bytes32 lane) {
        return channel(channel).paidMicroEuro(lane);
    }

    /** The highest total that is held of a channel. */
    public synchronized long acceptedMicroEuro(Bytes32 channel) {
        return channel(channel).acceptedMicroEuro();
    }

    /** What to redeem of a channel: the voucher with the highest total; null before the first. */
    public synchronized @Nullable SignedVoucher newest(Bytes32 channel) {
        return channel(channel).newest();
    }

    /** The newest voucher of each session of a channel: what shows what was paid for which. */
    public synchronized List<SignedVoucher> newestOfLanes(Bytes32 channel) {
        return channel(channel).newestOfLanes();
    }

    /** Closing of a channel was announced: nothing is delivered any more. */
    public synchronized void announceClosing(Bytes32 channel) {
        channel(channel).announceClosing();
    }

    /** Whether closing of a channel was announced. */
    public synchronized boolean isClosing(Bytes32 channel) {
        return channel(channel).isClosing();
    }

    /**
     * Makes sure that a channel's signer has signed a closing, so that nobody else can stop its vouchers. Waits for nobody.
     *
     * @param payerProof 65 bytes
     * @throws BadInputException when the channel is unknown, or the signature another one's
     */
    public void requireSigned(JointClosing closing, Bytes payerProof) {
        var known = find(closing.channel());
        String signer = known == null ? "" : known.channel().signer();
        if (!closing.typedData(domain).isSignedBy(signer, payerProof)) {
            throw new BadInputException("the closing of channel " + closing.channel()
                    + " is not signed by the key that signs the channel's vouchers. Sign it with that.");
        }
    }

    /**
     * Agrees to a closing that is signed by the payer: from then on no voucher is taken, until a block is {@link #seen} after which it does not
     * count any more. It is on disk when it returns, and may be signed then.
     *
     * @param headSeconds time of the newest block, unix seconds
     * @param leastMicroEuro what the contract has accepted of the channel, which may be more than is held here after a loss
     * @throws BadInputException when the channel is unknown, the closing pays less than vouchers that are held or accepted, or another one
     *     counts
     */
    public void agree(JointClosing closing, long headSeconds, long leastMicroEuro) {
        synchronized (this) {
            if (channel(closing.channel()).agree(closing, headSeconds, leastMicroEuro)) {
                agreed.add(closing.channel());
                log.append(new Entry.ClosingAgreed(closing));
            }
        }
        log.commit();
        compactIfGrown();
    }

    /** A block was made at this time, unix seconds. */
    public synchronized void seen(long headSeconds) {
        agreed.removeIf(id -> {
            var known = channels.get(id);
            return known == null || known.endAgreed(headSeconds);
        });
    }

    /** Forgets a session, which must never come again: its bill is final. */
    public synchronized void forget(Bytes32 channel, Bytes32 lane) {
        channel(channel).forget(lane);
        log.append(new Entry.LaneForgotten(channel, lane));
        log.commit();
    }

    /** Forgets a channel that is closed. */
    public synchronized void remove(Bytes32 channel) {
        if (channels.remove(channel) != null) {
            log.append(new Entry.ChannelRemoved(channel));
            log.commit();
        }
    }

    @Override
    public synchronized void close() {
        log.close();
    }

    Relay.Taking channelForRelay(Bytes32 channel) {
        return new Relay.Taking() {
            @Override
            public void deliver(Bytes32 lane, long wh, long microEuro) {
                Payee.this.deliver(channel, lane, wh, microEuro);
            }

            @Override
            public Demand demand(Bytes32 lane) {
                return Payee.this.demand(channel, lane);
            }

            @Override
            public long paidMicroEuro(Bytes32 lane) {
                return Payee.this.paidMicroEuro(channel, lane);
            }

            @Override
            public Receipt receive(SignedVoucher voucher) {
                return Payee.this.receive(voucher);
            }
        };
    }

    private synchronized @Nullable PayeeChannel find(Bytes32 id) {
        return channels.get(id);
    }

    private PayeeChannel channel(Bytes32 id) {
        var channel = channels.get(id);
        if (channel == null) {
            throw new BadInputException("channel " + id + " is unknown; " + channels.size()
                    + " are known. Read it from the contract, and name it first.");
        }
        return channel;
    }

    private static Receipt unknown(Voucher voucher) {
        return new Receipt(
                voucher.channel(),
                voucher.lane(),
                Outcome.REFUSED,
                "channel " + voucher.channel()
                        + " is unknown to this payee. Open one to it, or wait until it has seen the block.",
                0,
                0,
                0,
                0,
                0);
    }

    private void compactIfGrown() {
        // most ask in vain, and must not wait for others' writes
        if (log.hasGrown()) {
            synchronized (this) {
                if (log.hasGrown()) {
                    log.compact(entries());
                }
            }
        }
    }

    private List<Entry> entries() {
        var entries = new ArrayList<Entry>();
        for (var channel : channels.values()) {
            entries.add(new Entry.ChannelRead(channel.channel()));
            if (channel.forgottenMicroEuro() != 0) {
                entries.add(new Entry.ForgottenKept(channel.channel().id(), channel.forgottenMicroEuro()));
            }
            var newest = channel.newest();
            if (newest != null) {
                entries.add(new Entry.NewestKept(newest));
            }
            channel.newestOfLanes().forEach(voucher -> entries.add(new Entry.VoucherKept(voucher)));
            var closing = channel.agreed();
            if (closing != null) {
                entries.add(new Entry.ClosingAgreed(closing));
            }
        }
        return entries;
    }

    private void restore(Entry entry) {
        switch (entry) {
            case Entry.ChannelRead read -> {
                var channel = read.channel();
                var known = channels.get(channel.id());
                if (known == null) {
                    channels.put(channel.id(), new PayeeChannel(domain, channel, limits));
                } else {
                    known.update(channel);
                }
            }
            case Entry.VoucherKept kept ->
                channel(kept.voucher().voucher().channel()).restore(kept.voucher());
            case Entry.NewestKept kept ->
                channel(kept.voucher().voucher().channel()).restoreNewest(kept.voucher());
            case Entry.LaneForgotten forgotten -> channel(forgotten.channel()).forget(forgotten.lane());
            case Entry.ForgottenKept kept -> channel(kept.channel()).restoreForgotten(kept.microEuro());
            case Entry.ChannelRemoved removed -> channels.remove(removed.channel());
            case Entry.ClosingAgreed kept -> {
                channel(kept.closing().channel()).restoreAgreed(kept.closing());
                agreed.add(kept.closing().channel());
            }
        }
    }
}
