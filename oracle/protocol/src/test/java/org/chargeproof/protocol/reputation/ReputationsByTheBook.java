package org.chargeproof.protocol.reputation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.ChannelClosed;
import org.chargeproof.protocol.ledger.LedgerEvent.ChannelOpened;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargePointRegistered;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargingRequested;
import org.chargeproof.protocol.ledger.LedgerEvent.ClosingAnnounced;
import org.chargeproof.protocol.ledger.LedgerEvent.Paid;
import org.chargeproof.protocol.ledger.LedgerEvent.RequestDecided;
import org.chargeproof.protocol.ledger.LedgerEvent.SessionEnded;
import org.chargeproof.protocol.ledger.LedgerEvent.SessionsRecorded;
import org.chargeproof.protocol.ledger.LedgerEvent.SettlementFinal;
import org.chargeproof.protocol.ledger.LedgerEvent.SettlementPosted;
import org.chargeproof.protocol.ledger.LedgerEvent.VoucherAccepted;
import org.chargeproof.protocol.reputation.Reputation.Kind;
import org.chargeproof.protocol.reputation.Reputation.Reason;

/** docs/concepts/reputation.md, read once more: from all events at once, with no regard for time or memory. */
final class ReputationsByTheBook {
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    /** Of reasons that one event gives. */
    private static final List<Kind> ORDER =
            List.of(Kind.NO_RECORDS, Kind.PROMISE_BROKEN, Kind.DRIVERS_LATE, Kind.PAYMENT_LATE);

    private final List<LedgerEvent> events;
    private final int paymentTimesteps;
    private final int grace;

    ReputationsByTheBook(List<LedgerEvent> events, int paymentTimesteps, int grace) {
        this.events = events;
        this.paymentTimesteps = paymentTimesteps;
        this.grace = grace;
    }

    /** One session, looked up from all sides. */
    private final class Line {
        final ChargingRequested request;
        final int operator;
        int accepted = -1;
        int ended = -1;
        int endedAt = Integer.MAX_VALUE;
        int endedBy = -1;
        /** Event of the final settlement that bills it. */
        int billedAt = -1;

        int billedIn;
        boolean recorded;

        Line(int at, ChargingRequested request) {
            this.request = request;
            this.operator = ((ChargePointRegistered) last(
                            at, e -> e instanceof ChargePointRegistered r && r.chargePoint() == request.chargePoint()))
                    .operator();
            for (int i = at; i < events.size(); i++) {
                LedgerEvent event = events.get(i);
                if (event instanceof RequestDecided e && e.session() == request.session()) {
                    if (ended < 0 && e.accepted()) {
                        accepted = e.timestep();
                    }
                } else if (event instanceof SessionEnded e && e.session() == request.session()) {
                    ended = e.timestep();
                    endedAt = i;
                    endedBy = e.by();
                }
            }
            for (int i = at; i < events.size() && billedAt < 0; i++) {
                if (events.get(i) instanceof SettlementFinal e && couldCharge(i) && to(i) + grace <= e.timestep()) {
                    billedAt = i;
                    billedIn = e.timestep();
                }
            }
            for (int i = endedAt; i < Math.max(0, billedAt); i++) {
                if (events.get(i) instanceof SessionsRecorded e && e.operator() == operator) {
                    recorded |= e.entries().stream()
                            .anyMatch(entry -> entry.session() == request.session()
                                    && !entry.recordsHash().isZero());
                }
            }
        }

        /** As it was known at an event. */
        int to(int at) {
            return endedAt < at ? Math.min(ended + 1, request.departureTimestep()) : request.departureTimestep();
        }

        boolean couldCharge(int at) {
            int decided = at(e -> e instanceof RequestDecided d && d.session() == request.session());
            return accepted >= 0 && decided < at && to(at) > accepted;
        }

        boolean endedEarly() {
            return accepted >= 0
                    && ended >= 0
                    && request.departureTimestep() > accepted
                    && ended + 1 < request.departureTimestep();
        }
    }

    private record Entry(int at, int order, int suborder, Reason reason) {}

    private record Sum(int at, int settlement, int provider, int operator, List<BigInteger> amounts) {}

    private record Payment(int at, int payer, int payee, long microEuro) {}

