package org.chargeproof.protocol.channel;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.jspecify.annotations.Nullable;

/**
 * All payment channels, as a fold over the logs of Channels. Of drivers' ones it remembers so many, and forgets those that were closed
 * first, then those with the least deposit; of providers' ones all, of which there are as many at most as pairs of ids. Not thread-safe.
 */
public final class Channels {
    /** Channels of drivers that are remembered; 20 MB. */
    public static final int MOST_DRIVERS = 65_536;
    /** Of those, forgotten at once when there are too many: who opens channels makes readers sort them only now and then. */
    private static final int FORGOTTEN_AT_ONCE = MOST_DRIVERS / 16;

    private final int mostDrivers;
    private final int forgottenAtOnce;
    /** In the order of their last opening. */
    private final LinkedHashMap<Pair, Channel> drivers = new LinkedHashMap<>();

    private final LinkedHashMap<Pair, Channel> providers = new LinkedHashMap<>();
    private boolean forgets;

    private record Pair(Bytes payer, int payee) {}

    public Channels() {
        this(MOST_DRIVERS, FORGOTTEN_AT_ONCE);
    }

    Channels(int mostDrivers, int forgottenAtOnce) {
        this.mostDrivers = mostDrivers;
        this.forgottenAtOnce = forgottenAtOnce;
    }

    /** Applies one event; events come in the order of the ledger, and those of other contracts change nothing. */
    public void apply(LedgerEvent event, long block) {
        switch (event) {
            case LedgerEvent.ChannelOpened e -> open(e);
            case LedgerEvent.Deposited e ->
                change(
                        e.payer(),
                        e.payee(),
                        c -> with(c, e.depositMicroEuro(), c.acceptedMicroEuro(), c.paidMicroEuro()));
            case LedgerEvent.VoucherAccepted e ->
                change(
                        e.payer(),
                        e.payee(),
                        c -> with(c, c.depositMicroEuro(), e.acceptedMicroEuro(), c.paidMicroEuro()));
            case LedgerEvent.Paid e ->
                change(
                        e.payer(),
                        e.payee(),
                        c -> with(c, c.depositMicroEuro() - e.microEuro(), c.acceptedMicroEuro(), e.paidMicroEuro()));
            case LedgerEvent.ClosingAnnounced e -> change(e.payer(), e.payee(), c -> closing(c, e));
            case LedgerEvent.ChannelClosed e -> change(e.payer(), e.payee(), c -> closed(c, e, block));
            default -> {
                // of no channel
            }
        }
    }

    /** The newest channel of two, also after it was closed; null when they never had one, or it is forgotten. */
    public @Nullable Channel of(Bytes payer, int payee) {
        var pair = new Pair(payer, payee);
        var ofProvider = providers.get(pair);
        var ofDriver = drivers.get(pair);
        if (ofProvider == null || ofDriver == null) {
            return ofProvider == null ? ofDriver : ofProvider;
        }
        // an account may have been a driver's before
        return ofProvider.epoch() > ofDriver.epoch() ? ofProvider : ofDriver;
    }

    /** Whether some were forgotten: then a pair that is not known may have had one. */
    public boolean forgets() {
        return forgets;
    }

    /** How many are remembered. */
    int size() {
        return drivers.size() + providers.size();
    }

    private void open(LedgerEvent.ChannelOpened e) {
        var channel = new Channel(e.payer(), e.payee(), e.signer(), e.provider(), e.epoch(), 0, 0, 0, null, null);
        var pair = new Pair(e.payer(), e.payee());
        if (e.provider() != 0) {
            providers.put(pair, channel);
            return;
        }
        drivers.remove(pair);
        drivers.put(pair, channel);
        if (drivers.size() > mostDrivers) {
            forget(pair);
        }
    }

    private void forget(Pair newest) {
        forgets = true;
        drivers.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(newest))
                .sorted(Comparator.<Map.Entry<Pair, Channel>>comparingInt(
                                entry -> entry.getValue().closed() == null ? 1 : 0)
                        .thenComparingLong(entry -> entry.getValue().depositMicroEuro()))
                .limit(forgottenAtOnce)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(drivers::remove);
    }

    /** What is said of a channel that is forgotten changes nothing. */
    private void change(Bytes payer, int payee, UnaryOperator<Channel> change) {
        var channel = of(payer, payee);
        if (channel != null && channel.closed() == null) {
            (channel.provider() == 0 ? drivers : providers).put(new Pair(payer, payee), change.apply(channel));
        }
    }

    private static Channel with(Channel c, long depositMicroEuro, long acceptedMicroEuro, long paidMicroEuro) {
        return new Channel(
                c.payer(),
                c.payee(),
                c.signer(),
                c.provider(),
                c.epoch(),
                depositMicroEuro,
                acceptedMicroEuro,
                paidMicroEuro,
                c.closing(),
                c.closed());
    }

    private static Channel closing(Channel c, LedgerEvent.ClosingAnnounced e) {
        return new Channel(
                c.payer(),
                c.payee(),
                c.signer(),
                c.provider(),
                c.epoch(),
                c.depositMicroEuro(),
                c.acceptedMicroEuro(),
                c.paidMicroEuro(),
                new Channel.Closing(e.timestep(), e.closesBy(), c.acceptedMicroEuro()),
                c.closed());
    }

    private static Channel closed(Channel c, LedgerEvent.ChannelClosed e, long block) {
        return new Channel(
                c.payer(),
                c.payee(),
                c.signer(),
                c.provider(),
                c.epoch(),
                0,
                c.acceptedMicroEuro(),
                e.paidMicroEuro(),
                c.closing(),
                new Channel.Closed(block, e.returnedMicroEuro()));
    }
}
