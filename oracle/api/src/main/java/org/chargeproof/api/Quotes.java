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
     * @param leastEnergyWh null for all of it, as far as it fits into whole timesteps
     * @param departure RFC 3339 as a text, or Unix seconds as a number
     */
    record Request(
            @Nullable Integer chargePoint,
            @Nullable String evseId,
            int energyWh,
            @Nullable Integer leastEnergyWh,
            Object departure,
            boolean joins) {}

    /**
     * What it would get. Never binding.
     *
     * @param block newest of the state that was planned on
     * @param interimOnly whether the stay has no whole timestep: then no plan decides, nothing is promised, and interim power serves it
     * @param energyWh that would be promised; 0 when it would be refused, and when nothing is promised
     * @param doneSeconds end of the last timestep with power; null when there is none
     * @param powerW average of each timestep, from the first on
     * @param costMicroEuro with VAT, without a provider's margin
     * @param offer what would be possible; null unless a plan would refuse it
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
            boolean interimOnly,
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
            Stay stay,
            Bytes32 algorithm,
            GroupInput input) {}

    private record ChargePointAt(int id, String evseId, int pricePerKWhE4, int vatE4) {}

    Quotes(Methods methods) {
        this.methods = methods;
    }

    /** Computes a quote. Takes as long as the plan of one group. @throws ProblemException when it cannot be asked so */
    Quote quote(Request request) {
        var stay = methods.read(s -> stay(s, chargePoint(s, request), request));
        if (!stay.isPlanned()) {
            return methods.read(s -> unplanned(s, request, stay));
        }
        var algorithmId = methods.read(s -> algorithmAt(s, Stay.firstTimestep(s)));
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

    private static Bytes32 algorithmAt(Snapshot s, int timestep) {
        var algorithm = s.state().algorithmAt(timestep);
        if (algorithm == null) {
            throw new ProblemException(
                    ProblemException.CONFLICT,
                    "no quote is possible: no algorithm is in force in timestep " + timestep);
        }
        return algorithm;
    }

    /** What there is to say of a stay that no plan decides about. */
    private static Quote unplanned(Snapshot s, Request request, Stay stay) {
        var place = placeOf(s, chargePoint(s, request));
        return new Quote(
                false,
                place.id(),
                place.evseId(),
                s.processed().number(),
                s.processed().timestampSeconds(),
                stay.firstTimestep(),
                stay.departureTimestep(),
                s.parameters().startOf(stay.departureTimestep()),
                true,
                false,
                0,
                null,
                List.of(),
                place.pricePerKWhE4(),
                place.vatE4(),
                0,
                null);
    }

    private static Taken take(Snapshot s, Request request, int version) {
        var chargePoint = chargePoint(s, request);
        var stay = stay(s, chargePoint, request);
        int first = stay.firstTimestep();
        int steps = stay.departureTimestep() - first;
        if (!stay.isPlanned()) {
            throw ProblemException.later(
                    ProblemException.UNAVAILABLE,
                    "a gate has closed just now, and no plan decides any more; ask again",
                    1);
        }
        var group = new InputBuilder(s.parameters())
                .inputs(s.state(), first, version)
                .get(chargePoint.group().id());
        return new Taken(
                request,
                placeOf(s, chargePoint),
                s.processed().number(),
                s.processed().timestampSeconds(),
                stay,
                algorithmAt(s, first),
                with(group, session(s.parameters(), chargePoint, request, leastWh(stay, request), version, steps)));
    }

    private static ChargePointAt placeOf(Snapshot s, ChargePoint chargePoint) {
        var rate = s.view().tariffs().price(chargePoint.id()).inForce(s.view().timestep());
        return new ChargePointAt(chargePoint.id(), chargePoint.evseId(), rate.perKWhE4(), rate.vatE4());
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

    private static Stay stay(Snapshot s, ChargePoint chargePoint, Request request) {
        long seconds = seconds("departure", request.departure());
        var p = s.parameters();
        if (seconds <= s.processed().timestampSeconds()) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "departure is " + seconds + ", which is past: the newest block is of "
                            + s.processed().timestampSeconds());
        }
        long latest = p.startOf(Stay.firstTimestep(s) + MOST_STAY_TIMESTEPS);
        if (seconds > latest) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "departure is " + seconds + "; a stay has at most " + MOST_STAY_TIMESTEPS
                            + " timesteps, so it must be at most " + latest);
        }
        var stay = Stay.of(s, chargePoint, 0, seconds);
        check(stay, request);
        return stay;
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

    private static int leastWh(Stay stay, Request request) {
        return request.leastEnergyWh() == null
                ? stay.leastWh(request.energyWh(), request.joins())
                : request.leastEnergyWh();
    }

    private static void check(Stay stay, Request request) {
        int leastWh = leastWh(stay, request);
        int least = request.joins() ? 1 : request.energyWh();
        if (leastWh < least || leastWh > request.energyWh()) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "leastEnergyWh is " + leastWh + "; it must be from " + least + " to " + request.energyWh()
                            + (request.joins() ? "" : ", as a driver that does not join takes all"));
        }
        if (request.energyWh() > stay.mostWh()) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE,
                    "energyWh is " + request.energyWh() + "; charge point " + stay.chargePoint() + " delivers at most "
                            + stay.mostWh() + " by then. Ask for less, or leave later");
        }
        stay.requirePossible(leastWh, request.joins());
    }

    /** As {@link InputBuilder} makes one of a request that waits. */
    private static GroupInput.Session session(
            NetworkParameters p, ChargePoint chargePoint, Request request, int leastWh, int version, int steps) {
        boolean isFirst = version == InputVersion.FIRST;
        int ratedWh = Math.min(MOST_WH_PER_STEP, chargePoint.ratedPowerW() / p.stepsPerHour());
        int minWh = isFirst ? 0 : Math.min(ratedWh, chargePoint.minWhPerStep(p.stepsPerHour()));
        return new GroupInput.Session(
                chargePoint.id(),
                LAST_SESSION,
                request.joins(),
                false,
                request.energyWh(),
                isFirst ? request.energyWh() : leastWh,
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
                t.stay().firstTimestep(),
                t.stay().departureTimestep(),
                p.startOf(t.stay().departureTimestep()),
                false,
                decision.accepted(),
                promisedWh,
                done == 0 ? null : p.startOf(t.stay().firstTimestep() + done),
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
                                        : t.stay().firstTimestep() + decision.laterDepartureStep(),
                                decision.powerW()));
    }
}
