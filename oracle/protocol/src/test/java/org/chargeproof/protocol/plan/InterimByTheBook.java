package org.chargeproof.protocol.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargePointRegistered;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargingRequested;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanFinal;
import org.chargeproof.protocol.ledger.LedgerEvent.PowerGranted;
import org.jspecify.annotations.Nullable;

/**
 * "Interim power" of docs/reference/inputs.md, rule by rule, as questions to the events up to the one that grants. What came before is
 * asked of {@link InputsByTheBook}, with the grants so far.
 */
final class InterimByTheBook {
    /** Interim power that follows from the event at a place. */
    record Grant(int place, PowerGranted power) {}

    private final List<LedgerEvent> events;
    private final List<Grant> grants = new ArrayList<>();

    private InterimByTheBook(List<LedgerEvent> events) {
        this.events = events;
    }

    /** All that is granted by a list of events, in order. */
    static List<Grant> grants(List<LedgerEvent> events) {
        var book = new InterimByTheBook(events);
        for (int place = 0; place < events.size(); place++) {
            switch (events.get(place)) {
                case ChargingRequested e -> book.atRequest(e, place);
                case PlanFinal e -> book.atPlan(e, place);
                default -> {
                    // nothing is granted
                }
            }
        }
        return book.grants;
    }

    private void atRequest(ChargingRequested request, int place) {
        for (int timestep = request.timestep(); timestep <= request.timestep() + 1; timestep++) {
            if (waits(request, timestep, place)) {
                grant(request, timestep, place);
            }
        }
    }

    private void atPlan(PlanFinal plan, int place) {
        var known = known(place);
        known.chargePoints().stream()
                .map(c -> known.openSession(c.chargePoint(), place + 1))
                .filter(s -> s != null)
                .sorted(Comparator.comparingInt(ChargingRequested::session))
                .toList()
                .forEach(s -> {
                    boolean isLastPart =
                            known.acceptedFor(s, place + 1) != null && s.departureTimestep() == plan.timestep();
                    if (isLastPart || waits(s, plan.timestep(), place)) {
                        grant(s, plan.timestep(), place);
                    }
                });
    }

    /** What the events up to one say, itself included. */
    private InputsByTheBook known(int place) {
        return new InputsByTheBook(events.subList(0, place + 1), InputVersion.LATEST, grants);
    }

    private boolean waits(ChargingRequested s, int timestep, int place) {
        boolean isDecided = events.subList(0, place + 1).stream()
                .anyMatch(e -> e instanceof LedgerEvent.RequestDecided d && d.session() == s.session());
        return !isDecided
                && s.arrivalTimestep() == s.firstTimestep()
                && s.departureTimestep() >= timestep
                && (s.firstTimestep() > timestep || s.departureTimestep() <= s.arrivalTimestep());
    }

    private void grant(ChargingRequested s, int timestep, int place) {
        var known = known(place);
        var linked = known.all(NetworkLinked.class).findFirst();
        var plan =
                known.all(PlanFinal.class).filter(e -> e.timestep() == timestep).findFirst();
        var chargePoint = known.chargePoints().stream()
                .filter(c -> c.chargePoint() == s.chargePoint())
                .findFirst();
        if (linked.isEmpty() || plan.isEmpty() || chargePoint.isEmpty() || anotherHasHad(s, timestep, place, known)) {
            return;
        }
        int perHour = linked.get().stepsPerHour();
        int group = chargePoint.get().group();
        long reservedWh = known.forecast(group, timestep).reservedLoadWh();
        long freeWh = known.limitW(group) / perHour - reservedWh;
        long moreW = 0;
        for (var c : known.chargePointsEver()) {
            if (known.isOfTheGroupNow(c, group)) {
                int toldWh = known.setpointWh(plan.get(), c.chargePoint());
                freeWh -= toldWh == 0 ? 0 : Math.max(toldWh, minWhPerStep(c, perHour));
                var granted = grantedAt(c.chargePoint(), timestep, known);
                if (granted != null) {
                    moreW += Math.max(0, granted.powerW() - toldWh * perHour);
                }
            }
        }
        int toldW = known.setpointWh(plan.get(), s.chargePoint()) * perHour;
        long roomW = Math.max(0, freeWh * perHour - moreW);
        long missingWh = known.acceptedFor(s, place + 1) == null
                ? s.energyWh()
                : s.energyWh() - known.promisedWh(s) + known.remainingWh(s);
        long powerW = Math.min(chargePoint.get().ratedPowerW(), Math.min(4 * missingWh * perHour, toldW + roomW));
        if (powerW > toldW && powerW >= chargePoint.get().minPowerW()) {
            grants.add(new Grant(place, new PowerGranted(s.session(), s.chargePoint(), timestep, (int) powerW)));
        }
    }

    private static int minWhPerStep(ChargePointRegistered c, int perHour) {
        return 3_600 % perHour != 0 ? 0 : Math.min(c.ratedPowerW() / perHour, (c.minPowerW() + perHour - 1) / perHour);
    }

    /** Of the session that had the charge point's power, unless it ended before the timestep. */
    private @Nullable PowerGranted grantedAt(int chargePoint, int timestep, InputsByTheBook known) {
        return grants.stream()
                .map(Grant::power)
                .filter(p -> p.chargePoint() == chargePoint
                        && p.timestep() == timestep
                        && !known.endedBefore(p.session(), timestep))
                .findFirst()
                .orElse(null);
    }

    private boolean anotherHasHad(ChargingRequested s, int timestep, int place, InputsByTheBook known) {
        return known.all(ChargingRequested.class)
                .filter(other -> other.chargePoint() == s.chargePoint()
                        && other.session() != s.session()
                        && known.isOfTheChargePointNow(other, place + 1)
                        && !known.endedBefore(other.session(), timestep))
                .anyMatch(other -> {
                    var accepted = known.acceptedFor(other, place + 1);
                    return (accepted != null && accepted <= timestep)
                            || grants.stream()
                                    .anyMatch(g -> g.power().session() == other.session()
                                            && g.power().timestep() == timestep);
                });
    }
}
