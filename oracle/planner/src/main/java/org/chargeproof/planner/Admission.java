package org.chargeproof.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Who is served with how much energy, what is left to the sessions that join, and what the refused are offered: steps 1
 * to 5 of {@code docs/reference/planner-encoding.md}, "What is computed". Reusable workspace, for one thread; results
 * hold until the next call of {@link #decide}.
 */
final class Admission {
    private final Cuts cuts = new Cuts();
    private final int[] capWh = new int[Limits.STEPS];
    private final int[] baseWh = new int[Limits.STEPS];
    private final boolean[] serves = new boolean[Limits.SESSIONS];
    private final int[] promisedWh = new int[Limits.SESSIONS];
    private final long[] bySessionId = new long[Limits.SESSIONS];

    /** By session, if it does not join; grown when needed, and kept. */
    private int[][] fixedWh = new int[0][];

    private List<Plan.Decision> decisions = List.of();
    private int plannedWh;

    /** Decides about all sessions of the input. */
    void decide(GroupInput input) {
        start(input);
        List<GroupInput.Session> sessions = input.sessions();
        for (int n = 0; n < sessions.size(); n++) {
            int i = (int) bySessionId[n];
            if (sessions.get(i).accepted() && !sessions.get(i).joins()) {
                serveFixed(i, sessions.get(i));
            }
        }
        keepPromises(sessions);
        decisions = List.of();
        for (int n = 0; n < sessions.size(); n++) {
            int i = (int) bySessionId[n];
            if (!sessions.get(i).accepted()) {
                decisions = decisions.isEmpty() ? new ArrayList<>() : decisions;
                decisions.add(answer(i, sessions.get(i), input));
            }
        }
    }

    /** Whether session {@code i} of the input was accepted, now or earlier. */
    boolean serves(int i) {
        return serves[i];
    }

    /** Energy in Wh that session {@code i} of the input will get. */
    int promisedWh(int i) {
        return promisedWh[i];
    }

    /** Energy in Wh by step, before the departure only, of session {@code i}, which does not join and is served. */
    int[] fixedWh(int i) {
        return fixedWh[i];
    }

    /** Room in Wh by step for the sessions that join. */
    int[] capWh() {
        return capWh;
    }

    /** Net load in Wh by step without the sessions that join; negative where PV exceeds it. */
    int[] baseWh() {
        return baseWh;
    }

    /** Those that join and are served, with the energy they are promised. */
    Cuts cuts() {
        return cuts;
    }

    /** Answers to new requests, ascending by session id. */
    List<Plan.Decision> decisions() {
        return decisions;
    }

    private void start(GroupInput input) {
        int steps = input.stepCount();
        for (int t = 0; t < steps; t++) {
            capWh[t] = Math.max(0, input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t]);
            baseWh[t] = input.expectedLoadWh()[t] - input.expectedPvWh()[t];
        }
        int count = input.sessions().size();
        for (int i = 0; i < count; i++) {
            bySessionId[i] = (long) input.sessions().get(i).sessionId() << 32 | i;
        }
        Arrays.sort(bySessionId, 0, count);
        Arrays.fill(serves, 0, count, false);
        Arrays.fill(promisedWh, 0, count, 0);
        if (fixedWh.length < count) {
            fixedWh = new int[count][Limits.STEPS];
        }
        cuts.clear();
        plannedWh = 0;
    }

    /** Full power from step 0 on while there is room. */
    private void serveFixed(int i, GroupInput.Session session) {
        int[] energyWh = fixedWh[i];
        int leftWh = session.energyWh();
        for (int t = 0; t < session.departureStep(); t++) {
            energyWh[t] = Math.min(Math.min(session.maxWhPerStep(), leftWh), capWh[t]);
            leftWh -= energyWh[t];
        }
        fix(i, session.departureStep(), session.energyWh() - leftWh);
    }

    private void fix(int i, int steps, int totalWh) {
        for (int t = 0; t < steps; t++) {
            capWh[t] -= fixedWh[i][t];
            baseWh[t] += fixedWh[i][t];
        }
        serves[i] = true;
        promisedWh[i] = totalWh;
    }

    /** Keeps what is feasible of old promises, in the order in which they were made. */
    private void keepPromises(List<GroupInput.Session> sessions) {
        if (keepAll(sessions)) {
            return;
        }
        cuts.clear();
        plannedWh = 0;
        for (int n = 0; n < sessions.size(); n++) {
            int i = (int) bySessionId[n];
            GroupInput.Session session = sessions.get(i);
            if (session.accepted() && session.joins()) {
                int mostWh = mostWh(session);
                serve(i, session, Math.min(session.energyWh(), mostWh));
            }
        }
    }

    /** The usual case in one test: one by one, nobody would lose anything either. */
    private boolean keepAll(List<GroupInput.Session> sessions) {
        for (int i = 0; i < sessions.size(); i++) {
            GroupInput.Session session = sessions.get(i);
            if (session.accepted() && session.joins()) {
                if (session.energyWh() > session.mostWh()) {
                    return false;
                }
                serve(i, session, session.energyWh());
            }
        }
        return cuts.most(capWh) == plannedWh;
    }

    private void serve(int i, GroupInput.Session session, int energyWh) {
        serves[i] = true;
        promisedWh[i] = energyWh;
        if (energyWh > 0) {
            cuts.add(energyWh, session.maxWhPerStep(), Demand.arrivalStep(session), session.departureStep());
            plannedWh += energyWh;
        }
    }

    private Plan.Decision answer(int i, GroupInput.Session session, GroupInput input) {
        boolean asksForNothing = session.energyWh() == 0 || session.departureStep() == 0;
        if (!asksForNothing && (session.joins() ? joins(i, session) : fits(i, session))) {
            return new Plan.Decision(session.sessionId(), true, 0, 0, 0);
        }
        return refusal(session, input);
    }

    private boolean joins(int i, GroupInput.Session session) {
        if (session.energyWh() > mostWh(session)) {
            return false;
        }
        serve(i, session, session.energyWh());
        return true;
    }

    /** Whether full power from step 0 on has room and leaves the others feasible; if so, it is taken. */
    private boolean fits(int i, GroupInput.Session session) {
        if (session.energyWh() > session.mostWh()) {
            return false;
        }
        int[] energyWh = fixedWh[i];
        int leftWh = session.energyWh();
        for (int t = 0; t < session.departureStep(); t++) {
            energyWh[t] = Math.min(session.maxWhPerStep(), leftWh);
            leftWh -= energyWh[t];
            if (energyWh[t] > capWh[t]) {
                return false;
            }
        }
        fix(i, session.departureStep(), session.energyWh());
        if (cuts.most(capWh) == plannedWh) {
            return true;
        }
        unfix(i, session.departureStep());
        return false;
    }

    private void unfix(int i, int steps) {
        for (int t = 0; t < steps; t++) {
            capWh[t] += fixedWh[i][t];
            baseWh[t] -= fixedWh[i][t];
        }
        serves[i] = false;
        promisedWh[i] = 0;
    }

    private Plan.Decision refusal(GroupInput.Session session, GroupInput input) {
        if (session.energyWh() == 0) {
            return new Plan.Decision(session.sessionId(), false, 0, 0, 0);
        }
        int offerWh = Math.min(session.energyWh(), mostWh(session));
        int soon = Math.min(input.stepsPerHour(), input.stepCount());
        int powerW = input.stepsPerHour() * freeWhPerStep(session.maxWhPerStep(), soon);
        return new Plan.Decision(
                session.sessionId(), false, offerWh, laterDeparture(session, input.stepCount()), powerW);
    }

    /** The least departure after the one asked for by which all of the energy is feasible, or 0. */
    private int laterDeparture(GroupInput.Session session, int steps) {
        int arrival = Demand.arrivalStep(session);
        if (mostWh(session.maxWhPerStep(), arrival, steps) < session.energyWh()) {
            return 0;
        }
        int tooEarly = session.departureStep();
        int enough = steps;
        if (tooEarly == enough) {
            return 0;
        }
        while (enough - tooEarly > 1) {
            int middle = (tooEarly + enough) >>> 1;
            if (mostWh(session.maxWhPerStep(), arrival, middle) >= session.energyWh()) {
                enough = middle;
            } else {
                tooEarly = middle;
            }
        }
        return enough;
    }

    /** The largest constant energy per step that is free in each of the next steps without harm to others. */
    private int freeWhPerStep(int maxWhPerStep, int steps) {
        int free = 0;
        int tooMuch = maxWhPerStep + 1;
        while (tooMuch - free > 1) {
            int middle = (free + tooMuch) >>> 1;
            if (mostWh(middle, 0, steps) == middle * steps) {
                free = middle;
            } else {
                tooMuch = middle;
            }
        }
        return free;
    }

    private int mostWh(GroupInput.Session session) {
        return mostWh(session.maxWhPerStep(), Demand.arrivalStep(session), session.departureStep());
    }

    /** The most energy that one more session can have from its arrival to before its departure, if all others get theirs. */
    int mostWh(int maxWhPerStep, int arrivalStep, int departureStep) {
        if (departureStep <= arrivalStep) {
            return 0;
        }
        int unlimitedWh = maxWhPerStep * (departureStep - arrivalStep);
        cuts.add(unlimitedWh, maxWhPerStep, arrivalStep, departureStep);
        int mostWh = cuts.most(capWh) - plannedWh;
        cuts.removeLast();
        return mostWh;
    }
}
