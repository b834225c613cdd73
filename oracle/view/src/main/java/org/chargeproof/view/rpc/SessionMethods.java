package org.chargeproof.view.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.model.PowerHistory;
import org.chargeproof.view.model.SessionRecord;
import org.jspecify.annotations.Nullable;

/** Sessions: progress while they charge, and afterwards the data that a receipt is made of. */
final class SessionMethods {
    private static final int MOST_TIMESTEPS = 35_136;
    private static final double PERCENT = 100.0;
    /** Neither plan nor fallback: what the plan had left. */
    static final String INTERIM = "INTERIM";

    private final Methods methods;

    /**
     * A session and how far it is.
     *
     * @param status REQUESTED, ACCEPTED, REFUSED or ENDED
     * @param wantedWh asked for
     * @param leastEnergyWh the least that the driver takes as an answer
     * @param promisedWh 0 unless it was accepted
     * @param progressPercent delivered of what is promised, or of what is wanted before it was accepted
     * @param arrivalTimestep it charges from this timestep on; above {@code firstTimestep} for a reservation
     * @param powerW setpoint of the timestep that runs
     * @param timestepsLeft until departure; 0 when that has passed
     * @param provider who vouched for the driver, and pays the operator
     * @param pricePerKWhE4 ten-thousandths of a euro, without VAT, when the driver asked
     * @param marginPerKWhE4 what the provider added to it then
     * @param vatE4 ten-thousandths of both
     * @param chargedMicroEuro what the driver owes the provider for what is delivered so far, with VAT, in millionths of a euro
     * @param why the setpoint of the timestep that runs is what it is; null when no final plan says it, or this node computed another one
     * @param offer for a refused request, what would have been possible
     */
    public record Progress(
            int session,
            String account,
            int chargePoint,
            String evseId,
            String status,
            boolean joins,
            int wantedWh,
            int leastEnergyWh,
            int promisedWh,
            long deliveredWh,
            double progressPercent,
            int firstTimestep,
            int arrivalTimestep,
            long arrivalSeconds,
            int departureTimestep,
            long departureSeconds,
            int timestepsLeft,
            int powerW,
            int livePowerW,
            double greenPercent,
            int provider,
            int pricePerKWhE4,
            int marginPerKWhE4,
            int vatE4,
            long chargedMicroEuro,
            @Nullable Why why,
            @Nullable Offer offer) {}

    /**
     * Why a plan gave a session the power that it gave, from the plan and its certificate: docs/concepts/why-power-is-cut.md. Of other sessions
     * there are only counts.
     *
     * @param reason FULL, DONE, LIMIT, OTHER_LOAD, EARLIER_DEPARTURE, EVEN, GREENER or SHORTFALL
     * @param group that the limit is of
     * @param limitW what the group may take, other equipment included
     * @param otherLoadW of it, kept for other equipment, less the PV that somebody warrants; below 0 when that is more
     * @param roomW left to the cars that join
     * @param groupW what the cars that join get, together
     * @param others how many other sessions charge in the timestep
     * @param leaveEarlier how many of these leave before this one
     */
    public record Why(
            String reason, int group, int limitW, int otherLoadW, int roomW, int groupW, int others, int leaveEarlier) {
        static @Nullable Why of(PowerHistory.@Nullable Step step) {
            return step == null
                    ? null
                    : new Why(
                            step.reason().name(),
                            step.figures().group(),
                            step.figures().limitW(),
                            step.figures().otherLoadW(),
                            step.figures().roomW(),
                            step.figures().groupW(),
                            step.others(),
                            step.leaveEarlier());
        }
    }

    /** A counter-offer; what is 0 is not offered. */
    public record Offer(int energyWh, int departureTimestep, int powerW) {}

