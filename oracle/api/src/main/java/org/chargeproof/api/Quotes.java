package org.chargeproof.api;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.protocol.ledger.SessionTerms;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.InputVersion;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.rpc.Methods;
import org.jspecify.annotations.Nullable;

/**
 * What a request would get that is made now: the algorithm in force, on the newest state, with that request put behind all that wait. The
 * checks before are those of {@code ICharging.request}; what follows from the driver's account is not known here.
 */
final class Quotes {
    /** As in the contract: a stay has so many timesteps at most. */
    private static final int MOST_STAY_TIMESTEPS = 672;

    /** Behind every request that waits. */
    private static final int LAST_SESSION = Integer.MAX_VALUE;

    private static final int MOST_WH_PER_STEP = 65_534;

    private final Methods methods;

    /**
     * What is asked.
     *
     * @param chargePoint null when it is named by its EVSE id
     * @param departure RFC 3339 as a text, or Unix seconds as a number
     */
    record Request(
            @Nullable Integer chargePoint,
            @Nullable String evseId,
            int energyWh,
            int leastEnergyWh,
            Object departure,
            boolean joins) {}

    /**
     * What it would get. Never binding.
     *
     * @param block newest of the state that was planned on
     * @param energyWh that would be promised; 0 when it would be refused
     * @param doneSeconds end of the last timestep with power; null when there is none
     * @param powerW average of each timestep, from the first on
     * @param costMicroEuro with VAT, without a provider's margin
     * @param offer what would be possible; null unless it would be refused
     */
    public record Quote(
            boolean binding,
            int chargePoint,
            String evseId,
            long block,
            long blockTimestampSeconds,
            int firstTimestep,
            int departureTimestep,
            long departureSeconds,
            boolean accepted,
            int energyWh,
            @Nullable Long doneSeconds,
            List<Integer> powerW,
            int pricePerKWhE4,
            int vatE4,
            long costMicroEuro,
            @Nullable Offer offer) {}

    /** A counter-offer, as {@code charge_session} gives it. */
    public record Offer(int energyWh, int departureTimestep, int powerW) {}

    /** What was read in one moment. */
    private record Taken(
            Request request,
            ChargePointAt place,
            long block,
            long blockSeconds,
            int firstTimestep,
            int departureTimestep,
            Bytes32 algorithm,
            GroupInput input) {}

    private record ChargePointAt(int id, String evseId, int pricePerKWhE4, int vatE4) {}

    Quotes(Methods methods) {
        this.methods = methods;
    }

    /** Computes a quote. Takes as long as the plan of one group. @throws ProblemException when it cannot be asked so */
    Quote quote(Request request) {
        var algorithmId = methods.read(s -> algorithmAt(s, firstTimestep(s)));
        var algorithm = methods.tracker()
                .verifier()
                .algorithmApart(algorithmId)
                .orElseThrow(() -> new ProblemException(
                        ProblemException.CONFLICT, "no quote is possible: the network's algorithm cannot be run here"));
        int version = algorithm.inputVersion();
        var taken = methods.read(s -> take(s, request, version));
        if (!taken.algorithm().equals(algorithmId)) {
            throw ProblemException.later(
                    ProblemException.UNAVAILABLE, "another algorithm has come into force just now; ask again", 1);
        }
        byte[] plan = algorithm.plan(List.of(taken.input().encode(version))).getFirst();
        return quote(taken, Plan.decode(plan), methods.read(Snapshot::parameters));
    }

    private static int firstTimestep(Snapshot s) {
        long now = s.processed().timestampSeconds();
        int timestep = s.parameters().timestepAt(now);
        return timestep + (now >= s.parameters().gateOf(timestep) ? 2 : 1);
    }

    private static Bytes32 algorithmAt(Snapshot s, int timestep) {
        var algorithm = s.state().algorithmAt(timestep);
        if (algorithm == null) {
            throw new ProblemException(
                    ProblemException.CONFLICT,
                    "no quote is possible: no algorithm is in force in timestep " + timestep);
        }
        return algorithm;
    }

    private static Taken take(Snapshot s, Request request, int version) {
        var chargePoint = chargePoint(s, request);
        int first = firstTimestep(s);
        int departure = departure(s, request, first);
        check(s.parameters(), chargePoint, request, first, departure);
        var group = new InputBuilder(s.parameters())
                .inputs(s.state(), first, version)
                .get(chargePoint.group().id());
        var rate = s.view().tariffs().price(chargePoint.id()).inForce(s.view().timestep());
        return new Taken(
                request,
                new ChargePointAt(chargePoint.id(), chargePoint.evseId(), rate.perKWhE4(), rate.vatE4()),
                s.processed().number(),
                s.processed().timestampSeconds(),
                first,
                departure,
                algorithmAt(s, first),
                with(group, session(s.parameters(), chargePoint, request, version, departure - first)));
    }

