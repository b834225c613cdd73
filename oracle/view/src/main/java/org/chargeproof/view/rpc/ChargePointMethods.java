package org.chargeproof.view.rpc;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.model.ChargePointRecord;
import org.chargeproof.view.model.EvseStatus;
import org.jspecify.annotations.Nullable;

/** Charge points: where they are, what is free, what they may draw and for how long. */
final class ChargePointMethods {
    private static final int MOST_CHARGE_POINTS = 1_000;
    private static final int MOST_TIMESTEPS = 1_000;
    /** Of any EVSE id that can be registered. */
    private static final int MOST_EVSE_ID_CHARACTERS = 100;

    private static final double E7 = 1e7;
    /** How long a call waits for a plan that is being computed. */
    static final long PLAN_MILLIS = 5_000;

    private final Methods methods;

    /**
     * Charge points that were asked for.
     *
     * @param total how many there are that fit
     * @param next id to go on from; null when these are all
     */
    public record ChargePoints(
            int timestep, int total, @Nullable Integer next, List<ChargePoint> chargePoints) {}

    /**
     * One charge point (OCPI 2.2.1, 8.3.2 and 8.3.3).
     *
     * @param minPowerW the least that it delivers other than nothing; 0 = any
     * @param pricePerKWhE4 ten-thousandths of a euro, without VAT, for a request that is made now
     * @param vatE4 ten-thousandths of that price: 2,100 are 21 %
     * @param nextPrice that is announced; null when none is
     */
    public record ChargePoint(
            int chargePoint,
            String evseId,
            int operator,
            String operatorName,
            int group,
            double latitude,
            double longitude,
            int connector,
            int ratedPowerW,
            int minPowerW,
            int pricePerKWhE4,
            int vatE4,
            @Nullable Price nextPrice,
            String status,
            boolean available,
            int livePowerW,
            int setpointW,
            @Nullable Integer session) {}

    /** A price for requests that are made in a timestep or later. */
    public record Price(int pricePerKWhE4, int vatE4, int fromTimestep, long fromSeconds) {}

    /** What a charge point may draw, by timestep. */
    public record Setpoints(int chargePoint, List<Setpoint> setpoints) {}

    /**
     * What a charge point may draw in a timestep.
     *
     * @param source PLAN, FALLBACK, INTERIM (what the plan left unused), or NONE when nothing is known
     */
    public record Setpoint(int timestep, long startSeconds, int powerW, String source) {}

    /**
     * What is planned for a charge point, as this node computed it.
     *
     * @param isFinal whether a quorum stands for the same plan
     * @param session that the plan is for; null when there is none
     * @param powerW by timestep, from {@code timestep} on; on average where there are periods
     * @param periods when it charges in the first timestep, in seconds of it, where it gets less than its least power gives; otherwise empty
     * @param groupPowerW of all cars of the group that join
     */
    public record Plan(
            int chargePoint,
            int timestep,
            long startSeconds,
            boolean isFinal,
            int group,
            @Nullable Integer session,
            List<Integer> powerW,
            List<Period> periods,
            List<Integer> groupPowerW) {}

    /**
     * A charging group's plan of a timestep, as this node computed it.
     *
     * @param isFinal whether a quorum stands for the same plan
     * @param input hash of the input's bytes, SHA-256
     * @param plan bytes of the plan: see docs/reference/planner-encoding.md
     * @param powerW of all cars that join, by timestep, from {@code timestep} on
     */
    public record GroupPlan(
            int timestep,
            long startSeconds,
            int group,
            boolean isFinal,
            String algorithm,
            String input,
            String plan,
            List<Integer> powerW,
            List<Row> rows,
            List<Decision> decisions) {}

    /**
     * What a session gets.
     *
     * @param powerW by timestep, on average where there are periods
     * @param periods as in a charge point's plan
     */
    public record Row(int chargePoint, int session, boolean joins, List<Integer> powerW, List<Period> periods) {}

    /**
     * What a request is answered.
     *
     * @param energyWh promised; of a refused one the most that it can have by its departure
     * @param laterDepartureTimestep of a refused one, the least by which it can have all; 0 when there is none
     * @param powerW of a refused one, constant power that is free during the next hour
     */
    public record Decision(int session, boolean accepted, int energyWh, int laterDepartureTimestep, int powerW) {}

    /** Part of a timestep with constant power, as the periods of an OCPP ChargingSchedule; outside of them it is 0. */
    public record Period(int fromSecond, int toSecond, int powerW) {}

