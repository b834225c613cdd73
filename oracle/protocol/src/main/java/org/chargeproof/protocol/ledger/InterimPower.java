package org.chargeproof.protocol.ledger;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerEvent.PowerGranted;
import org.jspecify.annotations.Nullable;

/**
 * Power for those whom a timestep's final plan does not know: who has just asked, who asked behind the gate, whose stay has no whole
 * timestep, and who is still there after the last whole one. They share what the plan leaves unused in their group, first come, first
 * served by place on the ledger; rules in docs/reference/inputs.md, "Interim power". Nothing of it touches a promise.
 */
final class InterimPower {
    /** Those of longer ago are no part of any reading any more. */
    private static final int TIMESTEPS_KEPT = 8;

    /** Whoever wants little is told as much as gives it in a quarter of a timestep: logs do not say how much of one is left. */
    private static final int PARTS = 4;

    private InterimPower() {}

    /** What a request gives at once: in the timestep that runs, and in the next one, if its plan is final already. */
    static List<PowerGranted> atRequest(LedgerState state, Session session, int timestep) {
        var granted = new ArrayList<PowerGranted>();
        for (int t = timestep; t <= timestep + 1; t++) {
            if (waitsIn(session, t)) {
                grant(state, session, t, session.wantedWh(), granted);
            }
        }
        return granted;
    }

    /** What a final plan gives to those who wait for a later one, and to those whose last whole timestep is the one before. */
    static List<PowerGranted> atPlan(LedgerState state, int timestep) {
        var granted = new ArrayList<PowerGranted>();
        for (var session : state.sessions.values()) {
            if (waitsIn(session, timestep)) {
                grant(state, session, timestep, session.wantedWh(), granted);
            } else if (session.status() == Session.Status.ACCEPTED && session.departureTimestep() == timestep) {
                grant(state, session, timestep, session.unservedWh(), granted);
            }
        }
        return granted;
    }

    /** A request that no plan up to that of the timestep decides about, of a car that is there. */
    private static boolean waitsIn(Session session, int timestep) {
        return session.status() == Session.Status.REQUESTED
                && !session.isReservation()
                && (session.firstTimestep() > timestep || session.isWithoutWholeTimestep())
                && session.departureTimestep() >= timestep;
    }

    private static void grant(
            LedgerState state, Session session, int timestep, long missingWh, List<PowerGranted> granted) {
        var post = state.planRecord(timestep).finalPost();
        var chargePoint = session.chargePoint();
        if (post == null || state.stepsPerHour == 0 || !isFreeFor(session, chargePoint, timestep)) {
            return;
        }
        long toldW = (long) Setpoints.read(post.setpoints(), chargePoint.id()) * state.stepsPerHour;
        long powerW = Math.min(
                Math.min(chargePoint.ratedPowerW(), missingWh * PARTS * state.stepsPerHour),
                toldW + roomW(chargePoint.group(), timestep, post, state.stepsPerHour));
        if (powerW <= toldW || powerW < chargePoint.minPowerW()) {
            return;
        }
        chargePoint.interim.put(timestep, new ChargePoint.Interim(session, (int) powerW));
        chargePoint.interim.headMap(timestep - TIMESTEPS_KEPT).clear();
        granted.add(new PowerGranted(session.id(), chargePoint.id(), timestep, (int) powerW));
    }

    /** Meters tell whole timesteps: who shares one with another session at the same charge point waits for the next. */
    private static boolean isFreeFor(Session session, ChargePoint chargePoint, int timestep) {
        return !chargePoint.removed
                && chargePoint.session == session
                && !isTaken(chargePoint.interim.get(timestep), timestep)
                && chargePoint.recentlyAccepted.stream()
                        .noneMatch(other -> other != session
                                && other.acceptedTimestep <= timestep
                                && timestep <= other.endedTimestep);
    }

    /**
     * What a final plan leaves unused in a group at any second of its timestep, in W: the limit, less what other equipment may take and
     * what charge points are told; one that runs for a part of it counts with the power at which it runs. PV is not counted on.
     */
    private static long roomW(Group group, int timestep, PlanPosted post, int stepsPerHour) {
        var forecast = group.forecast(timestep);
        long freeWh = (long) group.limitW / stepsPerHour
                - (forecast == null
                        ? Math.ceilDiv(group.otherEquipmentMaxW(), stepsPerHour)
                        : forecast.reservedLoadWh());
        long grantedW = 0;
        for (var chargePoint : group.chargePoints) {
            int toldWh = Setpoints.read(post.setpoints(), chargePoint.id());
            freeWh -= toldWh == 0 ? 0 : Math.max(toldWh, chargePoint.minWhPerStep(stepsPerHour));
            var interim = chargePoint.interim.get(timestep);
            grantedW += interim != null && isTaken(interim, timestep)
                    ? Math.max(0, interim.powerW() - (long) toldWh * stepsPerHour)
                    : 0;
        }
        return Math.max(0, freeWh * stepsPerHour - grantedW);
    }

    /** Whoever ended in a timestep may have drawn in it until then; its charge point can be told to stop, but not how soon it does. */
    private static boolean isTaken(ChargePoint.@Nullable Interim interim, int timestep) {
        return interim != null && timestep <= interim.session().endedTimestep;
    }
}
