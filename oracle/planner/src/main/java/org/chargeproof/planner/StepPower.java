package org.chargeproof.planner;

import java.util.Arrays;
import java.util.List;

/**
 * Checks when sessions charge in step 0: each gets its energy at no less than its least power, and at no second do all of
 * them together take more than there is room for. However they are laid. Reusable workspace, for one thread.
 */
final class StepPower {
    /** Change of power in W at each second of the step. */
    private final long[] changeW = new long[Limits.SECONDS_PER_HOUR + 1];

    /**
     * Checks the intervals of a plan.
     *
     * @param input the input, of whose sessions each row has one
     * @throws CertificateException naming what is violated, with session or second and values
     */
    void check(GroupInput input, List<Plan.Row> rows) {
        if (!hasLeastPower(input.sessions()) && !hasIntervals(rows)) {
            return;
        }
        int seconds = Limits.SECONDS_PER_HOUR / input.stepsPerHour();
        Arrays.fill(changeW, 0, seconds + 1, 0);
        int intervals = 0;
        int i = 0;
        for (Plan.Row row : rows) {
            while (input.sessions().get(i).chargePoint() != row.chargePoint()) {
                i++;
            }
            intervals += row.intervals().size();
            add(input.sessions().get(i), row, input.stepsPerHour(), seconds);
        }
        // at constant power the sums of energy say it all
        if (intervals > 0) {
            checkSum(input, seconds);
        }
    }

    private static boolean hasLeastPower(List<GroupInput.Session> sessions) {
        for (int i = 0; i < sessions.size(); i++) {
            if (sessions.get(i).minWhPerStep() > 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasIntervals(List<Plan.Row> rows) {
        for (int i = 0; i < rows.size(); i++) {
            if (!rows.get(i).intervals().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void add(GroupInput.Session session, Plan.Row row, int stepsPerHour, int secondsPerStep) {
        String name = "session " + row.sessionId();
        int energyWh = row.energyWh()[0];
        if (!MinimumCurrent.isPartial(energyWh, session.minWhPerStep())) {
            if (!row.intervals().isEmpty()) {
                throw new CertificateException(name + " has " + row.intervals().size()
                        + " intervals, but takes its energy of step 0 at constant power");
            }
            changeW[0] += (long) energyWh * stepsPerHour;
            return;
        }
        int leastW = session.minWhPerStep() * stepsPerHour;
        int onSeconds = 0;
        for (Plan.Interval interval : row.intervals()) {
            if (interval.powerW() != leastW || interval.toSecond() > secondsPerStep) {
                throw new CertificateException(name + " has " + interval + ", should have a power of " + leastW
                        + " W within " + secondsPerStep + " seconds");
            }
            changeW[interval.fromSecond()] += leastW;
            changeW[interval.toSecond()] -= leastW;
            onSeconds += interval.toSecond() - interval.fromSecond();
        }
        int dueSeconds = MinimumCurrent.seconds(energyWh, session.minWhPerStep(), secondsPerStep);
        if (onSeconds != dueSeconds) {
            throw new CertificateException("intervals of " + name + " last " + onSeconds + " seconds, should last "
                    + dueSeconds + " for " + energyWh + " Wh at " + leastW + " W");
        }
    }

    private void checkSum(GroupInput input, int seconds) {
        long roomWh = Math.max(0, (long) input.limitWh()[0] - input.reservedLoadWh()[0] + input.firmPvWh()[0]);
        long roomW = roomWh * input.stepsPerHour();
        long powerW = 0;
        for (int second = 0; second < seconds; second++) {
            powerW += changeW[second];
            if (powerW > roomW) {
                throw new CertificateException(
                        "power at second " + second + " is " + powerW + " W, there is room for " + roomW + " W");
            }
        }
    }
}
