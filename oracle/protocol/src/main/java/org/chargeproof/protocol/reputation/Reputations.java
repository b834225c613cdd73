package org.chargeproof.protocol.reputation;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.channel.Channel;
import org.chargeproof.protocol.channel.Channels;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.reputation.Reputation.Kind;
import org.chargeproof.protocol.reputation.Reputation.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What members and providers did, as a fold over logs beside {@link BillingState}: two readers that applied the same logs count the same.
 * It runs no program: of bills it takes what a quorum stands for, the sums of each provider and operator. Memory is bounded by the number of
 * ids, 255, and of settlements whose payment is awaited. Not thread-safe.
 */
public final class Reputations {
    /** What is not paid so long after its settlement is late: as long as the longest window of a channel, a week of quarter-hours. */
    public static final int PAYMENT_TIMESTEPS = 672;

    /** Reasons of one kind and account. */
    public static final int REASONS_KEPT = 8;

    /** Ids of members and providers are 1 to this. */
    public static final int MOST_ID = 255;

    private static final int DRIVERS = 0;

    private final TreeMap<Integer, Account> known = new TreeMap<>();
    private final TreeMap<Integer, Counters> accounts = new TreeMap<>();
    /** By payer and payee; the payer 0 stands for a provider's drivers. */
    private final TreeMap<Integer, Pair> pairs = new TreeMap<>();

    private final Channels channels = new Channels();
    private final int paymentTimesteps;
    private long reasons;

    /** Before the first log of a network. */
    public Reputations() {
        this(PAYMENT_TIMESTEPS);
    }

    Reputations(int paymentTimesteps) {
        this.paymentTimesteps = paymentTimesteps;
    }

    /**
     * Who has a reputation: whoever was ever admitted.
     *
     * @param hasChargePoints whether it is a member, and no provider alone
     * @param isExcluded whether it was, and not admitted since
     */
    public record Account(int id, String name, boolean hasChargePoints, boolean isExcluded) {}

    private static final class Counters {
        long sessionsVouched;
        long sessionsVouchedBilled;
        long endedAsProvider;
        long owed;
        long paid;
        long payments;
        long paymentsLate;
        long late;
        long charged;
        long paidByDrivers;
        long driverPayments;
        long driverPaymentsLate;
        long driversLate;
        long closingsAsPayer;
        long closingsBeatenAsPayer;
        long sessionsHosted;
        long sessionsHostedBilled;
        long endedAsOperator;
        long withoutRecords;
        long billed;
        long settlements;
        long promisesBroken;
        long compensation;
        long closingsAsPayee;
        long closingsBeatenAsPayee;
        final Map<Kind, ArrayDeque<Numbered>> reasons = new EnumMap<>(Kind.class);
    }

    private record Numbered(long number, Reason reason) {}

    /** What one owes another by one settlement, and all before. */
    private record Due(int settlement, long microEuro, long allMicroEuro) {}

    private static final class Pair {
        long billed;
        long paid;
        /** Not paid yet, and not late. */
        final ArrayDeque<Due> due = new ArrayDeque<>();

        long unpaid() {
            return Math.max(0, billed - paid);
        }
    }

    /**
     * Applies one event; events come in the order of the ledger.
     *
     * @param block that it stands in
     * @param billing applied everything before, and this event not yet
     */
    public void apply(LedgerEvent event, long block, BillingState billing) {
        switch (event) {
            case LedgerEvent.OperatorAdmitted e ->
                known.put(e.operator(), new Account(e.operator(), e.name(), true, false));
            case LedgerEvent.ProviderAdmitted e ->
                known.put(e.provider(), new Account(e.provider(), e.name(), false, false));
            case LedgerEvent.OperatorExcluded e -> exclude(e.operator());
            case LedgerEvent.ProviderExcluded e -> exclude(e.provider());
            case LedgerEvent.RequestDecided e -> {
                var session = billing.session(e.session());
                if (session != null && e.accepted() && !session.accepted()) {
                    counters(session.provider()).sessionsVouched++;
                    counters(session.operator()).sessionsHosted++;
                }
            }
            case LedgerEvent.SessionEnded e -> ended(e, billing.session(e.session()));
            case LedgerEvent.SettlementFinal e -> settled(e, billing);
            case LedgerEvent.Paid e -> paid(e, channels.of(e.payer(), e.payee()));
            case LedgerEvent.ClosingAnnounced e -> {
                var channel = channels.of(e.payer(), e.payee());
                counters(e.payee()).closingsAsPayee++;
                if (payer(channel) != DRIVERS) {
                    counters(payer(channel)).closingsAsPayer++;
                }
            }
            case LedgerEvent.VoucherAccepted e -> vouched(e, channels.of(e.payer(), e.payee()));
            default -> {
                // nothing to anybody's name
            }
        }
        channels.apply(event, block);
    }

