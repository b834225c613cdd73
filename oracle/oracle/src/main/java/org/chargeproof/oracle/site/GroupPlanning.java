package org.chargeproof.oracle.site;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.chargeproof.api.BatteryPlan;
import org.chargeproof.api.OperatorInputs;
import org.chargeproof.api.OperatorInputs.ForecastStep;
import org.chargeproof.api.OperatorInputs.Outcome;
import org.chargeproof.api.OperatorInputs.Reason;
import org.chargeproof.api.OperatorInputs.Refused;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Planner;
import org.chargeproof.protocol.ledger.Group;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.InputVersion;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.site.battery.Battery;
import org.chargeproof.site.file.BatterySite;
import org.chargeproof.site.file.GroupSite;
import org.chargeproof.site.flow.Promises;
import org.chargeproof.site.phases.SafeRoom;
import org.chargeproof.site.proposal.Proposal;
import org.chargeproof.site.proposal.Proposer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One group: its forecast as it was put in, what is made of it, and what the battery is to do. */
final class GroupPlanning {
    private static final Logger LOG = LoggerFactory.getLogger(GroupPlanning.class);
    /** A battery of which nothing was heard for more timesteps is planned as if it did nothing. */
    static final int MOST_SILENT_TIMESTEPS = 2;
    /** The contract takes four in a timestep; one is the oracle's. */
    private static final int MOST_FORECASTS = 3;

    private static final int MOST_FORECAST_STEPS = 672;
    private static final CompletableFuture<Outcome> NOTHING_SENT =
            CompletableFuture.completedFuture(new Refused(Reason.CONFLICT, "the ledger has it"));

    private final GroupSite site;
    private final OperatorInputs ledger;
    private final NetworkParameters parameters;
    private final InputBuilder inputs;
    private final Supplier<LedgerState> state;
    private final IntFunction<BatteryReading> batteries;
    private final GroupBook book;
    private final Proposer proposer = new Proposer();
    private final Planner planner = new Planner();
    private volatile @Nullable BatteryReading heard;
    private volatile boolean hasNews;
    private volatile @Nullable BatteryPlan plan;
    private @Nullable BatteryReading read;
    private int firstTimestep;
    private int proposedTimestep;
    private int closedTimestep;
    private int forecastsTimestep;
    private int forecasts;
    private String problem = "";
    private List<BatteryPlan.Step> scheduled = List.of();
    private int scheduledTimestep;
    private CompletableFuture<Outcome> sending = NOTHING_SENT;

    GroupPlanning(
            GroupSite site,
            OperatorInputs ledger,
            NetworkParameters parameters,
            Supplier<LedgerState> state,
            IntFunction<BatteryReading> batteries,
            GroupBook book) {
        this.site = site;
        this.ledger = ledger;
        this.parameters = parameters;
        this.inputs = new InputBuilder(parameters);
        this.state = state;
        this.batteries = batteries;
        this.book = book;
    }

    /** What its battery is to do; null before anything is known, and without a battery. For any thread. */
    @Nullable
    BatteryPlan plan() {
        return plan;
    }

    /** Whether its battery has told something that is not planned with. For any thread. */
    boolean hasNews() {
        return hasNews;
    }

    /** A battery has told what it holds, and the ledger takes it. For any thread. */
    void reported(int battery, BatteryReading reading) {
        var own = site.battery();
        if (own != null && own.battery() == battery) {
            heard = reading;
            hasNews = true;
        }
    }

