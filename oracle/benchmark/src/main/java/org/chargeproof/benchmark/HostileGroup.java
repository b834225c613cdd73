package org.chargeproof.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.GroupInput.Settlement;
import org.chargeproof.planner.Policy;

/**
 * Any group that can be on chain, as numbers that can be changed one field or pattern at a time. Whatever they are, {@link
 * #input} makes a valid input of them.
 */
final class HostileGroup {
    private static final int MOST_STEPS = 96;
    private static final int MOST_ENERGY_WH = 1 << 20;
    private static final long MOST_TOTAL_WH = 1L << 30;
    private static final int MOST_WH_PER_STEP = 65_534;
    private static final int[] STEPS_PER_HOUR = {1, 4, 4, 4, 12, 60};
    private static final int[] USUAL_WH_PER_STEP = {1, 7, 920, 1_840, 2_750, 5_500, MOST_WH_PER_STEP};

    // what sessions have
    private static final int ENERGY = 0;
    private static final int LEAST = 1;
    private static final int MAX = 2;
    private static final int MIN = 3;
    private static final int ARRIVAL = 4;
    private static final int LENGTH = 5;
    private static final int KIND = 6;
    private static final int ORDER = 7;
    private static final int FIELDS = 8;

    // what they are
    private static final int PROMISED = 0;
    private static final int BEHIND = 1;
    private static final int ASKING = 2;
    private static final int FIXED = 3;
    private static final int ASKING_FIXED = 4;

    private final int requests;
    private int steps = MOST_STEPS;
    private int stepsPerHour = 4;
    private Policy.Kind policy = Policy.Kind.FLAT;
    private int percent = 100;
    private final int[][] series = new int[5][MOST_STEPS];
    private final int[] stepClass = new int[MOST_STEPS];
    private final int[][] sessions;

    private HostileGroup(int chargePoints, int requests) {
        this.requests = requests;
        this.sessions = new int[FIELDS][chargePoints];
    }

    /**
     * Draws a group.
     *
     * @param chargePoints how many have a session
     * @param requests how many of the sessions are new requests, at most
     */
    static HostileGroup draw(SplittableRandom random, int chargePoints, int requests) {
        var group = new HostileGroup(chargePoints, requests);
        for (int i = 0; i < chargePoints; i++) {
            group.sessions[ORDER][i] = i;
            group.sessions[MAX][i] = USUAL_WH_PER_STEP[4];
            group.sessions[LENGTH][i] = MOST_STEPS;
            group.sessions[ENERGY][i] = 10_000;
        }
        Arrays.fill(group.series[0], 100_000);
        for (int i = 0; i < 30; i++) {
            group.change(random);
        }
        return group;
    }

