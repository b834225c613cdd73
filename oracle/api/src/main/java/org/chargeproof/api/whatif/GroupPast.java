package org.chargeproof.api.whatif;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.protocol.ledger.GroupPolicy;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.simulation.Replay;
import org.chargeproof.simulation.Replay.Fate;
import org.chargeproof.simulation.Replay.Stay;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.model.GroupHistory;
import org.chargeproof.view.model.SessionRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a group's timesteps came to, as a replay takes it. What nobody measured of its cars is assumed, and counted.
 *
 * @param measuredWh what cars took, by step; null where no meter is in
 * @param reported whether other load and PV are, by step
 * @param fates what became of the stays, as far as they were there in these timesteps
 */
record GroupPast(
        Window window,
        Replay.Past past,
        List<@Nullable Integer> measuredWh,
        List<Boolean> reported,
        long greenWh,
        List<Fate> fates,
        Assumptions assumptions) {
    /** More requests in a window are not computed. */
    static final int MOST_STAYS = 2_000;

    /** A car that takes a sixteenth less than it is told takes less than it is told: as on the ledger. */
    private static final int MARGIN = 16;
    /** So often it must, and charge on later, before it counts as slow. */
    private static final int SLOW_STEPS = 2;

    /**
     * The timesteps that are looked at: up to the newest one whose meters are in.
     *
     * @param count 0 when nothing is measured yet
     * @param now the timestep that runs
     * @param meters of the last one
     */
    record Window(int group, int from, int count, int now, int meters) {}

    /**
     * What is assumed because nobody measured it.
     *
     * @param refusedRequests would have stayed as they said, and taken all that they asked for
     * @param heldBack were offered less than they were promised: they would have taken what they asked for
     * @param stillThere have not left: they take what they asked for
     * @param begunBefore had charged before: what they lack is asked for anew in the first timestep
     * @param unmeasuredTimesteps count as if no car had charged
     * @param unreportedTimesteps count as if other equipment had taken nothing, and PV given nothing
     */
    record Assumptions(
            int refusedRequests,
            int heldBack,
            int stillThere,
            int begunBefore,
            int unmeasuredTimesteps,
            int unreportedTimesteps) {}

    /**
     * The window of a group.
     *
     * @param count timesteps at most
     * @return null when there is no such group
     */
    static @Nullable Window window(Snapshot s, int group, int count) {
        var history = s.view().group(group);
        if (history == null) {
            return null;
        }
        int now = s.view().timestep();
        int last = now - 1;
        while (last > now - GroupHistory.TIMESTEPS && meters(history, last) == 0) {
            last--;
        }
        // of a group of several operators, one may have reported and others not yet
        if (meters(history, last) < meters(history, last - 1)) {
            last--;
        }
        int from = last;
        for (int t = last; t > last - count; t--) {
            from = meters(history, t) > 0 ? t : from;
        }
        return meters(history, last) == 0
                ? new Window(group, 0, 0, now, 0)
                : new Window(group, from, last - from + 1, now, meters(history, last));
    }

    private static int meters(GroupHistory history, int timestep) {
        var step = history.step(timestep);
        return step == null ? 0 : step.meters();
    }

    /**
     * Reads it.
     *
     * @throws BadInputException when there were more requests than are computed
     */
    static GroupPast of(Snapshot s, Window window) {
        return new Reader(s, window).read();
    }

    boolean isReported(int step) {
        return reported.get(step);
    }

    private static final class Reader {
        private final Snapshot s;
        private final Window window;
        private final int perHour;
        private final Map<ChargePoint, Integer> places = new HashMap<>();
        private final List<Stay> stays = new ArrayList<>();
        private final List<Fate> fates = new ArrayList<>();
        private int refused;
        private int heldBack;
        private int stillThere;
        private int begunBefore;

        Reader(Snapshot s, Window window) {
            this.s = s;
            this.window = window;
            this.perHour = s.parameters().stepsPerHour();
        }

        GroupPast read() {
            var group = s.state().groups().get(window.group());
            group.chargePoints().forEach(this::place);
            var records = s.view().sessions().stream()
                    .filter(r -> r.session().chargePoint().group() == group && isInside(r))
                    .limit(MOST_STAYS + 1L)
                    .toList();
            if (records.size() > MOST_STAYS) {
                throw new BadInputException("group " + window.group() + " had more than " + MOST_STAYS
                        + " requests in these " + window.count() + " timesteps, which is the most that is computed."
                        + " Ask for fewer timesteps.");
            }
            records.forEach(this::add);
            return series(group.otherEquipmentMaxW(), group.policy().fixed(group.stays()));
        }

        private int place(ChargePoint chargePoint) {
            return places.computeIfAbsent(chargePoint, unknown -> places.size());
        }

        /** Not those that were withdrawn before a plan decided them. */
        private boolean isInside(SessionRecord r) {
            var session = r.session();
            boolean isWithdrawn = r.isOver() && r.decision() == null;
            return !isWithdrawn
                    && Math.min(session.firstTimestep(), session.arrivalTimestep()) < window.from() + window.count()
                    && (!r.isOver() || r.overTimestep() >= window.from());
        }

        private void add(SessionRecord r) {
            var session = r.session();
            var decision = r.decision();
            boolean isRefused = decision != null && !decision.accepted();
            long beforeWh = r.meteredWh().entrySet().stream()
                    .filter(e -> e.getKey() < window.from())
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            long insideWh = r.meteredWh().entrySet().stream()
                    .filter(e -> isInWindow(e.getKey()))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            int promisedWh = session.accepted() ? session.energyWh() : 0;
            boolean isBefore = session.accepted() && decision != null && decision.timestep() < window.from();
            boolean isServed = session.accepted() && r.deliveredWh() >= promisedWh;
            boolean isOffered = session.accepted() && offeredWh(r) >= promisedWh;
            long takesWh = !session.accepted() || (!isServed && !isOffered)
                    ? Math.max(session.wantedWh(), r.deliveredWh())
                    : isServed && promisedWh < session.wantedWh() ? session.wantedWh() : r.deliveredWh();
            long askedWh = (isBefore ? promisedWh : session.wantedWh()) - beforeWh;
            if (askedWh <= 0) {
                return;
            }
            int arrival = session.arrivalTimestep() - window.from();
            // beyond what any plan of these timesteps looks ahead, it is all the same
            int departure =
                    Math.min(session.departureTimestep() - window.from(), window.count() + InputBuilder.HORIZON_STEPS);
            int left = leftStep(r, isRefused, departure);
            int asked = (int) askedWh;
            int least = !session.joins() ? asked : isBefore ? 1 : Math.min(asked, session.leastEnergyWh());
            var stay = new Stay(
                    place(session.chargePoint()),
                    isBefore ? 0 : Math.max(0, session.firstTimestep() - window.from()),
                    Math.max(0, arrival),
                    departure,
                    left,
                    asked,
                    least,
                    session.joins(),
                    (int) Math.max(0, takesWh - beforeWh),
                    mostWhPerStep(r));
            refused += isRefused ? 1 : 0;
            begunBefore += isBefore ? 1 : 0;
            stillThere += !isRefused && left > window.count() ? 1 : 0;
            heldBack += session.accepted() && r.isOver() && !isServed && !isOffered ? 1 : 0;
            stays.add(stay);
            // one that took less than it was offered has what it wanted
            int dueWh = (int) Math.max(0, promisedWh - beforeWh);
            fates.add(
                    new Fate(stay, true, session.accepted(), isOffered ? Math.min(dueWh, (int) insideWh) : dueWh, (int)
                            insideWh));
        }

        private boolean isInWindow(int timestep) {
            return timestep >= window.from() && timestep < window.from() + window.count();
        }

        private int leftStep(SessionRecord r, boolean isRefused, int departure) {
            if (isRefused) {
                return departure;
            }
            if (!r.isOver()) {
                return Math.max(departure, window.count() + 1);
            }
            // it was there in the timestep in which it ended when it took something in it
            int over = r.overTimestep();
            return over - window.from() + (r.meteredWh().getOrDefault(over, 0) > 0 ? 1 : 0);
        }

        /** What final plans let it take in its stay; a timestep whose plan is not known let it take all. */
        private long offeredWh(SessionRecord r) {
            var session = r.session();
            int end = Math.min(
                    session.departureTimestep(),
                    r.isOver() ? r.overTimestep() : s.view().timestep());
            long sumWh = 0;
            for (int t = session.arrivalTimestep(); t < end; t++) {
                Integer setpointWh = setpointWh(t, session.chargePoint());
                sumWh += setpointWh == null ? session.chargePoint().ratedPowerW() / perHour : setpointWh;
            }
            return sumWh;
        }

        private @Nullable Integer setpointWh(int timestep, ChargePoint chargePoint) {
            var record = s.view().timestepRecord(timestep);
            return record == null || record.setpoints() == null
                    ? null
                    : Integer.valueOf(Setpoints.read(record.setpoints(), chargePoint.id()));
        }

        /** What its charge point gives, or what the car took at most, if it took less than it was told and charged on after that. */
        private int mostWhPerStep(SessionRecord r) {
            int mostWh = 0;
            int less = 0;
            int lessBefore = 0;
            for (var e : r.meteredWh().entrySet()) {
                if (e.getValue() <= 0) {
                    continue;
                }
                mostWh = Math.max(mostWh, e.getValue());
                lessBefore = less;
                Integer setpointWh = setpointWh(e.getKey(), r.session().chargePoint());
                less += setpointWh != null && (long) e.getValue() * MARGIN < (long) setpointWh * (MARGIN - 1) ? 1 : 0;
            }
            int ratedWh = r.session().chargePoint().ratedPowerW() / perHour;
            return lessBefore >= SLOW_STEPS ? Math.min(ratedWh, mostWh) : ratedWh;
        }

        private GroupPast series(int maxLoadW, GroupPolicy policy) {
            var history = Objects.requireNonNull(s.view().group(window.group()));
            int count = window.count();
            var limitW = new int[count];
            var loadWh = new int[count];
            var pvWh = new int[count];
            var firmPvWh = new int[count];
            var measuredWh = new ArrayList<@Nullable Integer>();
            long greenWh = 0;
            var reported = new ArrayList<Boolean>();
            int knownLimitW = s.state().groups().get(window.group()).limitW();
            for (int i = count - 1; i >= 0; i--) {
                var step = history.step(window.from() + i);
                var itsLimitW = step == null ? null : step.limitW();
                knownLimitW = itsLimitW == null ? knownLimitW : itsLimitW;
                limitW[i] = knownLimitW;
            }
            for (int i = 0; i < count; i++) {
                var step = history.step(window.from() + i);
                var load = step == null ? null : step.loadWh();
                var pv = step == null ? null : step.pvWh();
                reported.add(load != null && pv != null);
                loadWh[i] = load == null ? 0 : load;
                pvWh[i] = pv == null ? 0 : pv;
                firmPvWh[i] = history.firmPvWh(window.from() + i);
                measuredWh.add(step == null ? null : step.energyWh());
                greenWh += step == null ? 0 : step.greenWh();
            }
            var forecasts = new ArrayList<@Nullable ForecastStep>();
            var group = s.state().groups().get(window.group());
            for (int i = 0; i < count + InputBuilder.HORIZON_STEPS; i++) {
                var ahead = group.forecast(window.from() + i);
                forecasts.add(i < count ? history.forecast(window.from() + i) : ahead);
            }
            var points = new ChargePoint[places.size()];
            places.forEach((point, place) -> points[place] = point);
            var ratedW = new int[points.length];
            var minW = new int[points.length];
            for (int i = 0; i < points.length; i++) {
                ratedW[i] = points[i].ratedPowerW();
                minW[i] = points[i].minPowerW();
            }
            int unreported = (int) reported.stream().filter(is -> !is).count();
            int unmeasured = (int) measuredWh.stream().filter(wh -> wh == null).count();
            return new GroupPast(
                    window,
                    new Replay.Past(
                            perHour,
                            ratedW,
                            minW,
                            maxLoadW,
                            policy,
                            limitW,
                            loadWh,
                            pvWh,
                            firmPvWh,
                            forecasts,
                            List.copyOf(stays)),
                    measuredWh,
                    reported,
                    greenWh,
                    List.copyOf(fates),
                    new Assumptions(refused, heldBack, stillThere, begunBefore, unmeasured, unreported));
        }
    }
}