    private static ChargePoint chargePoint(Snapshot s, Request request) {
        if ((request.chargePoint() == null) == (request.evseId() == null)) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "a quote is for one charge point: give chargePoint or evseId, one of them");
        }
        var found = s.view().chargePoints().stream()
                .map(record -> record.chargePoint())
                .filter(c -> !c.removed())
                .filter(c -> request.evseId() == null || c.evseId().equalsIgnoreCase(request.evseId()))
                .filter(c -> request.chargePoint() == null || c.id() == request.chargePoint())
                .findFirst()
                .orElseThrow(
                        () -> new ProblemException(
                                ProblemException.NOT_FOUND,
                                "there is no such charge point. GET /api/v1/charge-points lists all with their numbers and EVSE ids"));
        var session = found.session();
        if (session != null) {
            throw new ProblemException(
                    ProblemException.CONFLICT,
                    "charge point " + found.id() + " is held by session " + session.id()
                            + ". GET /api/v1/charge-points?available=true lists those that are free");
        }
        return found;
    }

    private static int departure(Snapshot s, Request request, int first) {
        long seconds = seconds("departure", request.departure());
        var p = s.parameters();
        if (seconds <= s.processed().timestampSeconds()) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "departure is " + seconds + ", which is past: the newest block is of "
                            + s.processed().timestampSeconds());
        }
        if (seconds < p.startOf(first + 1)) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "departure is " + seconds + "; a stay holds a whole timestep, so it must be at least "
                            + p.startOf(first + 1));
        }
        if (seconds >= p.startOf(first + MOST_STAY_TIMESTEPS + 1)) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "departure is " + seconds + "; a stay has at most " + MOST_STAY_TIMESTEPS
                            + " timesteps, so it must be before " + p.startOf(first + MOST_STAY_TIMESTEPS + 1));
        }
        return p.timestepAt(seconds);
    }

    /** Reads a time of a request: a text in RFC 3339, or a number of Unix seconds. */
    static long seconds(String name, Object value) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        try {
            return OffsetDateTime.parse(String.valueOf(value)).toInstant().getEpochSecond();
        } catch (DateTimeParseException e) {
            throw new ProblemException(
                    ProblemException.BAD_REQUEST,
                    name + " is no time in RFC 3339. It must look like " + Instant.ofEpochSecond(1_800_000_000));
        }
    }

    private static void check(NetworkParameters p, ChargePoint chargePoint, Request request, int first, int departure) {
        int least = request.joins() ? 1 : request.energyWh();
        if (request.leastEnergyWh() < least || request.leastEnergyWh() > request.energyWh()) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "leastEnergyWh is " + request.leastEnergyWh() + "; it must be from " + least + " to "
                            + request.energyWh()
                            + (request.joins() ? "" : ", as a driver that does not join takes all"));
        }
        long mostWh = (long) (chargePoint.ratedPowerW() / p.stepsPerHour()) * (departure - first);
        if (request.energyWh() > mostWh) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "energyWh is " + request.energyWh() + "; charge point " + chargePoint.id() + " delivers at most "
                            + mostWh + " by then. Ask for less, or leave later");
        }
    }

    /** As {@link InputBuilder} makes one of a request that waits. */
    private static GroupInput.Session session(
            NetworkParameters p, ChargePoint chargePoint, Request request, int version, int steps) {
        boolean isFirst = version == InputVersion.FIRST;
        int ratedWh = Math.min(MOST_WH_PER_STEP, chargePoint.ratedPowerW() / p.stepsPerHour());
        int minWh = isFirst || 3_600 % p.stepsPerHour() != 0
                ? 0
                : Math.min(ratedWh, Math.ceilDiv(chargePoint.minPowerW(), p.stepsPerHour()));
        return new GroupInput.Session(
                chargePoint.id(),
                LAST_SESSION,
                request.joins(),
                false,
                request.energyWh(),
                isFirst ? request.energyWh() : request.leastEnergyWh(),
                ratedWh,
                minWh,
                0,
                Math.min(steps, InputBuilder.HORIZON_STEPS));
    }

    private static GroupInput with(GroupInput input, GroupInput.Session session) {
        var sessions = new ArrayList<>(input.sessions());
        sessions.add(session);
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                input.limitWh(),
                input.reservedLoadWh(),
                input.expectedLoadWh(),
                input.expectedPvWh(),
                input.firmPvWh(),
                sessions,
                input.settlement());
    }

    private static Quote quote(Taken t, Plan plan, NetworkParameters p) {
        var decision = plan.decisions().stream()
                .filter(d -> d.sessionId() == LAST_SESSION)
                .findFirst()
                .orElseThrow();
        Optional<Plan.Row> row =
                plan.rows().stream().filter(r -> r.sessionId() == LAST_SESSION).findFirst();
        int[] energyWh = row.map(Plan.Row::energyWh).orElse(new int[0]);
        int done = 0;
        for (int i = 0; i < energyWh.length; i++) {
            done = energyWh[i] > 0 ? i + 1 : done;
        }
        // an acceptance of all has 0 in plans of version 1
        int promisedWh = !decision.accepted()
                ? 0
                : decision.energyWh() == 0 ? t.request().energyWh() : decision.energyWh();
        return new Quote(
                false,
                t.place().id(),
                t.place().evseId(),
                t.block(),
                t.blockSeconds(),
                t.firstTimestep(),
                t.departureTimestep(),
                p.startOf(t.departureTimestep()),
                decision.accepted(),
                promisedWh,
                done == 0 ? null : p.startOf(t.firstTimestep() + done),
                Arrays.stream(energyWh).map(wh -> wh * p.stepsPerHour()).boxed().toList(),
                t.place().pricePerKWhE4(),
                t.place().vatE4(),
                new SessionTerms(0, t.place().pricePerKWhE4(), t.place().vatE4(), 0).chargedMicroEuro(promisedWh),
                decision.accepted()
                        ? null
                        : new Offer(
                                decision.energyWh(),
                                decision.laterDepartureStep() == 0
                                        ? 0
                                        : t.firstTimestep() + decision.laterDepartureStep(),
                                decision.powerW()));
    }
}
