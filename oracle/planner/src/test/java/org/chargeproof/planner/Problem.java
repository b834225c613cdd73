package org.chargeproof.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is left to optimize in a plan: the rows that join, and base and cap as the other rows and the reserve leave them. */
record Problem(List<Wish> wishes, List<Integer> baseWh, List<Integer> capWh, int totalWh) {

    /** What one session wants. */
    record Wish(int energyWh, int maxWhPerStep, int departureStep) {}

    static Problem of(GroupInput input, Plan plan) {
        int steps = input.stepCount();
        int[] base = new int[steps];
        int[] cap = new int[steps];
        for (int t = 0; t < steps; t++) {
            base[t] = input.expectedLoadWh()[t] - input.expectedPvWh()[t];
            cap[t] = Math.max(0, input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t]);
        }
        List<Wish> wishes = new ArrayList<>();
        Map<Integer, int[]> present = new TreeMap<>();
        int total = 0;
        for (Plan.Row row : plan.rows()) {
            GroupInput.Session session = input.sessions().stream()
                    .filter(s -> s.sessionId() == row.sessionId())
                    .findAny()
                    .orElseThrow();
            if (row.joins()) {
                int energy = Arrays.stream(row.energyWh()).sum();
                wishes.add(new Wish(energy, session.maxWhPerStep(), session.departureStep()));
                total += energy;
                int[] count = present.computeIfAbsent(session.minWhPerStep(), least -> new int[steps]);
                for (int t = 0; t < session.departureStep() && energy > 0; t++) {
                    count[t]++;
                }
            } else {
                for (int t = 0; t < row.energyWh().length; t++) {
                    base[t] += row.energyWh()[t];
                    cap[t] -= row.energyWh()[t] == 0 ? 0 : Math.max(row.energyWh()[t], session.minWhPerStep());
                }
            }
        }
        for (Map.Entry<Integer, int[]> sameLeast : present.entrySet()) {
            for (int t = 0; t < steps; t++) {
                int count = sameLeast.getValue()[t];
                int least = sameLeast.getKey();
                cap[t] -= count == 0 ? 0 : least + least * count * input.stepsPerHour() / 3600;
            }
        }
        for (int t = 0; t < steps; t++) {
            cap[t] = Math.max(0, cap[t]);
        }
        return new Problem(wishes, boxed(base), boxed(cap), total);
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    int steps() {
        return capWh.size();
    }
}