    /** A forecast is put in; what is made of it is published. */
    CompletableFuture<Outcome> put(int fromTimestep, List<ForecastStep> steps, BlockHeader head) {
        int now = parameters.timestepAt(head.timestampSeconds());
        Group group = group();
        if (group == null) {
            return CompletableFuture.completedFuture(
                    new Refused(Reason.UNKNOWN, "there is no group " + site.group() + " on the ledger"));
        }
        if (forecastsTimestep != now) {
            forecastsTimestep = now;
            forecasts = 0;
        }
        if (forecasts >= MOST_FORECASTS) {
            return CompletableFuture.completedFuture(
                    new Refused(
                            Reason.CONFLICT,
                            forecasts + " forecasts of group " + site.group()
                                    + " were put in in this timestep, which is the limit: one more is the oracle's. Send the next one in the next timestep"));
        }
        if (fromTimestep <= now || fromTimestep > now + MOST_FORECAST_STEPS) {
            return CompletableFuture.completedFuture(new Refused(
                    Reason.CONFLICT,
                    "the forecast begins with timestep " + fromTimestep + "; it must begin from " + (now + 1) + " to "
                            + (now + MOST_FORECAST_STEPS)));
        }
        int mostWh = mostReservedWh(group);
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).reservedLoadWh() > mostWh) {
                return CompletableFuture.completedFuture(new Refused(
                        Reason.BAD_VALUE,
                        "reservedLoadWh of step " + i + " is " + steps.get(i).reservedLoadWh()
                                + "; the group's other equipment takes at most " + mostWh
                                + " Wh in a timestep. Lower it"));
            }
        }
        var before = new TreeMap<>(book.forecast());
        var after = new TreeMap<>(before);
        for (int i = 0; i < steps.size(); i++) {
            after.put(fromTimestep + i, steps.get(i));
        }
        if (!keepsPromises(group, before, after, now + 1)) {
            return CompletableFuture.completedFuture(
                    new Refused(
                            Reason.CONFLICT,
                            "with this forecast a session of group " + site.group()
                                    + " would not get what it was promised: it reserves more than the one before. Reserve less until it has departed"));
        }
        forecasts++;
        book.forecast().putAll(after);
        return propose(group, now, after.lastKey(), true);
    }

    /** At a block: once in a timestep a proposal for the next. */
    void act(BlockHeader head) {
        int now = parameters.timestepAt(head.timestampSeconds());
        hasNews = false;
        firstTimestep = firstTimestep == 0 ? now : firstTimestep;
        Group group = group();
        if (group == null) {
            return;
        }
        boolean isOpen = head.timestampSeconds() < parameters.gateOf(now);
        if (sending.isDone() && sending.join() instanceof Refused refused && refused.reason() == Reason.UNAVAILABLE) {
            // the node did not answer: once more
            proposedTimestep = now;
            sending = NOTHING_SENT;
        }
        if (isOpen && proposedTimestep <= now && isTime(head, now)) {
            proposedTimestep = now + 1;
            tryToPropose(group, now);
        }
        show(now);
    }

    /** An oracle must plan all groups: what goes wrong with this one's battery must not end it. */
    private void tryToPropose(Group group, int now) {
        try {
            sending = propose(group, now, now + InputBuilder.HORIZON_STEPS, false);
        } catch (LedgerException | RpcErrorException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("group {}: battery and phases cannot be planned for timestep {}", site.group(), now + 1, e);
        }
    }

    /** What the battery told of the timestep before, or half of the time until the gate. */
    private boolean isTime(BlockHeader head, int now) {
        var reading = reading();
        if (site.battery() == null || (reading != null && reading.timestep() >= now - 1)) {
            return true;
        }
        long start = parameters.startOf(now);
        return head.timestampSeconds() >= start + (parameters.gateOf(now) - start) / 2;
    }

    private @Nullable BatteryReading reading() {
        var battery = site.battery();
        if (battery == null || battery.battery() == BatterySite.NOT_REGISTERED) {
            return null;
        }
        if (read == null) {
            read = batteries.apply(battery.battery());
        }
        var told = heard;
        return told == null || read.timestep() > told.timestep() ? read : told;
    }

    /** Publishes the own forecast with battery and phases in it, up to a timestep. */
    private CompletableFuture<Outcome> propose(Group group, int now, int untilTimestep, boolean always) {
        int next = now + 1;
        var own = book.forecast();
        var input = input(group, own, next, false);
        var battery = own.containsKey(next) ? battery(now) : null;
        var proposal = proposer.propose(input, battery, safeRoomWh(group), mostReservedWh(group));
        say(proposal.problem().isEmpty() ? unknownPoints(group) : proposal.problem());
        var known = own.ceilingKey(next);
        if (known == null) {
            return NOTHING_SENT;
        }
        var steps = new ArrayList<ForecastStep>();
        boolean isNews = always;
        for (int t = known; t <= untilTimestep && own.containsKey(t) && steps.size() < MOST_FORECAST_STEPS; t++) {
            var step = step(group, proposal, own.get(t), t - next);
            steps.add(step);
            isNews |= !isOnLedger(group, t, step);
        }
        schedule(proposal, next);
        if (known == next) {
            propose(next, steps.getFirst(), proposal.batteryWh());
        }
        // before it is sent: an oracle that is killed in between knows it
        book.write(now);
        return isNews ? ledger.publishForecast(site.group(), known, steps) : NOTHING_SENT;
    }

    private ForecastStep step(Group group, Proposal proposal, @Nullable ForecastStep own, int step) {
        int greenClass = own == null ? 0 : own.greenClass();
        if (step < InputBuilder.HORIZON_STEPS) {
            var input = proposal.input();
            return new ForecastStep(
                    input.expectedLoadWh()[step], input.reservedLoadWh()[step], input.expectedPvWh()[step], greenClass);
        }
        int safeWh = safeRoomWh(group);
        int leastWh = safeWh == SafeRoom.NO_LIMIT
                ? 0
                : Math.min(mostReservedWh(group), Math.max(0, group.limitW() / parameters.stepsPerHour() - safeWh));
        return own == null
                ? new ForecastStep(0, leastWh, 0, 0)
                : new ForecastStep(
                        own.expectedLoadWh(), Math.max(own.reservedLoadWh(), leastWh), own.expectedPvWh(), greenClass);
    }

    /** The battery at the start of the next timestep; null when it is not heard of, so that it is to do nothing. */
    private @Nullable Battery battery(int now) {
        var stated = site.battery();
        var reading = reading();
        if (stated == null || reading == null || isSilent(reading, now)) {
            return null;
        }
        if (book.isNew() && firstTimestep == now) {
            // what it was told for the running timestep is not known
            return null;
        }
        int contentWh = reading.storedWh();
        var battery = stated.storing(contentWh, parameters.stepsPerHour());
        for (int t = reading.timestep() + 1; t <= now; t++) {
            int flowWh = book.batteryWh(t);
            contentWh += flowWh > 0 ? battery.storedOf(flowWh) : flowWh;
        }
        return stated.storing(contentWh, parameters.stepsPerHour());
    }

    private static boolean isSilent(BatteryReading reading, int now) {
        return reading.timestep() < now - MOST_SILENT_TIMESTEPS;
    }

    /** What the battery is to do in a timestep, if it is planned with what is proposed. After the gate nothing changes it. */
    private void propose(int timestep, ForecastStep step, int batteryWh) {
        if (timestep > closedTimestep) {
            book.propose(timestep, new GroupBook.Proposed(step, batteryWh));
        }
    }

    /**
     * The gate before a timestep has closed: the battery does in it what was proposed with the forecast that the ledger had then, as plans
     * go by that, and nothing when it had none of these. The ledger's state is that of the last block before the gate.
     */
    void closeGate(int timestep) {
        closedTimestep = timestep;
        var proposals = book.proposals(timestep);
        Group group = group();
        if (proposals.isEmpty() || group == null) {
            return;
        }
        int wh = 0;
        boolean isKnown = false;
        for (var proposed : proposals) {
            if (isOnLedger(group, timestep, proposed.step())) {
                wh = proposed.batteryWh();
                isKnown = true;
            }
        }
        if (!isKnown && proposals.getLast().batteryWh() != 0) {
            LOG.warn(
                    "the battery of group {} does nothing in timestep {}: what it was to do was not on the ledger before the gate",
                    site.group(),
                    timestep);
        }
        book.setBatteryWh(timestep, wh);
        try {
            book.write(timestep - 1);
        } catch (UncheckedIOException e) {
            // it is known as long as the oracle runs, and found out anew after that
            LOG.error("group {}: what its battery is to do is not in its file", site.group(), e);
        }
    }

    private static boolean isOnLedger(Group group, int timestep, ForecastStep step) {
        var known = group.forecast(timestep);
        return known != null
                && known.expectedLoadWh() == step.expectedLoadWh()
                && known.reservedLoadWh() == step.reservedLoadWh()
                && known.expectedPvWh() == step.expectedPvWh();
    }

    private boolean keepsPromises(
            Group group,
            NavigableMap<Integer, ForecastStep> before,
            NavigableMap<Integer, ForecastStep> after,
            int next) {
        return Promises.areKept(
                planner.plan(input(group, before, next, true)), planner.plan(input(group, after, next, true)));
    }

    /** The group's input with its own forecast in place of the one on the ledger. */
    private GroupInput input(Group group, NavigableMap<Integer, ForecastStep> own, int timestep, boolean onlyAccepted) {
        var input = inputs.inputs(state.get(), timestep, InputVersion.LATEST).get(group.id());
        int unknownWh = Math.max(0, mostReservedWh(group) - chargeWh());
        int[] expectedWh = new int[input.stepCount()];
        int[] reservedWh = new int[input.stepCount()];
        int[] pvWh = new int[input.stepCount()];
        int lastWh = unknownWh;
        for (int t = 0; t < expectedWh.length; t++) {
            var step = own.get(timestep + t);
            // a battery is not kept for a load that nobody has forecast
            lastWh = step == null ? Math.min(lastWh, unknownWh) : step.expectedLoadWh();
            expectedWh[t] = lastWh;
            reservedWh[t] = step == null ? unknownWh : step.reservedLoadWh();
            pvWh[t] = step == null ? 0 : step.expectedPvWh();
        }
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                input.limitWh(),
                reservedWh,
                expectedWh,
                pvWh,
                input.firmPvWh(),
                onlyAccepted
                        ? input.sessions().stream()
                                .filter(GroupInput.Session::accepted)
                                .toList()
                        : input.sessions(),
                input.settlement());
    }

    private int chargeWh() {
        var battery = site.battery();
        return battery == null ? 0 : battery.chargeW() / parameters.stepsPerHour();
    }

    /** What the contract takes at most: the fallback counts with it. */
    private int mostReservedWh(Group group) {
        return Math.ceilDiv(group.otherEquipmentMaxW(), parameters.stepsPerHour());
    }

    /** All charge points count: who asks until the gate is not known yet. */
    private int safeRoomWh(Group group) {
        var phases = site.phases();
        if (phases == null) {
            return SafeRoom.NO_LIMIT;
        }
        return SafeRoom.wh(
                phases.limitW() / parameters.stepsPerHour(),
                group.chargePoints().stream()
                        .map(point -> new SafeRoom.Load(
                                phases.phaseOf(point.id(), point.evseId()),
                                point.ratedPowerW() / parameters.stepsPerHour()))
                        .toList());
    }

    /** A charge point that is misspelt would count for three phases. */
    private String unknownPoints(Group group) {
        var phases = site.phases();
        if (phases == null) {
            return "";
        }
        var known = new HashSet<String>();
        group.chargePoints().forEach(point -> {
            known.add(point.evseId());
            known.add(Integer.toString(point.id()));
        });
        var unknown = phases.unknown(known);
        return unknown.isEmpty()
                ? ""
                : "the site file names charge point '" + unknown.getFirst()
                        + "', which is not in the group. Name charge points by their EVSE id or number on chain";
    }

    private @Nullable Group group() {
        var all = state.get().groups();
        if (site.group() >= all.size() || all.get(site.group()).removed()) {
            say("there is no group " + site.group() + " on the ledger. Change the site file, or register it");
            return null;
        }
        return all.get(site.group());
    }

    private void say(String now) {
        if (!now.equals(problem) && !now.isEmpty()) {
            LOG.warn("group {}: {}", site.group(), now);
        }
        problem = now;
    }

    private void schedule(Proposal proposal, int next) {
        var schedule = proposal.schedule();
        scheduledTimestep = next;
        if (schedule == null) {
            scheduled = List.of();
            return;
        }
        var steps = new ArrayList<BatteryPlan.Step>();
        for (int t = 0; t < schedule.batteryWh().length; t++) {
            steps.add(new BatteryPlan.Step(
                    next + t,
                    t == 0 ? proposal.batteryWh() : schedule.batteryWh()[t],
                    schedule.storedWh()[t],
                    schedule.gridWh()[t]));
        }
        scheduled = List.copyOf(steps);
    }

    private void show(int now) {
        var battery = site.battery();
        if (battery == null) {
            return;
        }
        var reading = reading();
        boolean isSilent = reading == null || isSilent(reading, now);
        plan = new BatteryPlan(
                site.group(),
                battery.battery(),
                now,
                parameters.startOf(now),
                parameters.startOf(now + 1),
                book.batteryWh(now) * parameters.stepsPerHour(),
                book.batteryWh(now),
                isSilent ? "SILENT" : scheduled.isEmpty() ? "WAITING" : "PLANNED",
                reading == null ? 0 : reading.timestep(),
                reading == null ? 0 : reading.storedWh(),
                scheduledTimestep,
                scheduled,
                problem);
    }
}