    /** Returns this group with a few changes. */
    HostileGroup changed(SplittableRandom random) {
        var copy = copy();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            copy.change(random);
        }
        return copy;
    }

    /** Returns this group with some of another's fields. */
    HostileGroup crossed(HostileGroup other, SplittableRandom random) {
        var copy = copy();
        for (int field = 0; field < FIELDS; field++) {
            if (random.nextInt(3) == 0) {
                copy.sessions[field] = other.sessions[field].clone();
            }
        }
        if (random.nextBoolean()) {
            for (int k = 0; k < series.length; k++) {
                copy.series[k] = other.series[k].clone();
            }
        }
        return copy;
    }

    private HostileGroup copy() {
        var copy = new HostileGroup(sessions[0].length, requests);
        copy.steps = steps;
        copy.stepsPerHour = stepsPerHour;
        copy.policy = policy;
        copy.percent = percent;
        System.arraycopy(stepClass, 0, copy.stepClass, 0, steps);
        for (int k = 0; k < series.length; k++) {
            copy.series[k] = series[k].clone();
        }
        for (int k = 0; k < FIELDS; k++) {
            copy.sessions[k] = sessions[k].clone();
        }
        return copy;
    }

    private void change(SplittableRandom random) {
        switch (random.nextInt(12)) {
            case 0 -> {
                policy = Policy.Kind.ofCode(random.nextInt(4));
                percent = random.nextInt(1_001);
                pattern(random, stepClass, 0, 255);
            }
            case 1 -> stepsPerHour = STEPS_PER_HOUR[random.nextInt(STEPS_PER_HOUR.length)];
            case 2 -> pattern(random, series[random.nextInt(5)], 0, 1 << random.nextInt(27));
            case 3 -> pattern(random, series[0], 0, 1 << random.nextInt(27));
            case 4 -> tighten(random);
            case 5 -> pattern(random, sessions[KIND], random.nextInt(5), random.nextInt(5));
            case 6 -> pattern(random, sessions[ARRIVAL], 0, random.nextBoolean() ? 0 : MOST_STEPS);
            case 7 -> pattern(random, sessions[LENGTH], 0, MOST_STEPS);
            case 8 -> pattern(random, sessions[MAX], 1, USUAL_WH_PER_STEP[random.nextInt(USUAL_WH_PER_STEP.length)]);
            case 9 ->
                pattern(
                        random,
                        sessions[MIN],
                        0,
                        random.nextBoolean() ? 0 : USUAL_WH_PER_STEP[random.nextInt(USUAL_WH_PER_STEP.length)]);
            case 10 ->
                pattern(
                        random,
                        sessions[random.nextBoolean() ? ENERGY : LEAST],
                        0,
                        1 << random.nextInt(random.nextInt(1, 21), 21));
            default -> pattern(random, sessions[ORDER], 0, sessions[0].length);
        }
    }

    /** Changes some of the values, by a pattern. */
    private static void pattern(SplittableRandom random, int[] values, int least, int most) {
        int low = Math.min(least, most);
        int high = Math.max(least, most);
        int from = random.nextInt(3) > 0 ? 0 : random.nextInt(values.length);
        int to = random.nextInt(3) > 0 ? values.length : random.nextInt(from, values.length + 1);
        int by = random.nextInt(3) > 0 ? 1 : random.nextInt(1, 8);
        int kind = random.nextInt(7);
        int constant = random.nextInt(low, high + 1);
        int slope = random.nextInt(-3, 4);
        for (int i = from; i < to; i += by) {
            int value = switch (kind) {
                case 0 -> constant;
                case 1 -> random.nextInt(low, high + 1);
                case 2 -> low + (int) ((long) (high - low) * i / values.length);
                case 3 -> high - (int) ((long) (high - low) * i / values.length);
                case 4 -> low + i % (high - low + 1);
                case 5 -> (int) ((long) values[i] * random.nextInt(50, 151) / 100) + slope;
                default -> values[i] + slope;
            };
            values[i] = Math.clamp(value, low, high);
        }
    }

    /** Sets the limit to about what the sessions need, if they took their energy evenly. */
    private void tighten(SplittableRandom random) {
        var need = new double[MOST_STEPS];
        for (Session session : sessions()) {
            int length = Math.max(1, session.departureStep() - session.arrivalStep());
            for (int t = session.arrivalStep(); t < session.departureStep(); t++) {
                need[t] += (double) session.energyWh() / length;
            }
        }
        int share = random.nextInt(20, 120);
        int noise = random.nextInt(1, 50);
        for (int t = 0; t < steps; t++) {
            series[0][t] = (int) Math.min(1 << 26, need[t] * (share + random.nextInt(noise)) / 100);
            series[1][t] = 0;
        }
    }

    private List<Session> sessions() {
        int count = sessions[0].length;
        long totalWh = 0;
        for (int i = 0; i < count; i++) {
            totalWh += Math.clamp(sessions[ENERGY][i], 0, MOST_ENERGY_WH);
        }
        // ids by order, then charge point
        var byOrder = new long[count];
        for (int i = 0; i < count; i++) {
            byOrder[i] = (long) sessions[ORDER][i] << 32 | i;
        }
        Arrays.sort(byOrder);
        var id = new int[count];
        for (int k = 0; k < count; k++) {
            id[(int) byOrder[k]] = k;
        }
        int asking = 0;
        var list = new ArrayList<Session>();
        for (int i = 0; i < count; i++) {
            int kind = sessions[KIND][i];
            if ((kind == ASKING || kind == ASKING_FIXED) && ++asking > requests) {
                kind = PROMISED;
            }
            boolean joins = kind == PROMISED || kind == BEHIND || kind == ASKING;
            boolean accepted = kind == PROMISED || kind == BEHIND || kind == FIXED;
            int energyWh = Math.clamp(sessions[ENERGY][i], 0, MOST_ENERGY_WH);
            energyWh = (int) (totalWh > MOST_TOTAL_WH ? energyWh * MOST_TOTAL_WH / totalWh : energyWh);
            int leastWh = joins ? Math.clamp(sessions[LEAST][i], Math.min(1, energyWh), energyWh) : energyWh;
            int maxWh = Math.clamp(sessions[MAX][i], 1, MOST_WH_PER_STEP);
            int arrival = joins ? Math.clamp(sessions[ARRIVAL][i], 0, steps) : 0;
            int departure = Math.clamp((long) arrival + sessions[LENGTH][i], arrival, steps);
            if (kind == PROMISED || kind == BEHIND) {
                // what was promised was feasible once, for each by itself at least
                energyWh = Math.min(energyWh, maxWh * (departure - arrival));
            }
            list.add(new Session(
                    i,
                    id[i],
                    joins,
                    accepted,
                    energyWh,
                    accepted ? 0 : leastWh,
                    maxWh,
                    Math.clamp(sessions[MIN][i], 0, maxWh),
                    arrival,
                    departure,
                    kind == BEHIND));
        }
        return list;
    }

    /** Returns the input. */
    GroupInput input() {
        var classes = new byte[steps];
        for (int t = 0; t < steps; t++) {
            classes[t] = (byte) stepClass[t];
        }
        var kind = switch (policy) {
            case FLAT -> Policy.flat();
            case EARLIEST -> Policy.earliest();
            case EARLIEST_TO_PEAK -> Policy.earliestToPeak(Math.max(100, percent));
            case GREEN_BANDS -> Policy.greenBands(percent % 101, classes);
        };
        return new GroupInput(
                0,
                1,
                stepsPerHour,
                kind,
                Arrays.copyOf(series[0], steps),
                Arrays.copyOf(series[1], steps),
                Arrays.copyOf(series[2], steps),
                Arrays.copyOf(series[3], steps),
                Arrays.copyOf(series[4], steps),
                sessions(),
                Settlement.none());
    }
}
