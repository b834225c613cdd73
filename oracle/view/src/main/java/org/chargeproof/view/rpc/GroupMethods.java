package org.chargeproof.view.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.model.GroupHistory;
import org.jspecify.annotations.Nullable;

/** Charging groups: what they may take, and what their timesteps came to. */
final class GroupMethods {
    private static final int MOST_GROUPS = 1_000;
    private static final int MOST_TIMESTEPS = 1_000;
    private static final int USUAL_TIMESTEPS = 10;

    private final Methods methods;

    /**
     * Charging groups that were asked for.
     *
     * @param total how many there are that fit
     * @param next id to go on from; null when these are all
     */
    public record Groups(int timestep, int total, @Nullable Integer next, List<Group> groups) {}

    /**
     * Charge points behind one distribution cabinet.
     *
     * @param operator owner of the cabinet
     * @param operators who has charge points there, ascending
     * @param chargePoints ids, ascending
     * @param ratedPowerW of all its charge points
     * @param capacityW of the cabinet
     * @param limitW what the group may take now, other equipment included
     * @param otherEquipmentMaxW the most that other equipment takes
     * @param policy FLAT, EARLIEST_TO_PEAK, GREEN_BANDS, EARLIEST, or LEARNED
     * @param policyPercent of EARLIEST_TO_PEAK in percent of the least peak, of LEARNED where people keep to what they say, of GREEN_BANDS of
     *     the limit; 0 of others
     * @param peakPercent of the least peak, up to which it charges early as people leave; plans go higher where cars would run below their
     *     least power. 0 where the policy knows no such level
     * @param pacePercent 100 where people stay as long as they say, up to 500 where they leave long before
     * @param paceStays from how many stays it was learned, 0 to 32
     */
    public record Group(
            int group,
            int operator,
            String operatorName,
            List<Integer> operators,
            List<Integer> chargePoints,
            long ratedPowerW,
            int capacityW,
            int limitW,
            int otherEquipmentMaxW,
            String policy,
            int policyPercent,
            int peakPercent,
            int pacePercent,
            int paceStays) {}

    /**
     * Timesteps of a charging group, ascending.
     *
     * @param timestep the one that runs
     */
    public record GroupTimesteps(int group, int timestep, List<GroupTimestep> timesteps) {}

    /**
     * One timestep of a charging group.
     *
     * @param outcome FINAL, FALLBACK, or OPEN while it has not begun and no plan is final
     * @param limitW of all that the group takes, as it was when the timestep began; of one ahead the limit of now; null when it is not known
     * @param setpointW sum over its charge points, of the final plan or of the fallbacks; null while nothing counts
     * @param energyWh that its charge points took, as far as their meters are in; null while none is
     * @param meters how many charge points' meters are in
     * @param greenWh of it that came from PV behind the same cabinet, as a final plan two timesteps later says
     * @param loadWh of other equipment, measured; null when it was not reported
     * @param pvWh of PV, measured; null when it was not reported
     * @param expectedLoadWh what the operator expects of other equipment; null when it said nothing, or it is long over
     * @param reservedLoadWh what plans leave for it
     * @param expectedPvWh what the operator expects of PV
     */
    public record GroupTimestep(
            int timestep,
            long startSeconds,
            String outcome,
            @Nullable Integer limitW,
            @Nullable Integer setpointW,
            @Nullable Integer energyWh,
            int meters,
            int greenWh,
            @Nullable Integer loadWh,
            @Nullable Integer pvWh,
            @Nullable Integer expectedLoadWh,
            @Nullable Integer reservedLoadWh,
            @Nullable Integer expectedPvWh) {}

    GroupMethods(Methods methods) {
        this.methods = methods;
    }

    void addTo(Map<String, RpcMethod> byName) {
        byName.put("groups", this::groups);
        byName.put("groupTimesteps", this::groupTimesteps);
    }

