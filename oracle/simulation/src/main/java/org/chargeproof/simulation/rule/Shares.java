package org.chargeproof.simulation.rule;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The usual ways of sharing a step's room. */
final class Shares {
    private static final int PROPORTIONAL_THRESHOLD_W = 11_000;

    private Shares() {}

    /** The same power for everybody, up to what each can use. */
    static void equal(Roll roll, int[] energyWh) {
        int count = energyWh.length;
        int fits = 0;
        int tooMuch = roll.roomWh() + 1;
        while (tooMuch - fits > 1) {
            int middle = (fits + tooMuch) >>> 1;
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += Math.min(middle, roll.usableWh(i));
            }
            if (sum <= roll.roomWh()) {
                fits = middle;
            } else {
                tooMuch = middle;
            }
        }
        int restWh = roll.roomWh();
        for (int i = 0; i < count; i++) {
            energyWh[i] = Math.min(fits, roll.usableWh(i));
            restWh -= energyWh[i];
        }
        for (int i : roll.bySession()) {
            if (restWh > 0 && energyWh[i] < roll.usableWh(i)) {
                energyWh[i]++;
                restWh--;
            }
        }
    }

    /** Who leaves first is served first (Liu and Layland 1973). */
    static void earliestDeadline(Roll roll, int[] energyWh) {
        inOrder(roll, energyWh, Comparator.comparingInt(roll::stepsLeft));
    }

    /** Who has the least time to spare is served first (Mok 1983). */
    static void leastLaxity(Roll roll, int[] energyWh) {
        inOrder(
                roll,
                energyWh,
                Comparator.comparingDouble(i -> roll.stepsLeft(i)
                        - (double) roll.leftWh(i) / roll.session(i).maxWhPerStep()));
    }

    private static void inOrder(Roll roll, int[] energyWh, Comparator<Integer> order) {
        int restWh = roll.roomWh();
        var places = IntStream.range(0, energyWh.length)
                .filter(i -> roll.usableWh(i) > 0)
                .boxed()
                .sorted(order.thenComparingInt(i -> roll.session(i).sessionId()))
                .toList();
        for (int i : places) {
            energyWh[i] = Math.min(restWh, roll.usableWh(i));
            restWh -= energyWh[i];
        }
    }

    /**
     * Proportional curtailment by flexibility: a session that has {@code F = stay - energy / power} to spare can do without all of its power
     * when F is a step or more, and without the part F / step of it otherwise. Those in their last step give up first what they cannot use;
     * then those whose flexible power is 11 kW or more, in proportion to it; then the others.
     */
    static void proportional(Roll roll, int[] energyWh) {
        int count = energyWh.length;
        var flexibleWh = new int[count];
        var large = new boolean[count];
        long excessWh = -roll.roomWh();
        for (int i = 0; i < count; i++) {
            // in the last step this is what is left: nothing of it can be given up
            energyWh[i] = roll.usableWh(i);
            excessWh += energyWh[i];
            int maxWh = roll.session(i).maxWhPerStep();
            double spareSteps = roll.stepsLeft(i) - (double) roll.leftWh(i) / maxWh;
            double flexible = maxWh * Math.clamp(spareSteps, 0, 1);
            large[i] = flexible * roll.stepsPerHour() >= PROPORTIONAL_THRESHOLD_W;
            flexibleWh[i] = roll.stepsLeft(i) <= 1 ? 0 : (int) Math.min(flexible, energyWh[i]);
        }
        for (boolean tier : new boolean[] {true, false}) {
            excessWh = curtail(energyWh, flexibleWh, large, tier, excessWh);
        }
        // beyond what is flexible: somebody loses, but the limit holds
        System.arraycopy(energyWh, 0, flexibleWh, 0, count);
        for (boolean tier : new boolean[] {true, false}) {
            excessWh = curtail(energyWh, flexibleWh, large, tier, excessWh);
        }
    }

    private static long curtail(int[] energyWh, int[] flexibleWh, boolean[] large, boolean tier, long excessWh) {
        long sumWh = 0;
        for (int i = 0; i < energyWh.length; i++) {
            sumWh += large[i] == tier ? flexibleWh[i] : 0;
        }
        long cutWh = Math.min(sumWh, Math.max(0, excessWh));
        if (cutWh == 0) {
            return excessWh;
        }
        long seenWh = 0;
        long doneWh = 0;
        for (int i = 0; i < energyWh.length; i++) {
            if (large[i] == tier) {
                // cumulative rounding: the sum is exact
                seenWh += flexibleWh[i];
                long dueWh = cutWh * seenWh / sumWh;
                energyWh[i] -= (int) (dueWh - doneWh);
                doneWh = dueWh;
            }
        }
        return excessWh - cutWh;
    }
}