    /**
     * The data of a receipt. Amounts are in millionths of a euro, for what was metered up to now: a bill is final only when it is settled.
     *
     * @param promisedWh 0 unless it was accepted
     * @param provider who vouched for the driver, and pays the operator
     * @param pricePerKWhE4 ten-thousandths of a euro, without VAT, when the driver asked
     * @param marginPerKWhE4 what the provider added to it then
     * @param vatE4 ten-thousandths of both
     * @param costMicroEuro delivered energy at that price, without VAT
     * @param marginMicroEuro the provider's margin on it, without VAT
     * @param owedMicroEuro what the provider owes the operator: the cost with VAT
     * @param chargedMicroEuro what the driver owes the provider: cost and margin with VAT
     * @param timesteps in which the session could charge
     */
    public record Receipt(
            int session,
            String account,
            int chargePoint,
            String evseId,
            int operator,
            String status,
            long requestedAtSeconds,
            int wantedWh,
            int promisedWh,
            long deliveredWh,
            long greenWh,
            double greenPercent,
            int provider,
            int pricePerKWhE4,
            int marginPerKWhE4,
            int vatE4,
            long costMicroEuro,
            long marginMicroEuro,
            long owedMicroEuro,
            long chargedMicroEuro,
            List<Timestep> timesteps) {}

    /**
     * What happened in one timestep.
     *
     * @param setpointW what the charge point was allowed
     * @param source PLAN, FALLBACK, NONE, or INTERIM: what the timestep's plan left unused
     * @param curtailed whether that was less than it can give
     * @param applied whether the charge point followed the setpoint, as its operator put on record; null when the operator put nothing on record
     * @param why the setpoint was what it was; null without a final plan, or when this node computed another one
     */
    public record Timestep(
            int timestep,
            long startSeconds,
            int setpointW,
            String source,
            boolean curtailed,
            int meteredWh,
            int greenWh,
            @Nullable Boolean applied,
            @Nullable Why why) {}

    /** Energy of sessions in a range of timesteps, and what of it came from PV behind the same cabinet. */
    public record GreenShare(int fromTimestep, int toTimestep, long meteredWh, long greenWh, double greenPercent) {}

    SessionMethods(Methods methods) {
        this.methods = methods;
    }

    void addTo(Map<String, RpcMethod> byName) {
        byName.put("session", this::session);
        byName.put("receipt", this::receipt);
        byName.put("greenShare", this::greenShare);
    }

    private Progress session(@Nullable Object[] values) {
        int id = new Params(values, "session").required(0, 0, Integer.MAX_VALUE);
        return methods.read(s -> progress(s, find(s, id)));
    }

    private Receipt receipt(@Nullable Object[] values) {
        int id = new Params(values, "session").required(0, 0, Integer.MAX_VALUE);
        return methods.read(s -> receipt(s, find(s, id)));
    }

    private GreenShare greenShare(@Nullable Object[] values) {
        var params = new Params(values, "fromTimestep", "toTimestep", "filter");
        var filter = params.options(2);
        filter.requireOnly("group", "operator");
        Integer group = filter.integer("group", 0, Integer.MAX_VALUE);
        Integer operator = filter.integer("operator", 0, Integer.MAX_VALUE);
        return methods.read(s -> {
            int last = s.view().timestep();
            int to = params.optional(1, 0, Integer.MAX_VALUE, last);
            int from = params.optional(0, 0, Integer.MAX_VALUE, Math.max(0, to - MOST_TIMESTEPS));
            long meteredWh = 0;
            long greenWh = 0;
            for (var record : s.view().sessions()) {
                var chargePoint = record.session().chargePoint();
                if ((group == null || chargePoint.group().id() == group)
                        && (operator == null || chargePoint.operator() == operator)) {
                    meteredWh += sum(record.meteredWh(), from, to);
                    greenWh += sum(record.greenWh(), from, to);
                }
            }
            return new GreenShare(from, to, meteredWh, greenWh, percent(greenWh, meteredWh));
        });
    }

