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
    /** An offer takes up to a hundred tests; with windows each is a maximum flow, and the gate is short. */
    private static final int MOST_OFFERS_BESIDE_RESERVATIONS = 16;

    private final Cuts cuts = new Cuts();
    private final Reserve reserve = new Reserve();
    private final int[] capWh = new int[Limits.STEPS];
    private final int[] roomWh = new int[Limits.STEPS];
    private final int[] baseWh = new int[Limits.STEPS];
    private final boolean[] serves = new boolean[Limits.SESSIONS];
    private final int[] promisedWh = new int[Limits.SESSIONS];
    private final long[] bySessionId = new long[Limits.SESSIONS];

    /** By session, if it does not join; grown when needed, and kept. */
    private int[][] fixedWh = new int[0][];

    private List<Plan.Decision> decisions = List.of();
    private int steps;
    private int plannedWh;
    private boolean hasReservations;
    private int refusals;

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
        keepPromises(input);
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

    /** What was promised to session {@code i} of the input earlier and cannot be delivered any more, in Wh. */
    int shortfallWh(int i, GroupInput.Session session) {
        return session.accepted() ? session.energyWh() - promisedWh[i] : 0;
    }

    /** Energy in Wh by step, before the departure only, of session {@code i}, which does not join and is served. */
    int[] fixedWh(int i) {
        return fixedWh[i];
    }

    /** Room in Wh by step for the sessions that join, without what is kept in reserve. */
    int[] capWh() {
        return room();
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
        steps = input.stepCount();
        for (int t = 0; t < steps; t++) {
            capWh[t] = Math.max(0, input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t]);
            baseWh[t] = input.expectedLoadWh()[t] - input.expectedPvWh()[t];
        }
        int count = input.sessions().size();
        hasReservations = false;
        refusals = 0;
        for (int i = 0; i < count; i++) {
            bySessionId[i] = (long) input.sessions().get(i).sessionId() << 32 | i;
            hasReservations |= input.sessions().get(i).arrivalStep() > 0;
        }
        Arrays.sort(bySessionId, 0, count);
        Arrays.fill(serves, 0, count, false);
        Arrays.fill(promisedWh, 0, count, 0);
        if (fixedWh.length < count) {
            fixedWh = new int[count][Limits.STEPS];
        }
        clearPromises(input);
    }

    private void clearPromises(GroupInput input) {
        cuts.clear();
        reserve.clear(input.stepsPerHour());
        plannedWh = 0;
    }

    /** Room in Wh by step without what is kept in reserve; holds until the next call. */
    private int[] room() {
        if (reserve.isEmpty()) {
            return capWh;
        }
        for (int t = 0; t < steps; t++) {
            roomWh[t] = reserve.roomWh(t, capWh[t]);
        }
        return roomWh;
    }

    /** Full power from step 0 on while there is room. */
    private void serveFixed(int i, GroupInput.Session session) {
        int[] energyWh = fixedWh[i];
        int leftWh = session.energyWh();
        for (int t = 0; t < session.departureStep(); t++) {
            int stepWh = Math.min(Math.min(session.maxWhPerStep(), leftWh), capWh[t]);
            energyWh[t] = MinimumCurrent.roomWh(stepWh, session.minWhPerStep()) > capWh[t] ? 0 : stepWh;
            leftWh -= energyWh[t];
        }
        fix(i, session, session.energyWh() - leftWh);
    }

    private void fix(int i, GroupInput.Session session, int totalWh) {
        for (int t = 0; t < session.departureStep(); t++) {
            capWh[t] -= MinimumCurrent.roomWh(fixedWh[i][t], session.minWhPerStep());
            baseWh[t] += fixedWh[i][t];
        }
        serves[i] = true;
        promisedWh[i] = totalWh;
    }

    /** Keeps what is feasible of old promises, in the order in which they were made; who is behind comes last. */
    private void keepPromises(GroupInput input) {
        List<GroupInput.Session> sessions = input.sessions();
        if (keepAll(sessions)) {
            return;
        }
        clearPromises(input);
        keepOneByOne(sessions, false);
        keepOneByOne(sessions, true);
    }

    private void keepOneByOne(List<GroupInput.Session> sessions, boolean behind) {
        for (int n = 0; n < sessions.size(); n++) {
            int i = (int) bySessionId[n];
            GroupInput.Session session = sessions.get(i);
            if (session.accepted() && session.joins() && session.behind() == behind) {
                int mostWh = mostWh(session, session.departureStep());
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
        return othersFit();
    }

    /** Whether all that is promised is feasible in what room there is. */
    private boolean othersFit() {
        return cuts.most(room()) == plannedWh;
    }

    private void serve(int i, GroupInput.Session session, int energyWh) {
        serves[i] = true;
        promisedWh[i] = energyWh;
        if (energyWh > 0) {
            cuts.add(energyWh, session.maxWhPerStep(), session.arrivalStep(), session.departureStep());
            reserve.add(session.minWhPerStep(), session.arrivalStep(), session.departureStep());
            plannedWh += energyWh;
        }
    }

    private Plan.Decision answer(int i, GroupInput.Session session, GroupInput input) {
        boolean asksForNothing = session.energyWh() == 0 || session.departureStep() == session.arrivalStep();
        if (!asksForNothing && (session.joins() ? joins(i, session) : fits(i, session))) {
            return new Plan.Decision(session.sessionId(), true, promisedWh[i], 0, 0);
        }
        return refusal(session, input);
    }

    /** Whether enough is feasible; if so, as much as possible of what is asked for is promised. */
    private boolean joins(int i, GroupInput.Session session) {
        int mostWh = mostWh(session, session.departureStep());
        if (mostWh < session.leastEnergyWh()) {
            return false;
        }
        serve(i, session, Math.min(session.energyWh(), mostWh));
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
            if (MinimumCurrent.roomWh(energyWh[t], session.minWhPerStep()) > capWh[t]) {
                return false;
            }
        }
        fix(i, session, session.energyWh());
        if (othersFit()) {
            return true;
        }
        unfix(i, session);
        return false;
    }

    private void unfix(int i, GroupInput.Session session) {
        for (int t = 0; t < session.departureStep(); t++) {
            capWh[t] += MinimumCurrent.roomWh(fixedWh[i][t], session.minWhPerStep());
            baseWh[t] -= fixedWh[i][t];
        }
        serves[i] = false;
        promisedWh[i] = 0;
    }

    private Plan.Decision refusal(GroupInput.Session session, GroupInput input) {
        if (session.energyWh() == 0) {
            return new Plan.Decision(session.sessionId(), false, 0, 0, 0);
        }
        int offerWh = Math.min(session.energyWh(), mostWh(session, session.departureStep()));
        if (hasReservations && refusals++ >= MOST_OFFERS_BESIDE_RESERVATIONS) {
            return new Plan.Decision(session.sessionId(), false, offerWh, 0, 0);
        }
        int soon = Math.min(input.stepsPerHour(), steps);
        int powerW = input.stepsPerHour() * freeWhPerStep(session, soon);
        return new Plan.Decision(session.sessionId(), false, offerWh, laterDeparture(session), powerW);
    }

    /** The least departure after the one asked for by which all of the energy is feasible, or 0. */
    private int laterDeparture(GroupInput.Session session) {
        int departure = laterDepartureWithoutReserve(session);
        // a later departure keeps a reserve for longer, which others may not be able to spare: not monotone
        while (departure > 0 && mostWh(session, departure) < session.energyWh()) {
            departure = departure < steps ? departure + 1 : 0;
        }
        return departure;
    }

    private int laterDepartureWithoutReserve(GroupInput.Session session) {
        int tooEarly = session.departureStep();
        int enough = steps;
        if (tooEarly == enough || mostWithoutReserve(session, enough) < session.energyWh()) {
            return 0;
        }
        while (enough - tooEarly > 1) {
            int middle = (tooEarly + enough) >>> 1;
            if (mostWithoutReserve(session, middle) >= session.energyWh()) {
                enough = middle;
            } else {
                tooEarly = middle;
            }
        }
        return enough;
    }

    /** The largest constant energy per step that is free in each of the next steps without harm to others. */
    private int freeWhPerStep(GroupInput.Session session, int soon) {
        int free = 0;
        int tooMuch = session.maxWhPerStep() + 1;
        while (tooMuch - free > 1) {
            int middle = (free + tooMuch) >>> 1;
            if (isFree(middle, soon)) {
                free = middle;
            } else {
                tooMuch = middle;
            }
        }
        return free < session.minWhPerStep() ? 0 : free;
    }

    private boolean isFree(int whPerStep, int soon) {
        for (int t = 0; t < soon; t++) {
            if (whPerStep > capWh[t]) {
                return false;
            }
        }
        for (int t = 0; t < soon; t++) {
            capWh[t] -= whPerStep;
        }
        boolean free = othersFit();
        for (int t = 0; t < soon; t++) {
            capWh[t] += whPerStep;
        }
        return free;
    }

    /**
     * The most energy that one more session can have by a departure, if all others get theirs; 0 if they cannot spare
     * what is to be kept in reserve for it.
     */
    private int mostWh(GroupInput.Session session, int departureStep) {
        if (session.minWhPerStep() == 0) {
            return mostWithoutReserve(session, departureStep);
        }
        reserve.add(session.minWhPerStep(), session.arrivalStep(), departureStep);
        int mostWh = othersFit() ? mostWithoutReserve(session, departureStep) : 0;
        reserve.remove(session.minWhPerStep(), session.arrivalStep(), departureStep);
        return mostWh;
    }

    /** As {@link #mostWh(GroupInput.Session, int)}, with no more in reserve than there is. */
    private int mostWithoutReserve(GroupInput.Session session, int departureStep) {
        return mostWh(session.maxWhPerStep(), session.arrivalStep(), departureStep);
    }

    /** The most energy that one more session can have from its arrival to before its departure, if all others get theirs. */
    int mostWh(int maxWhPerStep, int arrivalStep, int departureStep) {
        if (departureStep <= arrivalStep) {
            return 0;
        }
        int unlimitedWh = maxWhPerStep * (departureStep - arrivalStep);
        cuts.add(unlimitedWh, maxWhPerStep, arrivalStep, departureStep);
        int mostWh = cuts.most(room()) - plannedWh;
        cuts.removeLast();
        return mostWh;
    }
}
