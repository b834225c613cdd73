package org.chargeproof.protocol.ledger;

import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** What the contracts put on record, decoded. Names and units are those of the Solidity events. */
public sealed interface LedgerEvent {

    record OperatorAdmitted(int operator, String name, Bytes owner, Bytes oracle, Bytes meter) implements LedgerEvent {}

    record OperatorExcluded(int operator) implements LedgerEvent {}

    record AccountsChanged(int operator, Bytes oracle, Bytes meter) implements LedgerEvent {}

    record GroupRegistered(
            int group, int operator, int capacityW, int otherEquipmentMaxW, int policyKind, int policyPercent)
            implements LedgerEvent {}

    record GroupLimitChanged(int group, int limitW) implements LedgerEvent {}

    record GroupPolicyChanged(int group, int policyKind, int policyPercent) implements LedgerEvent {}

    record ChargePointRegistered(int chargePoint, int group, int operator, int ratedPowerW, String evseId)
            implements LedgerEvent {}

    record ChargePointRemoved(int chargePoint) implements LedgerEvent {}

    record ChargingRequested(
            int session,
            int chargePoint,
            Bytes account,
            int energyWh,
            int departureTimestep,
            boolean joins,
            int firstTimestep)
            implements LedgerEvent {}

    record RequestDecided(
            int session, int timestep, boolean accepted, int offerEnergyWh, int offerDepartureTimestep, int offerPowerW)
            implements LedgerEvent {}

    record SessionEnded(int session, int chargePoint, int timestep) implements LedgerEvent {}

    record MetersReported(int operator, int timestep, List<MeterEntry> entries) implements LedgerEvent {}

    /** One charge point at the end of a timestep. */
    record MeterEntry(int chargePoint, long registerWh, int livePowerW, int status) {}

    record GroupReported(int group, int timestep, int loadWh, int pvWh, int firmPvWh) implements LedgerEvent {}

    record ForecastPublished(int group, int fromTimestep, List<ForecastStep> steps) implements LedgerEvent {}

    /** What a group's operator expects of one timestep. */
    record ForecastStep(int expectedLoadWh, int reservedLoadWh, int expectedPvWh, int greenClass) {}

    record PlanPosted(
            int timestep,
            int operator,
            int candidate,
            long snapshotBlock,
            Bytes32 algorithm,
            Bytes32 inputsRoot,
            Bytes32 plansRoot,
            Bytes32 setpointsRoot,
            Bytes setpoints,
            Bytes decisions)
            implements LedgerEvent {}

    record PlanAttested(int timestep, int operator, int candidate) implements LedgerEvent {}

    record PlanFinal(int timestep, int candidate, int votes, int members) implements LedgerEvent {}

    record FallbackDeclared(int timestep, int operator) implements LedgerEvent {}

    record SetpointsApplied(int timestep, int operator, Bytes chargePoints) implements LedgerEvent {}

    record AlgorithmActivated(Bytes32 algorithm, int fromTimestep) implements LedgerEvent {}
}