    private Groups groups(@Nullable Object[] values) {
        var options = new Params(values, "filter").options(0);
        options.requireOnly("operator", "from", "count");
        Integer operator = options.integer("operator", 0, Integer.MAX_VALUE);
        Integer fromOrNull = options.integer("from", 0, Integer.MAX_VALUE);
        Integer countOrNull = options.integer("count", 1, MOST_GROUPS);
        int from = fromOrNull == null ? 0 : fromOrNull;
        int count = countOrNull == null ? MOST_GROUPS : countOrNull;
        return methods.read(s -> {
            var fitting = s.state().groups().stream()
                    .filter(group -> !group.removed())
                    .filter(group -> operator == null
                            || group.operator() == operator
                            || group.chargePoints().stream().anyMatch(c -> c.operator() == operator))
                    .toList();
            var rest = fitting.stream().filter(group -> group.id() >= from).toList();
            return new Groups(
                    s.view().timestep(),
                    fitting.size(),
                    rest.size() > count ? rest.get(count).id() : null,
                    rest.stream().limit(count).map(group -> group(s, group)).toList());
        });
    }

    private static Group group(Snapshot s, org.chargeproof.protocol.ledger.Group group) {
        var operator = s.state().operator(group.operator());
        var chargePoints = group.chargePoints();
        return new Group(
                group.id(),
                group.operator(),
                operator == null ? "" : operator.name(),
                chargePoints.stream()
                        .map(ChargePoint::operator)
                        .distinct()
                        .sorted()
                        .toList(),
                chargePoints.stream().map(ChargePoint::id).toList(),
                chargePoints.stream().mapToLong(ChargePoint::ratedPowerW).sum(),
                group.capacityW(),
                group.limitW(),
                group.otherEquipmentMaxW(),
                group.policy().kind().name(),
                group.policy().percent(),
                group.policy().peakPercent(group.stays()),
                group.stays().pacePercent(),
                group.stays().count());
    }

    private GroupTimesteps groupTimesteps(@Nullable Object[] values) {
        var params = new Params(values, "group", "fromTimestep", "count");
        int id = params.required(0, 0, Integer.MAX_VALUE);
        return methods.read(s -> {
            var history = s.view().group(id);
            if (history == null) {
                throw Methods.notFound("there is no group " + id + ", or not any more; there are numbers from 0 to "
                        + (s.state().groups().size() - 1));
            }
            int now = s.view().timestep();
            int count = params.optional(2, 1, MOST_TIMESTEPS, USUAL_TIMESTEPS);
            int from = params.optional(1, 0, Integer.MAX_VALUE, Math.max(0, now + 2 - count));
            var timesteps = new ArrayList<GroupTimestep>();
            for (long t = from; t < (long) from + count && t <= Integer.MAX_VALUE; t++) {
                var step = history.step((int) t);
                // of one that is over and not known there is nothing to tell
                if (step != null || t >= now) {
                    timesteps.add(timestep(s, id, (int) t, step));
                }
            }
            return new GroupTimesteps(id, now, timesteps);
        });
    }

    private static GroupTimestep timestep(Snapshot s, int id, int timestep, GroupHistory.@Nullable Step step) {
        var group = s.state().groups().get(id);
        var record = s.view().timestepRecord(timestep);
        var forecast = group.forecast(timestep);
        boolean isAhead = timestep > s.view().timestep();
        boolean isFinal = record != null && record.setpoints() != null;
        return new GroupTimestep(
                timestep,
                s.parameters().startOf(timestep),
                isFinal ? "FINAL" : isAhead ? "OPEN" : "FALLBACK",
                isAhead ? Integer.valueOf(group.limitW()) : step == null ? null : step.limitW(),
                step == null ? null : step.setpointW(),
                step == null ? null : step.energyWh(),
                step == null ? 0 : step.meters(),
                step == null ? 0 : step.greenWh(),
                step == null ? null : step.loadWh(),
                step == null ? null : step.pvWh(),
                forecast == null ? null : forecast.expectedLoadWh(),
                forecast == null ? null : forecast.reservedLoadWh(),
                forecast == null ? null : forecast.expectedPvWh());
    }
}