    /** All who were ever admitted, by their ids. */
    public List<Account> accounts() {
        return List.copyOf(known.values());
    }

    /** One of them; null for an id that nobody ever had. */
    public @Nullable Account account(int id) {
        return known.get(id);
    }

    /** Payment channels, from the same events. */
    public Channels channels() {
        return channels;
    }

    /** What is on record of an account; all zero for one of which nothing is. */
    public Reputation of(int account) {
        var c = accounts.getOrDefault(account, new Counters());
        long unpaid = pairs.subMap(key(account, 0), key(account + 1, 0)).values().stream()
                .mapToLong(Pair::unpaid)
                .reduce(0, Reputations::sum);
        return new Reputation(
                account,
                new Reputation.AsProvider(
                        c.sessionsVouched,
                        c.sessionsVouchedBilled,
                        c.endedAsProvider,
                        c.owed,
                        c.paid,
                        unpaid,
                        c.payments,
                        c.paymentsLate,
                        c.late,
                        c.charged,
                        c.paidByDrivers,
                        c.driverPayments,
                        c.driverPaymentsLate,
                        c.driversLate,
                        c.closingsAsPayer,
                        c.closingsBeatenAsPayer),
                new Reputation.AsOperator(
                        c.sessionsHosted,
                        c.sessionsHostedBilled,
                        c.endedAsOperator,
                        c.withoutRecords,
                        c.billed,
                        c.settlements,
                        c.promisesBroken,
                        c.compensation,
                        c.closingsAsPayee,
                        c.closingsBeatenAsPayee),
                c.reasons.values().stream()
                        .flatMap(ArrayDeque::stream)
                        .sorted(Comparator.comparingLong(Numbered::number).reversed())
                        .map(Numbered::reason)
                        .toList());
    }

    private void exclude(int id) {
        known.computeIfPresent(id, (i, a) -> new Account(i, a.name(), a.hasChargePoints(), true));
    }

    private void ended(LedgerEvent.SessionEnded e, BillingState.@Nullable Party session) {
        if (session == null || !session.accepted() || e.timestep() + 1 >= session.departureTimestep()) {
            return;
        }
        if (e.by() == LedgerEvent.SessionEnded.BY_PROVIDER) {
            counters(session.provider()).endedAsProvider++;
            because(session.provider(), Kind.ENDED_BY_PROVIDER, e.session(), e.timestep(), 0, session.operator());
        } else if (e.by() == LedgerEvent.SessionEnded.BY_OPERATOR) {
            counters(session.operator()).endedAsOperator++;
            because(session.operator(), Kind.ENDED_BY_OPERATOR, e.session(), e.timestep(), 0, session.provider());
        }
    }

    private void settled(LedgerEvent.SettlementFinal e, BillingState billing) {
        for (var session : billing.toBill(e.timestep())) {
            // who only had interim power was promised nothing, and may have drawn nothing
            if (!session.accepted()) {
                continue;
            }
            counters(session.provider()).sessionsVouchedBilled++;
            var operator = counters(session.operator());
            operator.sessionsHostedBilled++;
            if (!session.recorded()) {
                operator.withoutRecords++;
                because(session.operator(), Kind.NO_RECORDS, session.session(), e.timestep(), 0, session.provider());
            }
        }
        billing.settlement(e.timestep()).candidates().stream()
                .filter(post -> post.candidate() == e.candidate())
                .findFirst()
                .ifPresent(post -> Settlement.sumsOf(post.sums()).forEach(sum -> bill(e.timestep(), sum)));
        pairs.forEach((key, pair) -> late(e.timestep(), key, pair));
    }

