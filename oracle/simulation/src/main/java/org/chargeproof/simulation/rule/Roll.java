package org.chargeproof.simulation.rule;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.chargeproof.planner.GroupInput;

/** Sessions of a group that a rule of thumb serves step by step: what each still lacks, and the room there is. */
final class Roll {
    private final GroupInput input;
    private final int[] capWh;
    /** Places of the sessions in the input, ascending by session id. */
    private final int[] bySession;

    private final boolean[] takesPart;
    private final int[] leftWh;
    private final int[] energyWh;
    private int step;

    Roll(GroupInput input) {
        this.input = input;
        int count = input.sessions().size();
        this.capWh = new int[input.stepCount()];
        for (int t = 0; t < capWh.length; t++) {
            capWh[t] = Math.max(0, input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t]);
        }
        this.bySession = IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingInt(i -> input.sessions().get(i).sessionId()))
                .mapToInt(Integer::intValue)
                .toArray();
        this.takesPart = new boolean[count];
        this.leftWh = new int[count];
        this.energyWh = new int[count];
    }

    GroupInput.Session session(int i) {
        return input.sessions().get(i);
    }

    int[] bySession() {
        return bySession;
    }

    void take(int i, boolean part) {
        takesPart[i] = part;
    }

    /** Back to the first step. */
    void restart() {
        step = 0;
        for (int i = 0; i < leftWh.length; i++) {
            leftWh[i] = session(i).energyWh();
        }
        Arrays.fill(energyWh, 0);
    }

    /** Whether everybody who takes part has all energy by departure, if a rule goes on like this. */
    boolean succeeds(RollingRule.Share share) {
        restart();
        while (step < capWh.length && unfinished()) {
            for (int i = 0; i < leftWh.length; i++) {
                if (takesPart[i] && leftWh[i] > 0 && stepsLeft(i) <= 0) {
                    return false;
                }
            }
            advance(share);
        }
        return !unfinished();
    }

    private boolean unfinished() {
        for (int i = 0; i < leftWh.length; i++) {
            if (takesPart[i] && leftWh[i] > 0) {
                return true;
            }
        }
        return false;
    }

    /** Serves one step. */
    void advance(RollingRule.Share share) {
        Arrays.fill(energyWh, 0);
        share.allocate(this, energyWh);
        for (int i = 0; i < leftWh.length; i++) {
            leftWh[i] -= energyWh[i];
        }
        step++;
    }

    /** What the sessions got in the last step served, by place in the input. */
    int[] energyWh() {
        return energyWh;
    }

    /** Room in the step at hand. */
    int roomWh() {
        return capWh[step];
    }

    int roomWh(int t) {
        return capWh[t];
    }

    int stepsPerHour() {
        return input.stepsPerHour();
    }

    /** Steps until the departure, the one at hand included. */
    int stepsLeft(int i) {
        return session(i).departureStep() - step;
    }

    int leftWh(int i) {
        return leftWh[i];
    }

    /** What a session can use in the step at hand. */
    int usableWh(int i) {
        boolean present = takesPart[i] && stepsLeft(i) > 0;
        return present ? Math.min(leftWh[i], session(i).maxWhPerStep()) : 0;
    }
}