    private static Progress progress(Snapshot s, SessionRecord record) {
        var session = record.session();
        var chargePoint = session.chargePoint();
        int now = s.view().timestep();
        boolean charging = (session.status() == Session.Status.ACCEPTED && session.arrivalTimestep() <= now)
                || (session.status() == Session.Status.REQUESTED
                        && record.interimW().containsKey(now));
        var decision = record.decision();
        var offer = decision == null || decision.accepted()
                ? null
                : new Offer(decision.offerEnergyWh(), decision.offerDepartureTimestep(), decision.offerPowerW());
        return new Progress(
                session.id(),
                session.account().toHexString(),
                chargePoint.id(),
                chargePoint.evseId(),
                session.status().name(),
                session.joins(),
                session.wantedWh(),
                session.leastEnergyWh(),
                promisedWh(session),
                record.deliveredWh(),
                Math.min(PERCENT, percent(record.deliveredWh(), session.energyWh())),
                session.firstTimestep(),
                session.arrivalTimestep(),
                s.parameters().startOf(session.arrivalTimestep()),
                session.departureTimestep(),
                s.parameters().startOf(session.departureTimestep()),
                Math.max(0, session.departureTimestep() - now),
                charging ? s.view().setpointW(now, chargePoint) : 0,
                charging ? s.view().chargePoints().get(chargePoint.id()).livePowerW() : 0,
                percent(record.totalGreenWh(), record.deliveredWh()),
                record.terms().provider(),
                record.terms().pricePerKWhE4(),
                record.terms().marginPerKWhE4(),
                record.terms().vatE4(),
                record.terms().chargedMicroEuro(record.deliveredWh()),
                charging ? Why.of(record.power().step(now)) : null,
                offer);
    }

    private static Receipt receipt(Snapshot s, SessionRecord record) {
        var session = record.session();
        var chargePoint = session.chargePoint();
        long deliveredWh = record.deliveredWh();
        var terms = record.terms();
        return new Receipt(
                session.id(),
                session.account().toHexString(),
                chargePoint.id(),
                chargePoint.evseId(),
                chargePoint.operator(),
                session.status().name(),
                record.requestedAtSeconds(),
                session.wantedWh(),
                promisedWh(session),
                deliveredWh,
                record.totalGreenWh(),
                percent(record.totalGreenWh(), deliveredWh),
                terms.provider(),
                terms.pricePerKWhE4(),
                terms.marginPerKWhE4(),
                terms.vatE4(),
                terms.costMicroEuro(deliveredWh),
                terms.marginMicroEuro(deliveredWh),
                terms.owedMicroEuro(deliveredWh),
                terms.chargedMicroEuro(deliveredWh),
                timesteps(s, record));
    }

    private static List<Timestep> timesteps(Snapshot s, SessionRecord record) {
        var session = record.session();
        var decision = record.decision();
        var timesteps = new ArrayList<Timestep>();
        var known = new TreeSet<>(record.meteredWh().keySet());
        known.addAll(record.interimW().headMap(s.view().timestep(), true).keySet());
        int last = record.isOver() ? record.overTimestep() : s.view().timestep();
        int end = Math.min(last, session.departureTimestep() - 1);
        int begin = decision == null || !decision.accepted()
                ? Integer.MAX_VALUE
                : Math.max(decision.timestep(), session.arrivalTimestep());
        for (int t = begin; t <= end; t++) {
            known.add(t);
        }
        for (int t : known) {
            int setpointW = s.view().setpointW(t, session.chargePoint());
            var ofTimestep = s.view().timestepRecord(t);
            timesteps.add(new Timestep(
                    t,
                    s.parameters().startOf(t),
                    setpointW,
                    record.interimW().containsKey(t)
                            ? INTERIM
                            : s.view().source(t).name(),
                    setpointW / s.parameters().stepsPerHour()
                            < session.chargePoint().ratedPowerW()
                                    / s.parameters().stepsPerHour(),
                    record.meteredWh().getOrDefault(t, 0),
                    record.greenWh().getOrDefault(t, 0),
                    ofTimestep == null
                            ? null
                            : ofTimestep.applied(
                                    session.chargePoint().operator(),
                                    session.chargePoint().id()),
                    record.interimW().containsKey(t)
                            ? null
                            : Why.of(record.power().step(t))));
        }
        return timesteps;
    }

    private static int promisedWh(Session session) {
        return session.accepted() ? session.energyWh() : 0;
    }

    private static SessionRecord find(Snapshot s, int id) {
        var record = s.view().session(id);
        if (record == null) {
            throw Methods.notFound("there is no session " + id
                    + ", or it was over longer ago than the " + s.view().historyTimesteps() + " timesteps and "
                    + s.view().historySessions() + " sessions that are remembered");
        }
        return record;
    }

    private static long sum(Map<Integer, Integer> energyWh, int from, int to) {
        return energyWh.entrySet().stream()
                .filter(e -> from <= e.getKey() && e.getKey() <= to)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** With one decimal. */
    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : Math.round(10 * PERCENT * part / whole) / 10.0;
    }
}
