package org.chargeproof.cli.demo.scenario;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.chargeproof.cli.demo.scenario.Scenario.Group;
import org.chargeproof.cli.demo.scenario.Scenario.Point;

/**
 * Which charge points misbehave, a tenth of them. Most wait for a profile, whatever else they do: they cost their own car its energy. Some give
 * full power until a profile comes: nobody but their operator knows that, who states it, and their group keeps their rated power free.
 */
public final class FlakyStations {
    private static final int ONE_OF = 10;
    private static final int FIRST = 3;
    private static final int ONE_OF_FLAKY = 4;

    private FlakyStations() {}

    /** Numbers of the charge points that misbehave. */
    public static Set<Integer> of(Scenario scenario) {
        var flaky = new HashSet<Integer>();
        IntStream.range(0, scenario.pointCount())
                .filter(point -> point % ONE_OF == FIRST)
                .forEach(flaky::add);
        return flaky;
    }

    /** Those of them that give full power until a profile comes. */
    public static Set<Integer> withFullPower(Scenario scenario) {
        var full = new HashSet<Integer>();
        int point = 0;
        for (Group group : scenario.groups()) {
            for (Point each : group.points()) {
                boolean isFull = point % (ONE_OF * ONE_OF_FLAKY) == FIRST;
                // one that its cabinet has room for at all
                if (isFull && 2 * each.ratedPowerW() < group.limitW()) {
                    full.add(point);
                }
                point++;
            }
        }
        return full;
    }

    /** The same scenario whose groups keep free what charge points take that do not wait for a profile. */
    public static Scenario reserved(Scenario scenario) {
        Set<Integer> full = withFullPower(scenario);
        var groups = new ArrayList<Group>();
        int point = 0;
        for (Group group : scenario.groups()) {
            int reservedW = 0;
            for (Point each : group.points()) {
                reservedW += full.contains(point++) ? each.ratedPowerW() : 0;
            }
            groups.add(reservedW == 0 ? group : reserved(group, reservedW, scenario.steps()));
        }
        return scenario.withGroups(groups);
    }

    private static Group reserved(Group group, int reservedW, int steps) {
        int reservedWh = reservedW / Scenario.STEPS_PER_HOUR;
        int length = Math.max(steps, group.reservedLoadWh().length);
        return new Group(
                group.name(),
                group.owner(),
                group.limitW() - reservedW,
                group.otherEquipmentMaxW() + reservedW,
                group.pvPeakW(),
                group.points(),
                group.loadWh(),
                IntStream.range(0, length)
                        .map(step -> Scenario.at(group.expectedLoadWh(), step))
                        .toArray(),
                IntStream.range(0, length)
                        .map(step -> Scenario.at(group.reservedLoadWh(), step) + reservedWh)
                        .toArray(),
                group.pvWh(),
                group.expectedPvWh());
    }
}
