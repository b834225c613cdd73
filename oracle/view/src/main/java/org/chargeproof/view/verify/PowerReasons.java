package org.chargeproof.view.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.planner.Policy;
import org.chargeproof.view.verify.GroupReasons.Figures;
import org.chargeproof.view.verify.GroupReasons.OfSession;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a plan and its certificate why each session gets what it gets in the first step. Nothing is planned anew; each reason says what planning
 * anew would show, and docs/concepts/why-power-is-cut.md says why. Takes some passes over the rows, and over
 * pairs of steps where a limit binds.
 */
public final class PowerReasons {
    private static final int SECONDS_PER_HOUR = 3_600;
    private static final int PERCENT = 100;
    /** Where the parts of a key are: docs/reference/planner-encoding.md. */
    private static final int BAND_BIT = 56;

    private static final int CLASS_BIT = 48;
    private static final int LEVEL_BIT = 8;
    private static final int CLASS_MASK = 0xff;
    private static final int MOST_BAND = 2;

    private final GroupInput input;
    private final Plan plan;
    private final List<Row> rows;
    /** How many charge now, by the step before which they leave. */
    private final int[] charging;

    /** Of these, those who join. */
    private final int[] chargingJoined;

    /** What is left to cars that join. */
    private final int roomWh;
    /** Place in the policy's order of one unit more now. */
    private final long nextKey;
    /** Whether the limit could bind nobody if there were no other load: those who join, and those who do not. */
    private final boolean fitsJoined;

    private final boolean fitsFixed;
    private @Nullable Moves moves;

    /** A session with its row. */
    private record Row(GroupInput.Session session, Plan.Row row) {
        boolean joins() {
            return row.joins();
        }

        int at(int step) {
            return row.energyWh()[step];
        }

        boolean isThere() {
            return session.arrivalStep() == 0;
        }

        boolean isFree(int step) {
            return step >= session.arrivalStep() && step < row.energyWh().length && at(step) < session.maxWhPerStep();
        }

        int plannedWh() {
            return Arrays.stream(row.energyWh()).sum();
        }

        /** What it would take now if nothing held it back. */
        int fullWh() {
            return (int) Math.min(session.maxWhPerStep(), (long) plannedWh() + row.shortfallWh());
        }

        /** The room that an energy takes: what a car runs at is its least power at least. */
        int needWh(int energyWh) {
            return energyWh > 0 ? Math.max(energyWh, session.minWhPerStep()) : 0;
        }
    }

    private PowerReasons(GroupInput input, Plan plan) {
        this.input = input;
        this.plan = plan;
        rows = rows(input, plan);
        charging = new int[plan.stepCount() + 1];
        chargingJoined = new int[plan.stepCount() + 1];
        int fixedNeedWh = 0;
        long fixedFullWh = 0;
        long joinedFullWh = 0;
        for (Row row : rows) {
            if (!row.isThere()) {
                continue;
            }
            if (row.at(0) > 0) {
                charging[row.session().departureStep()]++;
                chargingJoined[row.session().departureStep()] += row.joins() ? 1 : 0;
            }
            if (row.joins()) {
                joinedFullWh += row.fullWh();
            } else {
                fixedNeedWh += row.needWh(row.at(0));
                fixedFullWh += row.needWh(row.fullWh());
            }
        }
        int reserveWh = reserveWh();
        int allWh = input.limitWh()[0] - input.reservedLoadWh()[0] + input.firmPvWh()[0];
        roomWh = Math.max(0, Math.max(0, allWh) - fixedNeedWh - reserveWh);
        fitsFixed = fixedFullWh <= input.limitWh()[0];
        fitsJoined = fixedFullWh + reserveWh + joinedFullWh <= input.limitWh()[0];
        nextKey = key(0, levelWh(0) + 1);
    }

    /**
     * The reasons of all sessions of a group that are there in the plan's first step: not of reservations, and not of requests that were refused.
     *
     * @param plan that is optimal for the input, as {@link org.chargeproof.planner.Certificate} checks; of any other the reasons may be wrong
     * @throws IllegalArgumentException when a row has no session in the input
     */
    public static GroupReasons of(GroupInput input, Plan plan) {
        return new PowerReasons(input, plan).all();
    }

    private GroupReasons all() {
        int perHour = input.stepsPerHour();
        int all = before(charging, charging.length);
        var sessions = new ArrayList<OfSession>(rows.size());
        for (Row row : rows) {
            if (row.isThere()) {
                sessions.add(new OfSession(
                        row.session().sessionId(),
                        reason(row),
                        all - (row.at(0) > 0 ? 1 : 0),
                        before(charging, row.session().departureStep())));
            }
        }
        return new GroupReasons(
                plan.timestep(),
                new Figures(
                        plan.groupId(),
                        watts(input.limitWh()[0], perHour),
                        watts(input.reservedLoadWh()[0] - input.firmPvWh()[0], perHour),
                        watts(roomWh, perHour),
                        watts(plan.aggregateWh()[0], perHour)),
                List.copyOf(sessions));
    }

