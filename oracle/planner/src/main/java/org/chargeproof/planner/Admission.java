package org.chargeproof.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Who is served with how much energy, what is left to the sessions that join, and what the refused are offered: steps 1
 * to 5 of {@code docs/reference/planner-encoding.md}, "What is computed". Layers answer while all stand ready from step 0, and
 * from the first reservation on a flow that stays from question to question. Reusable workspace, for one thread; results hold
 * until the next call of {@link #decide}.
 */
final class Admission {
    /** Departures that are tried for all refused requests of an input together, as each is a search of its own. */
    static final int MOST_DEPARTURES_TRIED = 512;

    /** What {@link #place} says when others cannot spare what is to be kept in reserve. */
    private static final int NOT_SPARED = -1;

    private final Cuts cuts = new Cuts();

    /** The promises as a flow, from the first reservation on. */
    private final MaxFlow flow = new MaxFlow();

    private boolean isFlowing;

    /** The promises beside what is free soon, from the first refusal on while they flow: they stay from refusal to refusal, too. */
    private final MaxFlow beside = new MaxFlow();

    private boolean isFlowingBeside;
    private final Reserve reserve = new Reserve();
    private final int[] capWh = new int[Limits.STEPS];
    private final int[] roomWh = new int[Limits.STEPS];
    private final int[] baseWh = new int[Limits.STEPS];
    private final boolean[] inA = new boolean[Limits.STEPS];
    private final boolean[] serves = new boolean[Limits.SESSIONS];
    private final int[] promisedWh = new int[Limits.SESSIONS];
    private final long[] bySessionId = new long[Limits.SESSIONS];

    /** By session, if it does not join; grown when needed, and kept. */
    private int[][] fixedWh = new int[0][];

    private List<Plan.Decision> decisions = List.of();
    private int steps;
    private int plannedWh;

    private int departuresTried;

    /** Energy per step that is free soon, at most; exactly, if it is known. */
    private int freeWh;

    private boolean freeIsKnown;

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
        departuresTried = 0;
        freeWh = Integer.MAX_VALUE;
        freeIsKnown = false;
        for (int i = 0; i < count; i++) {
            bySessionId[i] = (long) input.sessions().get(i).sessionId() << 32 | i;
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
        isFlowing = false;
        isFlowingBeside = false;
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
        freeIsKnown = false;
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
                int mostWh = place(session, session.departureStep());
                if (mostWh <= 0) {
                    rollback();
                }
                serve(i, session, Math.max(0, mostWh));
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
        if (cuts.allReady()) {
            return cuts.most(room()) == plannedWh;
        }
        return startFlow();
    }

    /** From now on, all questions are put to a flow; returns whether all that is promised is feasible. */
    private boolean startFlow() {
        isFlowing = true;
        flow.clear(room(), steps);
        return cuts.fillRest(flow) == plannedWh;
    }

    private void serve(int i, GroupInput.Session session, int energyWh) {
        serves[i] = true;
        promisedWh[i] = energyWh;
        if (energyWh > 0) {
            cuts.add(energyWh, session.maxWhPerStep(), session.arrivalStep(), session.departureStep());
            reserve.add(session.minWhPerStep(), session.arrivalStep(), session.departureStep());
            plannedWh += energyWh;
            freeIsKnown = false;
        }
    }

    private Plan.Decision answer(int i, GroupInput.Session session, GroupInput input) {
        if (session.energyWh() == 0) {
            return new Plan.Decision(session.sessionId(), false, 0, 0, 0);
        }
        int mostWh = session.joins() ? join(i, session) : fix(i, session);
        return serves[i]
                ? new Plan.Decision(session.sessionId(), true, promisedWh[i], 0, 0)
                : refusal(session, Math.max(0, mostWh), input);
    }

    /** Promises as much as possible of what is asked for, if it is enough; returns how much is possible. */
    private int join(int i, GroupInput.Session session) {
        int mostWh = place(session, session.departureStep());
        if (mostWh >= session.leastEnergyWh()) {
            serve(i, session, mostWh);
        } else {
            rollback();
        }
        return mostWh;
    }

    /** Promises full power, if it fits; otherwise returns how much would be possible if it joined. */
    private int fix(int i, GroupInput.Session session) {
        if (fits(i, session)) {
            return session.energyWh();
        }
        int mostWh = place(session, session.departureStep());
        rollback();
        return mostWh;
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
        mark();
        fix(i, session, session.energyWh());
        if (othersFit(room())) {
            return true;
        }
        unfix(i, session);
        rollback();
        return false;
    }

    private void mark() {
        if (isFlowing) {
            flow.mark();
        }
    }

    private void rollback() {
        if (isFlowing) {
            flow.rollback();
        }
    }

    private void unfix(int i, GroupInput.Session session) {
        for (int t = 0; t < session.departureStep(); t++) {
            capWh[t] += MinimumCurrent.roomWh(fixedWh[i][t], session.minWhPerStep());
            baseWh[t] -= fixedWh[i][t];
        }
        serves[i] = false;
        promisedWh[i] = 0;
    }

    private Plan.Decision refusal(GroupInput.Session session, int offerWh, GroupInput input) {
        int powerWh = Math.min(session.maxWhPerStep(), freeWhPerStep(Math.min(input.stepsPerHour(), steps)));
        int powerW = powerWh < session.minWhPerStep() ? 0 : input.stepsPerHour() * powerWh;
        return new Plan.Decision(session.sessionId(), false, offerWh, laterDeparture(session), powerW);
    }

    /** The least departure after the one asked for by which all of the energy is feasible, or 0. */
    private int laterDeparture(GroupInput.Session session) {
        int departure = laterDepartureWithoutReserve(session);
        if (session.minWhPerStep() == 0) {
            return departure;
        }
        // a later departure keeps a reserve for longer, which others may not be able to spare: not monotone
        while (0 < departure && departure <= steps && departuresTried < MOST_DEPARTURES_TRIED) {
            departuresTried++;
            int mostWh = place(session, departure);
            rollback();
            if (mostWh == session.energyWh()) {
                return departure;
            }
            if (mostWh == NOT_SPARED) {
                return 0;
            }
            departure++;
        }
        return 0;
    }

    /** As {@link #laterDeparture}, with no more in reserve than there is. */
    private int laterDepartureWithoutReserve(GroupInput.Session session) {
        if (session.departureStep() == steps) {
            return 0;
        }
        return isFlowing ? laterDepartureByFlow(session) : laterDepartureByLayers(session);
    }

    private int laterDepartureByLayers(GroupInput.Session session) {
        int tooEarly = session.departureStep();
        int enough = steps;
        if (mostWh(session.maxWhPerStep(), 0, enough) < session.energyWh()) {
            return 0;
        }
        while (enough - tooEarly > 1) {
            int middle = (tooEarly + enough) >>> 1;
            if (mostWh(session.maxWhPerStep(), 0, middle) >= session.energyWh()) {
                enough = middle;
            } else {
                tooEarly = middle;
            }
        }
        return enough;
    }

    /** What is missing takes so many steps more at least: the departure never goes too far, and what has been placed stays. */
    private int laterDepartureByFlow(GroupInput.Session session) {
        int departure = session.departureStep();
        if (flow.left() < session.energyWh()) {
            return 0;
        }
        flow.mark();
        int missingWh = session.energyWh() - placeEnergy(session, departure);
        int later = missingWh == 0 ? departure + 1 : departure;
        while (missingWh > 0 && later <= steps) {
            int next = flow.afterReaching(later, Math.ceilDiv(missingWh, session.maxWhPerStep()));
            missingWh -= next <= steps ? flow.extend(missingWh, later, next) : 0;
            later = next;
        }
        flow.rollback();
        return later <= steps ? later : 0;
    }

    /**
     * The largest constant energy per step that is free in each of the next steps without harm to others. It is the same for all
     * requests until one is accepted, and falls then: so it starts where it was, and goes down to what the proof that it is too much
     * leaves (Dinkelbach 1967).
     */
    private int freeWhPerStep(int soon) {
        for (int t = 0; t < soon; t++) {
            freeWh = Math.min(freeWh, capWh[t]);
        }
        if (isFlowing && !isFlowingBeside) {
            isFlowingBeside = true;
            beside.clear(room(), steps);
            cuts.fillRest(beside);
        }
        while (!freeIsKnown) {
            int[] besideWh = roomBeside(freeWh, soon);
            long neededWh = isFlowing ? neededByFlow(besideWh) : neededByLayers(besideWh);
            freeIsKnown = neededWh == 0;
            if (!freeIsKnown) {
                freeWh = free(soon, neededWh);
            }
        }
        return freeWh;
    }

    /** If the promises do not fit, marks the steps that are not to blame, and returns how much they need in the others; 0 otherwise. */
    private long neededByLayers(int[] besideWh) {
        int missingWh = plannedWh - cuts.most(besideWh);
        cuts.limiting(steps, inA);
        return missingWh == 0 ? 0 : missingWh + outsideWh(besideWh);
    }

    /** As {@link #neededByLayers}: moves those who were there at the last refusal, and places those who came since then. */
    private long neededByFlow(int[] besideWh) {
        beside.mark();
        boolean isMoved = beside.refit(besideWh);
        int missingWh = isMoved ? plannedWh - cuts.fillRest(beside) : 0;
        if (isMoved && missingWh == 0) {
            return 0;
        }
        for (int t = 0; t < steps; t++) {
            inA[t] = beside.isReaching(t);
        }
        long neededWh = missingWh + beside.outsideWh();
        beside.rollback();
        return neededWh;
    }

    private long outsideWh(int[] roomWh) {
        long sumWh = 0;
        for (int t = 0; t < steps; t++) {
            sumWh += inA[t] ? 0 : roomWh[t];
        }
        return sumWh;
    }

    /** The largest energy per step below the last one that leaves enough room where that was missing. */
    private int free(int soon, long neededWh) {
        int free = 0;
        int tooMuch = freeWh;
        while (tooMuch - free > 1) {
            int middle = (free + tooMuch) >>> 1;
            if (outsideWh(roomBeside(middle, soon)) >= neededWh) {
                free = middle;
            } else {
                tooMuch = middle;
            }
        }
        return free;
    }

    /** Room in Wh by step beside a constant energy soon, which is no more than there is room for. */
    private int[] roomBeside(int whPerStep, int soon) {
        for (int t = 0; t < steps; t++) {
            roomWh[t] = reserve.roomWh(t, capWh[t] - (t < soon ? whPerStep : 0));
        }
        return roomWh;
    }

    /**
     * Seeks how much of a session's energy is feasible, with what is to be kept in reserve for it. If it is not served then, {@link
     * #rollback} is to follow.
     *
     * @return the energy in Wh, or {@link #NOT_SPARED}
     */
    private int place(GroupInput.Session session, int departureStep) {
        if (session.arrivalStep() > 0 && !isFlowing) {
            startFlow();
        }
        mark();
        if (departureStep <= session.arrivalStep()) {
            return 0;
        }
        reserve.add(session.minWhPerStep(), session.arrivalStep(), departureStep);
        boolean isSpared = session.minWhPerStep() == 0 || othersFit(room());
        int mostWh = isSpared ? mostOf(session, departureStep) : NOT_SPARED;
        reserve.remove(session.minWhPerStep(), session.arrivalStep(), departureStep);
        return mostWh;
    }

    private int mostOf(GroupInput.Session session, int departureStep) {
        return isFlowing
                ? placeEnergy(session, departureStep)
                : Math.min(session.energyWh(), mostWh(session.maxWhPerStep(), 0, departureStep));
    }

    private int placeEnergy(GroupInput.Session session, int departureStep) {
        return flow.place(session.energyWh(), session.maxWhPerStep(), session.arrivalStep(), departureStep);
    }

    /** Whether all that is promised is feasible with less room; in the flow it moves. */
    private boolean othersFit(int[] roomWh) {
        return isFlowing ? flow.refit(roomWh) : cuts.most(roomWh) == plannedWh;
    }

    /** The most energy that one more session can have from its arrival to before its departure, if all others get theirs. */
    int mostWh(int maxWhPerStep, int arrivalStep, int departureStep) {
        if (departureStep <= arrivalStep) {
            return 0;
        }
        int unlimitedWh = maxWhPerStep * (departureStep - arrivalStep);
        if (!isFlowing && arrivalStep > 0) {
            startFlow();
        }
        if (isFlowing) {
            flow.mark();
            int mostWh = flow.place(unlimitedWh, maxWhPerStep, arrivalStep, departureStep);
            flow.rollback();
            return mostWh;
        }
        cuts.add(unlimitedWh, maxWhPerStep, arrivalStep, departureStep);
        int mostWh = cuts.most(room()) - plannedWh;
        cuts.removeLast();
        return mostWh;
    }

    /** Sessions and layers looked at since this was made. */
    long work() {
        return cuts.work() + flow.work() + beside.work();
    }
}
