package org.chargeproof.cli.demo.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import org.chargeproof.cli.demo.scenario.Scenario.Group;
import org.chargeproof.cli.demo.scenario.Scenario.Point;
import org.chargeproof.site.file.BatterySite;
import org.chargeproof.site.file.PhaseSite;
import org.chargeproof.site.phases.Phase;
import org.chargeproof.site.phases.SafeRoom;
import org.jspecify.annotations.Nullable;

/**
 * What two groups of a generated day have beside charge points: the one that shares its cabinet with other equipment a battery, and the
 * fourth limits of phases.
 *
 * @param batteryGroup number of the group with the battery
 * @param battery its battery
 * @param phaseGroup number of the group with limits of phases; {@link #NONE} without one
 * @param phases limits, charge points being named by their number over all groups; null without any
 * @param safeRoomWh the most that charge points of that group may take together in a step
 */
public record DemoSite(
        int batteryGroup,
        BatterySite battery,
        int phaseGroup,
        @Nullable PhaseSite phases,
        int safeRoomWh) {
    /** No group. */
    public static final int NONE = -1;

    private static final int BATTERY_GROUP = 1;
    private static final int PHASE_GROUP = 3;
    private static final int BATTERIES_IN_GROUP = 16;
    private static final int PART_OF_OTHER_EQUIPMENT = 3;
    private static final int FULL_POWER_HOURS = 3;
    private static final int EFFICIENCY_PERCENT = 92;
    private static final Phase[] SINGLE = {Phase.L1, Phase.L2, Phase.L3};

    /** What a day's groups are to have; null for a day that has no such groups. */
    public static @Nullable DemoSite of(Scenario scenario) {
        var groups = scenario.groups();
        if (groups.size() <= BATTERY_GROUP || groups.get(BATTERY_GROUP).otherEquipmentMaxW() == 0) {
            return null;
        }
        int powerW = groups.get(BATTERY_GROUP).otherEquipmentMaxW() / PART_OF_OTHER_EQUIPMENT;
        var battery = new BatterySite(
                BATTERY_GROUP * BATTERIES_IN_GROUP,
                powerW * FULL_POWER_HOURS,
                powerW,
                powerW,
                EFFICIENCY_PERCENT,
                powerW * FULL_POWER_HOURS / 2,
                powerW * FULL_POWER_HOURS / 2);
        var none = new DemoSite(BATTERY_GROUP, battery, NONE, null, SafeRoom.NO_LIMIT);
        if (groups.size() <= PHASE_GROUP) {
            return none;
        }
        var group = groups.get(PHASE_GROUP);
        if (group.otherEquipmentMaxW() > 0 || group.points().size() < SINGLE.length) {
            return none;
        }
        int first = groups.subList(0, PHASE_GROUP).stream()
                .mapToInt(each -> each.points().size())
                .sum();
        var phaseOf = new HashMap<String, Phase>();
        var loads = new ArrayList<SafeRoom.Load>();
        int singleW = 0;
        for (int p = 0; p < group.points().size(); p++) {
            Point point = group.points().get(p);
            boolean isSingle = p < SINGLE.length;
            Phase phase = isSingle ? SINGLE[p] : Phase.ALL;
            if (isSingle) {
                phaseOf.put(Integer.toString(first + p), phase);
                singleW = Math.max(singleW, point.ratedPowerW());
            }
            loads.add(new SafeRoom.Load(phase, point.ratedPowerW() / Scenario.STEPS_PER_HOUR));
        }
        // so that about two thirds of the cabinet can be used whoever charges
        int limitW = (group.capacityW() * 2 / 3 + 2 * singleW) / 3;
        int safeWh = SafeRoom.wh(limitW / Scenario.STEPS_PER_HOUR, loads);
        return new DemoSite(BATTERY_GROUP, battery, PHASE_GROUP, new PhaseSite(limitW, phaseOf), safeWh);
    }

    /** The day with what must be registered for it: other equipment that includes the battery, and as much as phases leave unused. */
    public Scenario in(Scenario scenario) {
        var groups = new ArrayList<>(scenario.groups());
        groups.set(batteryGroup, withOther(groups.get(batteryGroup), battery.chargeW()));
        if (phaseGroup != NONE) {
            var group = groups.get(phaseGroup);
            int unusedW = Math.max(0, group.capacityW() - safeRoomWh * Scenario.STEPS_PER_HOUR);
            groups.set(phaseGroup, withOther(group, unusedW));
        }
        return scenario.withGroups(groups);
    }

    /** The same cabinet. */
    private static Group withOther(Group group, int moreW) {
        return new Group(
                group.name(),
                group.owner(),
                group.limitW() - moreW,
                group.otherEquipmentMaxW() + moreW,
                group.pvPeakW(),
                group.points(),
                group.loadWh(),
                group.expectedLoadWh(),
                group.reservedLoadWh(),
                group.pvWh(),
                group.expectedPvWh());
    }

    /** Which phase a charge point loads, by its number over all groups. */
    public Phase phaseOf(int point) {
        return phases == null ? Phase.ALL : phases.phaseOf(point, "");
    }
}