    ChargePointMethods(Methods methods) {
        this.methods = methods;
    }

    void addTo(Map<String, RpcMethod> byName) {
        byName.put("chargePoints", this::chargePoints);
        byName.put("setpoints", this::setpoints);
        byName.put("plan", this::plan);
        byName.put("groupPlan", this::groupPlan);
    }

    private ChargePoints chargePoints(@Nullable Object[] values) {
        var options = new Params(values, "filter").options(0);
        options.requireOnly("operator", "group", "available", "evseId", "from", "count");
        Integer operator = options.integer("operator", 0, Integer.MAX_VALUE);
        Integer group = options.integer("group", 0, Integer.MAX_VALUE);
        Boolean available = options.flag("available");
        String evseId = options.text("evseId", MOST_EVSE_ID_CHARACTERS);
        Integer fromOrNull = options.integer("from", 0, Integer.MAX_VALUE);
        Integer countOrNull = options.integer("count", 1, MOST_CHARGE_POINTS);
        int from = fromOrNull == null ? 0 : fromOrNull;
        int count = countOrNull == null ? MOST_CHARGE_POINTS : countOrNull;
        return methods.read(s -> {
            var fitting = s.view().chargePoints().stream()
                    .filter(c -> !c.chargePoint().removed())
                    .filter(c -> operator == null || c.chargePoint().operator() == operator)
                    .filter(c -> group == null || c.chargePoint().group().id() == group)
                    .filter(c -> available == null || c.available() == available)
                    .filter(c -> evseId == null || c.chargePoint().evseId().equalsIgnoreCase(evseId))
                    .toList();
            var rest =
                    fitting.stream().filter(c -> c.chargePoint().id() >= from).toList();
            return new ChargePoints(
                    s.view().timestep(),
                    fitting.size(),
                    rest.size() > count ? rest.get(count).chargePoint().id() : null,
                    rest.stream().limit(count).map(c -> chargePoint(s, c)).toList());
        });
    }

    private Setpoints setpoints(@Nullable Object[] values) {
        var params = new Params(values, "chargePoint", "fromTimestep", "count");
        int id = params.required(0, 0, Integer.MAX_VALUE);
        return methods.read(s -> {
            var chargePoint = find(s, id).chargePoint();
            int from = params.optional(1, 0, Integer.MAX_VALUE, s.view().timestep());
            int count = params.optional(2, 1, MOST_TIMESTEPS, 2);
            return new Setpoints(
                    id,
                    IntStream.range(from, from + count)
                            .mapToObj(t -> new Setpoint(
                                    t,
                                    s.parameters().startOf(t),
                                    s.view().setpointW(t, chargePoint),
                                    s.view().isInterim(t, chargePoint)
                                            ? SessionMethods.INTERIM
                                            : s.view().source(t).name()))
                            .toList());
        });
    }

    private Plan plan(@Nullable Object[] values) {
        var params = new Params(values, "chargePoint");
        int id = params.required(0, 0, Integer.MAX_VALUE);
        int current = methods.read(s -> {
            find(s, id);
            return s.view().timestep();
        });
        // outside of the lock: it may have to be computed
        var verifier = methods.tracker().verifier();
        var plan = verifier.plan(current + 1, PLAN_MILLIS)
                .or(() -> verifier.plan(current, PLAN_MILLIS))
                .orElseThrow(() -> Methods.notFound("there is no plan for timestep " + current + " or the next one"));
        return methods.read(s -> plan(s, id, plan));
    }

    private static Plan plan(Snapshot s, int id, TimestepPlan plan) {
        int timestep = plan.commitment().timestep();
        int perHour = s.parameters().stepsPerHour();
        var group = find(s, id).chargePoint().group();
        var record = s.view().timestepRecord(timestep);
        if (group.id() >= plan.groups().size()) {
            throw Methods.notFound("group " + group.id() + " is not planned yet");
        }
        var decoded = plan.groups().get(group.id()).decodedPlan();
        var row = decoded.rows().stream().filter(r -> r.chargePoint() == id).findFirst();
        return new Plan(
                id,
                timestep,
                s.parameters().startOf(timestep),
                record != null && plan.setpoints().equals(record.setpoints()),
                group.id(),
                row.map(r -> r.sessionId()).orElse(null),
                row.map(r -> powerW(r.energyWh(), perHour)).orElse(List.of()),
                row.stream()
                        .flatMap(r -> r.intervals().stream())
                        .map(i -> new Period(i.fromSecond(), i.toSecond(), i.powerW()))
                        .toList(),
                powerW(decoded.aggregateWh(), perHour));
    }