    private PowerReason reason(Row row) {
        int nowWh = row.at(0);
        if (nowWh == row.session().maxWhPerStep()) {
            return PowerReason.FULL;
        }
        if (row.row().shortfallWh() > 0) {
            return PowerReason.SHORTFALL;
        }
        if (nowWh == row.plannedWh()) {
            return PowerReason.DONE;
        }
        if (!row.joins()) {
            return fitsFixed ? PowerReason.OTHER_LOAD : PowerReason.LIMIT;
        }
        boolean hasClasses = input.policy().kind() == Policy.Kind.GREEN_BANDS;
        // prices are no lower than what is dearest, and there already
        if (!hasClasses && highestPrice(row) < nextKey) {
            return PowerReason.EVEN;
        }
        long laterKey = moves().dearest(row);
        if (laterKey < nextKey) {
            return hasClasses && isGreener(laterKey) ? PowerReason.GREENER : PowerReason.EVEN;
        }
        // by the certificate there is no room left now when something later is dearer
        if (fitsJoined) {
            return PowerReason.OTHER_LOAD;
        }
        return !moves().couldWaitFor(row) && before(chargingJoined, lastUsed(row) + 1) > 0
                ? PowerReason.EARLIER_DEPARTURE
                : PowerReason.LIMIT;
    }

    private long highestPrice(Row row) {
        long highest = 0;
        for (int t = 1; t < row.row().energyWh().length; t++) {
            highest = row.at(t) > 0 ? Math.max(highest, plan.price()[t]) : highest;
        }
        return highest;
    }

    private Moves moves() {
        if (moves == null) {
            moves = new Moves();
        }
        return moves;
    }

    private static int lastUsed(Row row) {
        int last = row.row().energyWh().length - 1;
        while (row.at(last) == 0) {
            last--;
        }
        return last;
    }

    /** Whether what is planned later comes first for its class, and not for its level. */
    private boolean isGreener(long laterKey) {
        long laterBand = laterKey >>> BAND_BIT;
        long nextBand = nextKey >>> BAND_BIT;
        boolean lowerClass = (laterKey >>> CLASS_BIT & CLASS_MASK) < (nextKey >>> CLASS_BIT & CLASS_MASK);
        return laterBand == 0 || (laterBand == 1 && nextBand == 1 && lowerClass);
    }

    /** Net load of a step as it is planned. */
    private int levelWh(int step) {
        int levelWh = input.expectedLoadWh()[step] - input.expectedPvWh()[step] + plan.aggregateWh()[step];
        for (Row row : rows) {
            if (!row.joins() && step < row.row().energyWh().length) {
                levelWh += row.at(step);
            }
        }
        return levelWh;
    }

    /** The key of the unit that lifts a step to a level, as docs/reference/planner-encoding.md has it. */
    private long key(int step, int levelWh) {
        long band = 0;
        long stepClass = 0;
        switch (input.policy().kind()) {
            case FLAT -> {
                // one band and one class
            }
            case EARLIEST -> stepClass = step;
            case EARLIEST_TO_PEAK -> {
                long softWh =
                        Math.max(0, (long) plan.leastPeakWh() * input.policy().percent() / PERCENT);
                band = levelWh <= softWh ? 0 : 1;
                stepClass = band == 0 ? step : 0;
            }
            case GREEN_BANDS -> {
                long softWh = (long) input.limitWh()[step] * input.policy().percent() / PERCENT;
                band = levelWh <= 0 ? 0 : levelWh <= softWh ? 1 : MOST_BAND;
                stepClass = band == 0 ? step : band == 1 ? input.policy().stepClass()[step] & CLASS_MASK : 0;
            }
        }
        return band << BAND_BIT | stepClass << CLASS_BIT | (levelWh + (1L << 31)) << LEVEL_BIT | step;
    }

    /** What is kept so that those who get less than their least power may take turns: one least energy, and a second for each. */
    private int reserveWh() {
        var present = new HashMap<Integer, Integer>();
        for (Row row : rows) {
            int leastWh = row.session().minWhPerStep();
            if (row.joins() && row.isThere() && leastWh > 0 && row.plannedWh() > 0) {
                present.merge(leastWh, 1, Integer::sum);
            }
        }
        int secondsPerStep = SECONDS_PER_HOUR / input.stepsPerHour();
        int reserveWh = 0;
        for (var each : present.entrySet()) {
            reserveWh += each.getKey() + each.getKey() * each.getValue() / secondsPerStep;
        }
        return reserveWh;
    }