    private void bill(int settlement, Settlement.Sum sum) {
        int provider = sum.provider();
        int operator = sum.operator();
        if (sum.owedMicroEuro() > 0 && provider != operator) {
            var payer = counters(provider);
            payer.payments++;
            payer.owed = sum(payer.owed, sum.owedMicroEuro());
            owe(key(provider, operator), settlement, sum.owedMicroEuro());
        }
        if (sum.chargedMicroEuro() > 0) {
            // once for a settlement, at however many operators
            var vouching = counters(provider);
            vouching.charged = sum(vouching.charged, sum.chargedMicroEuro());
            if (owe(key(DRIVERS, provider), settlement, sum.chargedMicroEuro())) {
                vouching.driverPayments++;
            }
        }
        var payee = counters(operator);
        payee.settlements++;
        payee.billed = sum(payee.billed, sum.owedMicroEuro());
        if (sum.compensationMicroEuro() > 0) {
            payee.promisesBroken++;
            payee.compensation = sum(payee.compensation, sum.compensationMicroEuro());
            because(operator, Kind.PROMISE_BROKEN, 0, settlement, sum.compensationMicroEuro(), provider);
        }
    }

    /** @return whether it is the first of the pair in the settlement */
    private boolean owe(int key, int settlement, long microEuro) {
        var pair = pairs.computeIfAbsent(key, k -> new Pair());
        pair.billed = sum(pair.billed, microEuro);
        var last = pair.due.peekLast();
        boolean first = last == null || last.settlement() != settlement;
        if (!first) {
            pair.due.removeLast();
        }
        pair.due.add(new Due(settlement, first ? microEuro : sum(last.microEuro(), microEuro), pair.billed));
        return first;
    }

    private void late(int settlement, int key, Pair pair) {
        for (var due = pair.due.peekFirst(); due != null; due = pair.due.peekFirst()) {
            long missing = Math.min(due.microEuro(), due.allMicroEuro() - pair.paid);
            if (missing > 0 && due.settlement() > settlement - paymentTimesteps) {
                return;
            }
            pair.due.removeFirst();
            if (missing <= 0) {
                continue;
            }
            int payer = key >> Byte.SIZE;
            int payee = key & 0xff;
            if (payer == DRIVERS) {
                var vouching = counters(payee);
                vouching.driverPaymentsLate++;
                vouching.driversLate = sum(vouching.driversLate, missing);
                because(payee, Kind.DRIVERS_LATE, 0, due.settlement(), missing, DRIVERS);
            } else {
                var owing = counters(payer);
                owing.paymentsLate++;
                owing.late = sum(owing.late, missing);
                because(payer, Kind.PAYMENT_LATE, 0, due.settlement(), missing, payee);
            }
        }
    }

    /**
     * Of a channel that is forgotten it is known that a driver had it: see {@link Channels}. So had who pays, or closes, when only a channel is
     * known that was closed: that is one of before, of an account that was a provider's then.
     */
    private static int payer(@Nullable Channel channel) {
        return channel == null || channel.closed() != null ? DRIVERS : channel.provider();
    }

    private void paid(LedgerEvent.Paid e, @Nullable Channel channel) {
        int payer = payer(channel);
        var pair = pairs.computeIfAbsent(key(payer, e.payee()), k -> new Pair());
        pair.paid = sum(pair.paid, e.microEuro());
        if (payer == DRIVERS) {
            var payee = counters(e.payee());
            payee.paidByDrivers = sum(payee.paidByDrivers, e.microEuro());
        } else {
            var paying = counters(payer);
            paying.paid = sum(paying.paid, e.microEuro());
        }
    }

    private void vouched(LedgerEvent.VoucherAccepted e, @Nullable Channel channel) {
        var closing = channel == null ? null : channel.closing();
        if (channel == null || closing == null || channel.closed() != null || channel.isClosingBeaten()) {
            return;
        }
        long later = e.acceptedMicroEuro() - closing.acceptedMicroEuro();
        if (later <= 0) {
            return;
        }
        counters(e.payee()).closingsBeatenAsPayee++;
        because(e.payee(), Kind.CLOSING_BEATEN, 0, closing.timestep(), later, channel.provider());
        if (channel.provider() != DRIVERS) {
            counters(channel.provider()).closingsBeatenAsPayer++;
            because(channel.provider(), Kind.CLOSING_BEATEN, 0, closing.timestep(), later, e.payee());
        }
    }

    private Counters counters(int id) {
        return accounts.computeIfAbsent(id, i -> new Counters());
    }

    private void because(int account, Kind kind, int session, int timestep, long microEuro, int other) {
        var kept = counters(account).reasons.computeIfAbsent(kind, k -> new ArrayDeque<>());
        kept.add(new Numbered(reasons++, new Reason(kind, session, timestep, microEuro, other)));
        if (kept.size() > REASONS_KEPT) {
            kept.remove();
        }
    }

    private static int key(int payer, int payee) {
        return payer << Byte.SIZE | payee;
    }

    /** Sums are what a quorum stands for, which may be anything: they stop nobody. */
    private static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