    Reputation of(int account) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof ChargingRequested e) {
                lines.add(new Line(i, e));
            }
        }
        var vouched =
                lines.stream().filter(l -> l.request.provider() == account).toList();
        var hosted = lines.stream().filter(l -> l.operator == account).toList();
        List<Entry> reasons = new ArrayList<>();
        for (var l : vouched) {
            if (l.endedEarly() && l.endedBy == 1) {
                reasons.add(entry(l.endedAt, 0, Kind.ENDED_BY_PROVIDER, l.request.session(), l.ended, 0, l.operator));
            }
        }
        for (var l : hosted) {
            if (l.endedEarly() && l.endedBy == 2) {
                reasons.add(entry(
                        l.endedAt, 0, Kind.ENDED_BY_OPERATOR, l.request.session(), l.ended, 0, l.request.provider()));
            }
            if (l.billedAt >= 0 && !l.recorded) {
                reasons.add(entry(
                        l.billedAt,
                        l.request.session(),
                        Kind.NO_RECORDS,
                        l.request.session(),
                        l.billedIn,
                        0,
                        l.request.provider()));
            }
        }
        var sums = sums();
        for (var s : sums) {
            if (s.operator == account && s.amounts.get(2).signum() > 0) {
                reasons.add(entry(
                        s.at, s.provider, Kind.PROMISE_BROKEN, 0, s.settlement, capped(s.amounts.get(2)), s.provider));
            }
        }
        var payments = payments();
        long[] own = new long[3];
        Set<Integer> payees = new TreeSet<>();
        sums.stream().filter(s -> s.provider == account).forEach(s -> payees.add(s.operator));
        var ownDues = new TreeMap<Integer, BigInteger>();
        BigInteger unpaid = BigInteger.ZERO;
        for (int payee : payees) {
            if (payee == account) {
                continue;
            }
            var dues = new TreeMap<Integer, BigInteger>();
            sums.stream()
                    .filter(s -> s.provider == account
                            && s.operator == payee
                            && s.amounts.get(0).signum() > 0)
                    .forEach(s -> dues.merge(s.settlement, s.amounts.get(0), BigInteger::add));
            var paid = payments.stream()
                    .filter(p -> p.payer == account && p.payee == payee)
                    .toList();
            late(dues, paid, Kind.PAYMENT_LATE, payee, own, reasons);
            var all = dues.values().stream()
                    .reduce(BigInteger.ZERO, BigInteger::add)
                    .min(MOST);
            unpaid = unpaid.add(all.subtract(total(paid)).max(BigInteger.ZERO)).min(MOST);
        }
        long[] drivers = new long[3];
        sums.stream()
                .filter(s -> s.provider == account && s.amounts.get(1).signum() > 0)
                .forEach(s -> ownDues.merge(s.settlement, s.amounts.get(1), BigInteger::add));
        var byDrivers = payments.stream()
                .filter(p -> p.payer == 0 && p.payee == account)
                .toList();
        late(ownDues, byDrivers, Kind.DRIVERS_LATE, 0, drivers, reasons);
        var asPayer = closings(account, true, reasons);
        var asPayee = closings(account, false, reasons);
        return new Reputation(
                account,
                new Reputation.AsProvider(
                        vouched.stream().filter(l -> l.accepted >= 0).count(),
                        vouched.stream().filter(l -> l.billedAt >= 0).count(),
                        vouched.stream()
                                .filter(l -> l.endedEarly() && l.endedBy == 1)
                                .count(),
                        capped(sums.stream()
                                .filter(s -> s.provider == account && s.operator != account)
                                .map(s -> s.amounts.get(0))
                                .reduce(BigInteger.ZERO, BigInteger::add)),
                        payments.stream()
                                .filter(p -> p.payer == account)
                                .mapToLong(Payment::microEuro)
                                .sum(),
                        capped(unpaid),
                        own[0],
                        own[1],
                        own[2],
                        capped(ownDues.values().stream().reduce(BigInteger.ZERO, BigInteger::add)),
                        total(byDrivers).longValueExact(),
                        drivers[0],
                        drivers[1],
                        drivers[2],
                        asPayer[0],
                        asPayer[1]),
                new Reputation.AsOperator(
                        hosted.stream().filter(l -> l.accepted >= 0).count(),
                        hosted.stream().filter(l -> l.billedAt >= 0).count(),
                        hosted.stream()
                                .filter(l -> l.endedEarly() && l.endedBy == 2)
                                .count(),
                        hosted.stream()
                                .filter(l -> l.billedAt >= 0 && !l.recorded)
                                .count(),
                        capped(sums.stream()
                                .filter(s -> s.operator == account)
                                .map(s -> s.amounts.get(0))
                                .reduce(BigInteger.ZERO, BigInteger::add)),
                        sums.stream().filter(s -> s.operator == account).count(),
                        sums.stream()
                                .filter(s -> s.operator == account
                                        && s.amounts.get(2).signum() > 0)
                                .count(),
                        capped(sums.stream()
                                .filter(s -> s.operator == account)
                                .map(s -> s.amounts.get(2))
                                .reduce(BigInteger.ZERO, BigInteger::add)),
                        asPayee[0],
                        asPayee[1]),
                newest(reasons));
    }

    /** Dues, late ones, and what was missing of these. */
    private void late(
            SortedMap<Integer, BigInteger> dues,
            List<Payment> paid,
            Kind kind,
            int other,
            long[] counts,
            List<Entry> reasons) {
        BigInteger all = BigInteger.ZERO;
        BigInteger missed = BigInteger.valueOf(counts[2]);
        for (var due : dues.entrySet()) {
            counts[0]++;
            var amount = due.getValue().min(MOST);
            all = all.add(amount).min(MOST);
            int judgedAt = at(e -> e instanceof SettlementFinal f && f.timestep() >= due.getKey() + paymentTimesteps);
            if (judgedAt == events.size()) {
                continue;
            }
            var before = total(paid.stream().filter(p -> p.at < judgedAt).toList());
            var missing = amount.min(all.subtract(before));
            if (missing.signum() > 0) {
                counts[1]++;
                missed = missed.add(missing).min(MOST);
                reasons.add(new Entry(
                        judgedAt,
                        other,
                        due.getKey(),
                        new Reason(kind, 0, due.getKey(), missing.longValueExact(), other)));
            }
        }
        counts[2] = missed.longValueExact();
    }

    private long[] closings(int account, boolean asPayer, List<Entry> reasons) {
        long[] counts = new long[2];
        for (int i = 0; i < events.size(); i++) {
            if (!(events.get(i) instanceof ClosingAnnounced e)) {
                continue;
            }
            int payer = payerOf(i, e.payer(), e.payee());
            if (asPayer ? payer != account : e.payee() != account) {
                continue;
            }
            counts[0]++;
            long accepted = 0;
            for (int j = i - 1; !(events.get(j) instanceof ChannelOpened o && same(o.payer(), o.payee(), e)); j--) {
                if (events.get(j) instanceof VoucherAccepted v && same(v.payer(), v.payee(), e)) {
                    accepted = Math.max(accepted, v.acceptedMicroEuro());
                }
            }
            for (int j = i + 1; j < events.size(); j++) {
                if (events.get(j) instanceof ChannelClosed c && same(c.payer(), c.payee(), e)) {
                    break;
                }
                if (events.get(j) instanceof VoucherAccepted v && same(v.payer(), v.payee(), e)) {
                    counts[1]++;
                    reasons.add(entry(
                            j,
                            0,
                            Kind.CLOSING_BEATEN,
                            0,
                            e.timestep(),
                            v.acceptedMicroEuro() - accepted,
                            asPayer ? e.payee() : payer));
                    break;
                }
            }
        }
        return counts;
    }

    private List<Sum> sums() {
        List<Sum> sums = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof SettlementFinal f) {
                var post = (SettlementPosted) last(
                        i,
                        e -> e instanceof SettlementPosted p
                                && p.timestep() == f.timestep()
                                && p.candidate() == f.candidate());
                for (int at = 0; at < post.sums().size(); at += 26) {
                    var s = post.sums().slice(at, 26);
                    sums.add(new Sum(
                            i,
                            f.timestep(),
                            s.get(0),
                            s.get(1),
                            List.of(
                                    s.slice(2, 8).toUnsignedBigInteger().min(MOST),
                                    s.slice(10, 8).toUnsignedBigInteger().min(MOST),
                                    s.slice(18, 8).toUnsignedBigInteger().min(MOST))));
                }
            }
        }
        return sums;
    }

    private List<Payment> payments() {
        List<Payment> payments = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof Paid e) {
                payments.add(new Payment(i, payerOf(i, e.payer(), e.payee()), e.payee(), e.microEuro()));
            }
        }
        return payments;
    }

    private int payerOf(int at, Bytes payer, int payee) {
        return ((ChannelOpened)
                        last(at, e -> e instanceof ChannelOpened o && o.payer().equals(payer) && o.payee() == payee))
                .provider();
    }

    private static boolean same(Bytes payer, int payee, ClosingAnnounced e) {
        return payer.equals(e.payer()) && payee == e.payee();
    }

    private static List<Reason> newest(List<Entry> reasons) {
        reasons.sort(Comparator.comparingInt(Entry::at)
                .thenComparingInt(entry -> ORDER.indexOf(entry.reason.kind()))
                .thenComparingInt(Entry::order)
                .thenComparingInt(Entry::suborder)
                .reversed());
        List<Reason> newest = new ArrayList<>();
        var counts = new TreeMap<Kind, Integer>();
        for (var entry : reasons) {
            if (counts.merge(entry.reason.kind(), 1, Integer::sum) <= Reputations.REASONS_KEPT) {
                newest.add(entry.reason);
            }
        }
        return newest;
    }

    private static Entry entry(int at, int order, Kind kind, int session, int timestep, long microEuro, int other) {
        return new Entry(at, order, 0, new Reason(kind, session, timestep, microEuro, other));
    }

    private static long capped(BigInteger amount) {
        return amount.min(MOST).longValueExact();
    }

    private static BigInteger total(List<Payment> payments) {
        return payments.stream().map(p -> BigInteger.valueOf(p.microEuro)).reduce(BigInteger.ZERO, BigInteger::add);
    }

    private int at(Predicate<LedgerEvent> wanted) {
        for (int i = 0; i < events.size(); i++) {
            if (wanted.test(events.get(i))) {
                return i;
            }
        }
        return events.size();
    }

    private LedgerEvent last(int before, Predicate<LedgerEvent> wanted) {
        for (int i = before - 1; i >= 0; i--) {
            if (wanted.test(events.get(i))) {
                return events.get(i);
            }
        }
        throw new IllegalStateException();
    }
}