    private static List<Row> rows(GroupInput input, Plan plan) {
        var byId = new HashMap<Integer, GroupInput.Session>();
        input.sessions().forEach(session -> byId.put(session.sessionId(), session));
        var rows = new ArrayList<Row>(plan.rows().size());
        for (var row : plan.rows()) {
            var session = byId.get(row.sessionId());
            if (session == null || session.departureStep() != row.energyWh().length) {
                throw new IllegalArgumentException("the plan of group " + plan.groupId() + " for timestep "
                        + plan.timestep() + " has a row of session " + row.sessionId()
                        + " that is not its input's. Give the input that it was made of.");
            }
            rows.add(new Row(session, row));
        }
        return rows;
    }

    /** How many leave before a step. */
    private static int before(int[] byDeparture, int step) {
        int count = 0;
        for (int t = 0; t < step; t++) {
            count += byDeparture[t];
        }
        return count;
    }

    private static int watts(int energyWh, int perHour) {
        return Math.clamp((long) energyWh * perHour, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /**
     * Where energy can move without any change in the first step: from a step to another one when some session takes it in the first and could take
     * more in the other, over any number of steps.
     */
    private final class Moves {
        private final int steps = plan.stepCount();
        /** By step, the later ones that its energy can move to, itself included: a bit for each, those from 64 on in {@code high}. */
        private final long[] low = new long[steps];

        private final long[] high = new long[steps];
        /** By step, the highest key among the steps whose energy can move to it. */
        private final long[] dearest = new long[steps];

        /** By step, how many of those who join and charge now could charge there instead. */
        private final int[] now = new int[steps];

        Moves() {
            rows.stream().filter(Row::joins).forEach(this::link);
            for (int t = 1; t < steps; t++) {
                add(low, high, t, lowBit(t), highBit(t));
            }
            for (int by = 1; by < steps; by++) {
                for (int t = 1; t < steps; t++) {
                    if (((low[t] & lowBit(by)) | (high[t] & highBit(by))) != 0) {
                        add(low, high, t, low[by], high[by]);
                    }
                }
            }
            price();
        }

        private void link(Row row) {
            int length = row.row().energyWh().length;
            long freeLow = 0;
            long freeHigh = 0;
            for (int t = 1; t < length; t++) {
                if (row.isFree(t)) {
                    freeLow |= lowBit(t);
                    freeHigh |= highBit(t);
                    now[t] += row.at(0) > 0 ? 1 : 0;
                }
            }
            for (int t = 1; t < length; t++) {
                if (row.at(t) > 0) {
                    add(low, high, t, freeLow, freeHigh);
                }
            }
        }

        /** From the highest key down, so that the first one to reach a step is the highest. */
        private void price() {
            var key = new long[steps];
            for (int t = 1; t < steps; t++) {
                key[t] = plan.aggregateWh()[t] > 0 ? key(t, levelWh(t)) : 0;
            }
            for (int from = highest(key); key[from] > 0; from = highest(key)) {
                for (int t = 1; t < steps; t++) {
                    if (dearest[t] == 0 && ((low[from] & lowBit(t)) | (high[from] & highBit(t))) != 0) {
                        dearest[t] = key[from];
                    }
                }
                key[from] = 0;
            }
        }

        private int highest(long[] key) {
            int highest = 0;
            for (int t = 1; t < steps; t++) {
                highest = key[t] > key[highest] ? t : highest;
            }
            return highest;
        }

        /** The highest key of a unit that could be left out later if a session took one more now. */
        long dearest(Row row) {
            long highest = 0;
            for (int t = 1; t < row.row().energyWh().length; t++) {
                highest = row.at(t) > 0 ? Math.max(highest, dearest[t]) : highest;
            }
            return highest;
        }

        /** Whether a session could charge more now and somebody else later, with the same load of the group in every step. */
        boolean couldWaitFor(Row row) {
            long reachedLow = 0;
            long reachedHigh = 0;
            for (int t = 1; t < steps; t++) {
                int own = row.at(0) > 0 && row.isFree(t) ? 1 : 0;
                if (now[t] > own) {
                    reachedLow |= low[t];
                    reachedHigh |= high[t];
                }
            }
            for (int t = 1; t < row.row().energyWh().length; t++) {
                if (row.at(t) > 0 && ((reachedLow & lowBit(t)) | (reachedHigh & highBit(t))) != 0) {
                    return true;
                }
            }
            return false;
        }
    }

    private static void add(long[] low, long[] high, int step, long moreLow, long moreHigh) {
        low[step] |= moreLow;
        high[step] |= moreHigh;
    }

    private static long lowBit(int step) {
        return step < Long.SIZE ? 1L << step : 0;
    }

    private static long highBit(int step) {
        return step < Long.SIZE ? 0 : 1L << step;
    }
}