    private GroupPlan groupPlan(@Nullable Object[] values) {
        var params = new Params(values, "timestep", "group");
        int timestep = params.required(0, 0, Integer.MAX_VALUE);
        int group = params.required(1, 0, Integer.MAX_VALUE);
        // outside of the lock: it may have to be computed
        var plan = methods.tracker().verifier().plan(timestep, PLAN_MILLIS).orElseThrow(() -> noPlan(timestep));
        return methods.read(s -> groupPlan(s, group, plan));
    }

    static RpcException noPlan(int timestep) {
        return Methods.notFound("there is no plan for timestep " + timestep
                + " here: none was possible, or it is not among the last three");
    }

    /** A group of a plan, or the error that says which there are. */
    static TimestepPlan.GroupPlan groupOf(TimestepPlan plan, int group) {
        if (group >= plan.groups().size()) {
            throw Methods.notFound("there is no group " + group + " in the plan for timestep "
                    + plan.commitment().timestep() + "; there are "
                    + plan.groups().size() + ", numbered from 0");
        }
        return plan.groups().get(group);
    }

    private static GroupPlan groupPlan(Snapshot s, int group, TimestepPlan plan) {
        int timestep = plan.commitment().timestep();
        int perHour = s.parameters().stepsPerHour();
        var record = s.view().timestepRecord(timestep);
        var encoded = groupOf(plan, group);
        var decoded = encoded.decodedPlan();
        return new GroupPlan(
                timestep,
                s.parameters().startOf(timestep),
                group,
                record != null && plan.setpoints().equals(record.setpoints()),
                plan.commitment().algorithm().toHexString(),
                Bytes.wrap(decoded.inputSha256()).toHexString(),
                encoded.plan().toHexString(),
                powerW(decoded.aggregateWh(), perHour),
                decoded.rows().stream()
                        .map(r -> new Row(
                                r.chargePoint(),
                                r.sessionId(),
                                r.joins(),
                                powerW(r.energyWh(), perHour),
                                r.intervals().stream()
                                        .map(i -> new Period(i.fromSecond(), i.toSecond(), i.powerW()))
                                        .toList()))
                        .toList(),
                decoded.decisions().stream()
                        .map(d -> new Decision(
                                d.sessionId(),
                                d.accepted(),
                                d.energyWh(),
                                d.laterDepartureStep() == 0 ? 0 : timestep + d.laterDepartureStep(),
                                d.powerW()))
                        .toList());
    }

    private static List<Integer> powerW(int[] energyWh, int perHour) {
        return Arrays.stream(energyWh).map(wh -> wh * perHour).boxed().toList();
    }

    static ChargePointRecord find(Snapshot s, int id) {
        if (id >= s.view().chargePoints().size()) {
            throw Methods.notFound("there is no charge point " + id + "; there are "
                    + s.view().chargePoints().size() + ", numbered from 0");
        }
        return s.view().chargePoints().get(id);
    }

    private static ChargePoint chargePoint(Snapshot s, ChargePointRecord record) {
        var chargePoint = record.chargePoint();
        var operator = s.state().operator(chargePoint.operator());
        var session = chargePoint.session();
        int now = s.view().timestep();
        var tariff = s.view().tariffs().price(chargePoint.id());
        var next = tariff.announced(now);
        return new ChargePoint(
                chargePoint.id(),
                chargePoint.evseId(),
                chargePoint.operator(),
                operator == null ? "" : operator.name(),
                chargePoint.group().id(),
                record.latitudeE7() / E7,
                record.longitudeE7() / E7,
                record.connector(),
                chargePoint.ratedPowerW(),
                chargePoint.minPowerW(),
                tariff.inForce(now).perKWhE4(),
                tariff.inForce(now).vatE4(),
                next == null
                        ? null
                        : new Price(
                                next.rate().perKWhE4(),
                                next.rate().vatE4(),
                                next.fromTimestep(),
                                s.parameters().startOf(next.fromTimestep())),
                EvseStatus.of(record.status()).name(),
                record.available(),
                record.livePowerW(),
                s.view().setpointW(now, chargePoint),
                session == null ? null : session.id());
    }
}
