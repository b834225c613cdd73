package org.chargeproof.payment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.payment.VoucherLog.Entry;
import org.chargeproof.payment.signature.VoucherKey;
import org.jspecify.annotations.Nullable;

/**
 * A payer of one or more channels whose vouchers survive any end of the process: what it returns is on disk, and it never signs another
 * voucher for the same amount of a lane. Meters do not survive: they are told again. Safe for use by many threads.
 */
public final class Payer implements AutoCloseable {
    private final VoucherDomain domain;
    private final PaymentLimits limits;
    private final Map<Bytes32, PayerChannel> channels = new LinkedHashMap<>();
    private final VoucherLog log;

    private Payer(Path folder, VoucherDomain domain, PaymentLimits limits, long compactionBytes) {
        this.domain = domain;
        this.limits = limits;
        this.log = VoucherLog.open(folder, domain, "payer", this::restore, compactionBytes);
    }

    /**
     * Opens what a payer has signed, or begins.
     *
     * @param folder of its own; one process at a time
     * @throws BadInputException when the folder is in use, another one's, or damaged
     * @throws java.io.UncheckedIOException when it cannot be read or written
     */
    public static Payer open(Path folder, VoucherDomain domain, PaymentLimits limits) {
        return open(folder, domain, limits, VoucherLog.COMPACTION_BYTES);
    }

    /** The same with a journal that is written anew when it has grown by so much. */
    static Payer open(Path folder, VoucherDomain domain, PaymentLimits limits, long compactionBytes) {
        return new Payer(folder, domain, limits, compactionBytes);
    }

    /**
     * Names a channel, or what it has become, such as after a top-up.
     *
     * @param key of the channel's signer
     * @throws BadInputException when the key is another account's
     */
    public synchronized void use(Channel channel, VoucherKey key) {
        var known = channels.get(channel.id());
        if (known == null) {
            channels.put(channel.id(), new PayerChannel(domain, channel, limits, key));
            log.append(new Entry.ChannelRead(channel));
        } else {
            var before = known.channel();
            known.update(channel, key);
            if (!before.equals(channel)) {
                log.append(new Entry.ChannelRead(channel));
            }
        }
        log.commit();
    }

    /** The channels that it has, by their ids. */
    public synchronized List<Channel> channels() {
        return channels.values().stream().map(PayerChannel::channel).toList();
    }

    /**
     * Says what the payer's own meter shows of a session since it began; it never falls.
     *
     * @throws BadInputException when it does, or the channel is unknown
     */
    public synchronized void meter(Bytes32 channel, Bytes32 lane, long wh, long microEuro) {
        channel(channel).meter(lane, wh, microEuro);
    }

    /** Pays what a payee asks for, as far as its own meter shows it. What it has signed is on disk when it returns. */
    public Payment pay(Bytes32 channel, Demand demand) {
        return pay(channel, List.of(demand)).getFirst();
    }

    /**
     * The same for many sessions at once, with one write.
     *
     * @return an answer to each demand, in their order
     * @throws BadInputException when the channel is unknown, or has too many sessions
     * @throws java.io.UncheckedIOException when it cannot be written: then nothing may be sent, and nothing is signed any more
     */
    public List<Payment> pay(Bytes32 channel, List<Demand> demands) {
        var answers = new ArrayList<Payment>();
        synchronized (this) {
            var from = channel(channel);
            for (Demand demand : demands) {
                Payment answer = from.pay(demand);
                if (answer instanceof Payment.Signed signed) {
                    log.append(new Entry.VoucherKept(signed.voucher()));
                }
                answers.add(answer);
            }
        }
        log.commit();
        compactIfGrown();
        return answers;
    }

    /** The newest voucher of each session of a channel: to send again when it is not known what arrived. */
    public List<SignedVoucher> newestOfLanes(Bytes32 channel) {
        List<SignedVoucher> vouchers;
        synchronized (this) {
            vouchers = channel(channel).newestOfLanes();
        }
        // another thread's may be in memory only yet
        log.commit();
        return vouchers;
    }

    /** The voucher with the highest total of a channel; null before the first. */
    public synchronized @Nullable SignedVoucher newest(Bytes32 channel) {
        return channel(channel).newest();
    }

    /** What was signed in a channel, in all. */
    public synchronized long signedMicroEuro(Bytes32 channel) {
        return channel(channel).signedMicroEuro();
    }

    /** What was signed for a session. */
    public synchronized long paidMicroEuro(Bytes32 channel, Bytes32 lane) {
        return channel(channel).paidMicroEuro(lane);
    }

    /** Why nothing is paid for a session any more, so that it is to be ended; empty while it is. */
    public synchronized String stopped(Bytes32 channel, Bytes32 lane) {
        return channel(channel).stopped(lane);
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

    PaymentLimits limits() {
        return limits;
    }

    Relay.Paying channelForRelay(Bytes32 channel) {
        return new Relay.Paying() {
            @Override
            public void meter(Bytes32 lane, long wh, long microEuro) {
                Payer.this.meter(channel, lane, wh, microEuro);
            }

            @Override
            public Payment pay(Demand demand) {
                return Payer.this.pay(channel, demand);
            }
        };
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
            var newest = channel.newest();
            if (newest != null) {
                entries.add(new Entry.NewestKept(newest));
            }
            channel.newestOfLanes().forEach(voucher -> entries.add(new Entry.VoucherKept(voucher)));
        }
        return entries;
    }

    private void restore(Entry entry) {
        switch (entry) {
            case Entry.ChannelRead read -> {
                var channel = read.channel();
                var known = channels.get(channel.id());
                if (known == null) {
                    channels.put(channel.id(), new PayerChannel(domain, channel, limits, null));
                } else {
                    known.update(channel, null);
                }
            }
            case Entry.VoucherKept kept ->
                channel(kept.voucher().voucher().channel()).restore(kept.voucher());
            case Entry.NewestKept kept ->
                channel(kept.voucher().voucher().channel()).restoreNewest(kept.voucher());
            case Entry.LaneForgotten forgotten -> channel(forgotten.channel()).forget(forgotten.lane());
            case Entry.ForgottenKept kept -> channel(kept.channel());
            case Entry.ChannelRemoved removed -> channels.remove(removed.channel());
            // payees' alone
            case Entry.ClosingAgreed kept -> channel(kept.closing().channel());
        }
    }

    private PayerChannel channel(Bytes32 id) {
        var channel = channels.get(id);
        if (channel == null) {
            throw new BadInputException("channel " + id + " is unknown; " + channels.size()
                    + " are known. Read it from the contract, and name it first.");
        }
        return channel;
    }
}
