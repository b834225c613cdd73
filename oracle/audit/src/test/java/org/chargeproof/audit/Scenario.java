package org.chargeproof.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntBinaryOperator;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.planner.Algorithm;
import org.chargeproof.protocol.encoding.Decisions;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.InputVersion;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.NetworkParameters;

/**
 * A small network on a ledger in memory, timestep by timestep: 4 operators, 2 groups of 2 charge points. Each timestep has a block for
 * what drivers and meters write, one in the gate for plans, and one right at its end that belongs to the next.
 */
final class Scenario {
    static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 5, 4, 2, 3);
    static final int DEPLOYED = 2_000_000;
    /** The first timestep with a plan. */
    static final int FIRST = DEPLOYED + 2;

    static final Bytes32 ALGORITHM = Bytes32.fromHexString("0x" + "a1".repeat(32));
    static final AuditedNetwork NETWORK = new AuditedNetwork(
            2018, "0x00000000000000000000000000000000c0450271", PARAMETERS, MemoryLedger.FIRST_BLOCK, DEPLOYED);

    final MemoryLedger ledger = new MemoryLedger();
    final LedgerState state = new LedgerState();
    PlanningAlgorithm algorithm = new LocalAlgorithm(ALGORITHM);

    private final InputBuilder builder = new InputBuilder(PARAMETERS);
    /** What a charge point's car takes of its setpoint. */
    IntBinaryOperator takenWh = (chargePoint, setpointWh) -> setpointWh;
    /** Whose meters report. */
    IntPredicate reported = chargePoint -> true;
    /** Of a charge point with a setpoint. */
    int status;

    private final long[] registerWh = new long[1_000];
    private int sessions;
    private int current = DEPLOYED;

    /** The planner's own classes, under any id. */
    record LocalAlgorithm(Bytes32 id) implements PlanningAlgorithm {
        @Override
        public int inputVersion() {
            return InputVersion.LATEST;
        }

        @Override
        public List<byte[]> plan(List<byte[]> inputs) {
            return inputs.stream().map(Algorithm::run).toList();
        }
    }

    /** A network that has just been deployed, with an algorithm that counts from {@link #FIRST} on. */
    static Scenario deployed() {
        return deployed(new LocalAlgorithm(ALGORITHM));
    }

    /** With the algorithm that counts from {@link #FIRST} on. */
    static Scenario deployed(PlanningAlgorithm algorithm) {
        var scenario = new Scenario();
        scenario.algorithm = algorithm;
        scenario.ledger.block(DEPLOYED * 900L + 100);
        for (int id = 1; id <= 4; id++) {
            scenario.emit(new LedgerEvent.OperatorAdmitted(
                    id, "Operator " + id, address(10 * id), address(10 * id + 1), address(10 * id + 2)));
        }
        scenario.emit(new LedgerEvent.GroupRegistered(0, 1, 100_000, 0, 1, 200));
        scenario.emit(new LedgerEvent.GroupRegistered(1, 2, 100_000, 8_000, 0, 0));
        for (int id = 0; id < 4; id++) {
            scenario.emit(new LedgerEvent.ChargePointRegistered(id, id % 2, 1 + id % 2, 22_000, 0, "NO*OPR*E" + id));
        }
        scenario.emit(new LedgerEvent.AlgorithmActivated(algorithm.id(), FIRST));
        return scenario;
    }

    /** Adds a log to the newest block, and to the state of the operators' oracles. */
    void emit(LedgerEvent event) {
        ledger.emit(event);
        state.apply(event);
    }

    /** Another algorithm counts from the next plan on. */
    void use(PlanningAlgorithm next) {
        algorithm = next;
        emit(new LedgerEvent.AlgorithmActivated(next.id(), current + 1));
    }

    /** A request in the current timestep, before its gate. @return its session */
    int request(int chargePoint, int energyWh, int timesteps) {
        int session = ++sessions;
        emit(new LedgerEvent.ChargingRequested(
                session,
                chargePoint,
                address(1_000 + session),
                1,
                energyWh,
                energyWh,
                current + 1,
                current + 1 + timesteps,
                true,
                current + 1,
                current));
        return session;
    }

    /** A reservation, with the least energy that its driver takes. @return its session */
    int reserve(int chargePoint, int energyWh, int leastEnergyWh, int arrivalIn, int timesteps) {
        int session = ++sessions;
        emit(new LedgerEvent.ChargingRequested(
                session,
                chargePoint,
                address(1_000 + session),
                1,
                energyWh,
                leastEnergyWh,
                current + 1 + arrivalIn,
                current + 1 + arrivalIn + timesteps,
                true,
                current + 1,
                current));
        return session;
    }

    /** The timestep that the newest block lies in. */
    int current() {
        return current;
    }

    /** The block into which those write who come before the gate. */
    void open() {
        ledger.block(PARAMETERS.startOf(current) + 400);
    }

    /** What every honest oracle has at the gate. */
    TimestepPlan honest() {
        return TimestepPlan.compute(state, builder, current + 1, ledger.head().number(), algorithm);
    }

    /** Closes the gate, with all operators for the honest plan, and goes on to the next timestep. */
    void plan() {
        plan(post -> post);
    }

    /** The same, for a post that differs from the honest one; 3 of 4 stand for it. */
    void plan(UnaryOperator<PlanPosted> change) {
        var post = change.apply(post(honest(), 1, 0));
        ledger.block(PARAMETERS.gateOf(current));
        emit(post);
        finish(post, 1, 2, 3);
        next();
    }

    /** Operators attest a post until it is final with all of them, and its decisions are carried out. */
    void finish(PlanPosted post, int... operators) {
        for (int operator : operators) {
            emit(new LedgerEvent.PlanAttested(post.timestep(), operator, post.candidate()));
        }
        emit(new LedgerEvent.PlanFinal(
                post.timestep(),
                post.candidate(),
                operators.length,
                state.members().size()));
        for (var d : Decisions.unpack(post.decisions())) {
            emit(new LedgerEvent.RequestDecided(
                    d.session(),
                    post.timestep(),
                    d.accepted(),
                    d.offerEnergyWh(),
                    d.offerDepartureTimestep(),
                    d.offerPowerW()));
        }
    }

    /** A block in the gate, for those who write there by themselves. */
    TimestepPlan gate() {
        var plan = honest();
        ledger.block(PARAMETERS.gateOf(current));
        return plan;
    }

    /** The first block of the next timestep. Meters tell what the setpoints of the last one came to. */
    void next() {
        int over = current++;
        ledger.block(PARAMETERS.startOf(current));
        var post = state.planRecord(over).finalPost();
        var entries = new ArrayList<MeterEntry>();
        for (int id = 0; id < state.chargePoints().size(); id++) {
            int setpointWh = post == null ? 0 : Setpoints.read(post.setpoints(), id);
            registerWh[id] += takenWh.applyAsInt(id, setpointWh);
            if (reported.test(id) && !state.chargePoints().get(id).removed()) {
                entries.add(new MeterEntry(id, registerWh[id], 0, setpointWh > 0 ? status : 0));
            }
        }
        emit(new LedgerEvent.MetersReported(1, over, entries));
    }

    /** The network halts before a gate and comes back after some timesteps. */
    void skip(int timesteps) {
        current += timesteps - 1;
        next();
    }

    /** Honest timesteps with a request now and then. */
    void run(int timesteps) {
        for (int i = 0; i < timesteps; i++) {
            open();
            if (i % 3 == 0) {
                int chargePoint = i / 3 % 4;
                if (state.chargePoints().get(chargePoint).session() == null) {
                    request(chargePoint, 9_000, 8);
                }
            }
            plan();
        }
    }

    /** A post of a plan. */
    static PlanPosted post(TimestepPlan plan, int operator, int candidate) {
        var c = plan.commitment();
        return new PlanPosted(
                c.timestep(),
                operator,
                candidate,
                c.snapshotBlock(),
                c.algorithm(),
                c.inputsRoot(),
                c.plansRoot(),
                c.setpointsRoot(),
                plan.setpoints(),
                plan.decisions());
    }

    AuditReport audit() {
        return audit(AuditRange.everything());
    }

    AuditReport audit(AuditRange range) {
        return audit(range, id -> new LocalAlgorithm(id));
    }

    AuditReport audit(AuditRange range, AlgorithmSource algorithms) {
        return new Auditor(NETWORK, ledger, algorithms).audit(range, ProgressListener.none());
    }

    AuditReport audit(AuditRange range, ProgressListener progress) {
        return new Auditor(NETWORK, ledger, LocalAlgorithm::new).audit(range, progress);
    }

    static AuditRange groups(Integer... groups) {
        return new AuditRange(null, null, new TreeSet<>(Set.of(groups)));
    }

    static Bytes address(int id) {
        return Bytes.concatenate(Bytes.wrap(new byte[16]), Bytes.ofUnsignedInt(id));
    }
}
