package org.chargeproof.oracle;

import java.math.BigInteger;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.chargeproof.contracts.Plans;
import org.chargeproof.oracle.PhaseListener.Phase;
import org.chargeproof.oracle.backend.SetpointBackend.Setpoint;
import org.chargeproof.oracle.backend.SetpointBackend.Source;
import org.chargeproof.oracle.backend.SetpointBackend.TimestepSetpoints;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what each timestep gives the operator's own charge points, hands it over, and puts on record what was taken. */
final class Delivery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    /** Meters round, and clocks differ by seconds: so much of its rated power is no disobedience. */
    private static final int TOLERATED_PART_OF_RATING = 20;

    private static final int KEPT_TIMESTEPS = 4;
    /** See IPlans.recordApplied. */
    private static final int MOST_RECORDS = 4;

    private final Plans contract;
    private final NetworkParameters parameters;
    private final Supplier<LedgerState> state;
    private final Membership membership;
    private final OwnPlans own;
    private final SetpointHandover handover;
    private final LedgerWriter writer;
    /** What was handed over, W by charge point, of the last timesteps. */
    private final Map<Integer, Map<Integer, Integer>> handed = new HashMap<>();
    /** What of it was interim power. */
    private final Map<Integer, Map<Integer, Integer>> interim = new HashMap<>();
    /** Where those came from that were taken. */
    private final NavigableMap<Integer, Source> handedOver = new TreeMap<>();
    /** What followed them, as far as was told. */
    private final Map<Integer, Set<Integer>> recorded = new HashMap<>();
    /** What followed before the handover was answered. */
    private final Map<Integer, Set<Integer>> early = new HashMap<>();
    /** How often that was put on record. */
    private final Map<Integer, Integer> records = new HashMap<>();

    /** Charge points that took more than they were told in the last timestep that tells. */
    private final Set<Integer> disobedient = new HashSet<>();

    /** What the running timestep gives when it began without a final plan; null when it has one, or is not known. */
    private @Nullable TimestepSetpoints fallback;

    Delivery(
            Plans contract,
            NetworkParameters parameters,
            Supplier<LedgerState> state,
            Membership membership,
            OwnPlans own,
            SetpointHandover handover,
            LedgerWriter writer) {
        this.contract = contract;
        this.parameters = parameters;
        this.state = state;
        this.membership = membership;
        this.own = own;
        this.handover = handover;
        this.writer = writer;
    }

    /**
     * A timestep has begun. A plan that is not final before its timestep can never become final: see Plans.attest.
     *
     * @param stateAtStart folded up to the last block before the timestep, and no further
     */
    void begin(int timestep, LedgerState stateAtStart, BlockHeader head) {
        boolean isOver = timestep != parameters.timestepAt(head.timestampSeconds());
        boolean isPlanned = stateAtStart.planRecord(timestep).finalPost() != null;
        int operator = membership.operator();
        fallback = isOver || isPlanned || operator == 0 ? null : handover.ofFallback(timestep, stateAtStart, operator);
    }

    /** Starts to hand a timestep's setpoints over, when they are known and were not taken yet. */
    void handOver(int timestep, BlockHeader head) {
        int operator = membership.operator();
        if (operator == 0) {
            return;
        }
        PlanPosted post = state.get().planRecord(timestep).finalPost();
        boolean isTaken = writer.knows(purpose(timestep)) && (!handover.forgets() || handed.containsKey(timestep));
        if (isTaken && (post == null || !isGranted(timestep, operator))) {
            return;
        }
        var withoutPlan = fallback;
        if (post != null) {
            var plan = own.of(timestep);
            // periods stand in the groups' plans, whose root the quorum attested
            var posted = plan != null && plan.commitment().plansRoot().equals(post.plansRoot()) ? plan : null;
            handover.start(timestep, head.number(), () -> {
                interim.put(timestep, handover.interim(timestep, state.get(), operator));
                return remember(handover.ofPlan(post, posted, state.get(), operator));
            });
        } else if (withoutPlan != null && withoutPlan.timestep() == timestep) {
            handover.start(timestep, head.number(), () -> remember(withoutPlan));
        }
    }

    /** Whether interim power was granted that is not handed over. */
    private boolean isGranted(int timestep, int operator) {
        return !handover.interim(timestep, state.get(), operator).equals(interim.getOrDefault(timestep, Map.of()));
    }

    /** Puts on record what the backend took over; what it did not answer is handed over again with the next block. */
    void recordApplied(int now, BlockHeader head) {
        for (var byTimestep : List.of(handed, interim, recorded, records, early)) {
            byTimestep.keySet().removeIf(timestep -> timestep < now - 2);
        }
        for (var answer = handover.poll(); answer.isPresent(); answer = handover.poll()) {
            int timestep = answer.get().timestep();
            if (answer.get().applied().isPresent()) {
                handedOver.put(timestep, answer.get().source());
                while (handedOver.size() > KEPT_TIMESTEPS) {
                    handedOver.pollFirstEntry();
                }
            } else {
                // with the next block again, if there is any
                interim.remove(timestep);
            }
            // a timestep that is over takes no record any more
            answer.get().applied().filter(applied -> timestep >= now).ifPresent(chargePoints -> {
                writer.enter(Phase.HANDED_OVER, timestep);
                var taken = new HashSet<>(chargePoints);
                taken.addAll(early.getOrDefault(timestep, Set.of()));
                // interim power alone is no news
                if (!taken.equals(recorded.put(timestep, taken)) || !records.containsKey(timestep)) {
                    record(timestep, head);
                }
            });
        }
    }

    /** Charge points have taken theirs over after the others had: a car came in between. */
    void applied(int timestep, Set<Integer> chargePoints, int now, BlockHeader head) {
        Set<Integer> known = recorded.get(timestep);
        if (known == null) {
            // the others are still being told
            early.computeIfAbsent(timestep, t -> new HashSet<>()).addAll(chargePoints);
        }
        if (timestep >= now
                && known != null
                && known.addAll(chargePoints)
                // the last one is kept for those who are found not to follow
                && records.getOrDefault(timestep, 0) < MOST_RECORDS - 1) {
            record(timestep, head);
        }
    }

    private void record(int timestep, BlockHeader head) {
        int earlier = records.getOrDefault(timestep, 0);
        if (earlier >= MOST_RECORDS) {
            return;
        }
        records.put(timestep, earlier + 1);
        var following = new HashSet<>(recorded.getOrDefault(timestep, Set.of()));
        following.removeAll(disobedient);
        var call = contract.recordApplied(BigInteger.valueOf(timestep), bitmap(following));
        if (earlier == 0) {
            writer.send(purpose(timestep), call, head.number(), timestep, Phase.APPLIED_SIGNED, Phase.APPLIED_SENT);
        } else {
            writer.send(purpose(timestep) + " " + earlier, call, head.number());
        }
    }

    /** Where the setpoints came from that were taken, of the newest timesteps. */
    Map<Integer, Source> handedOver() {
        return Map.copyOf(handedOver);
    }

    /** Whether an answer of the backend waits to be put on record. */
    boolean hasAnswers() {
        return handover.hasAnswers();
    }

    /** Whether the backend is being asked, or its answer waits. */
    boolean isBusy() {
        return handover.isBusy();
    }

    /** What keeps charge points from being told, empty if nothing. */
    String problem() {
        return handover.problem();
    }

    @Override
    public void close() {
        handover.close();
    }

    /**
     * A timestep was metered. Who says that it follows and draws more is not on record as following any more, until it does.
     *
     * @param energyWh by charge point; those that told nothing are not in it
     * @param now the running timestep
     */
    void metered(int timestep, Map<Integer, Long> energyWh, int now, BlockHeader head) {
        Map<Integer, Integer> told = handed.getOrDefault(timestep, Map.of());
        handed.keySet().removeIf(t -> t < timestep);
        recorded.keySet().removeIf(t -> t < timestep);
        records.keySet().removeIf(t -> t < timestep);
        boolean found = false;
        for (var each : energyWh.entrySet()) {
            int chargePoint = each.getKey();
            long takenWh = each.getValue();
            Integer powerW = told.get(chargePoint);
            if (powerW == null) {
                continue;
            }
            int ratedPowerW = state.get().chargePoints().get(chargePoint).ratedPowerW();
            long toleratedWh = ratedPowerW / TOLERATED_PART_OF_RATING / parameters.stepsPerHour();
            if (takenWh <= powerW / parameters.stepsPerHour() + toleratedWh) {
                disobedient.remove(chargePoint);
            } else if (disobedient.add(chargePoint)) {
                found |= recorded.getOrDefault(now, Set.of()).contains(chargePoint);
                LOG.warn(
                        "charge point {} took {} Wh in timestep {}, in which it was told {} W: it is on record as not following until it does",
                        chargePoint,
                        takenWh,
                        timestep,
                        powerW);
            }
        }
        if (found) {
            record(now, head);
        }
    }

    /** Charge points that took more than they were told in the last timestep that tells. */
    int disobedient() {
        return disobedient.size();
    }

    private TimestepSetpoints remember(TimestepSetpoints setpoints) {
        handed.put(
                setpoints.timestep(),
                setpoints.setpoints().stream().collect(Collectors.toMap(Setpoint::chargePoint, Setpoint::powerW)));
        return setpoints;
    }

    private static String purpose(int timestep) {
        return "applied " + timestep;
    }

    /** One bit for each charge point, lowest bit of the first byte first: see IPlans.recordApplied. */
    private static byte[] bitmap(Set<Integer> chargePoints) {
        var bits = new BitSet();
        chargePoints.forEach(bits::set);
        return bits.toByteArray();
    }
}
