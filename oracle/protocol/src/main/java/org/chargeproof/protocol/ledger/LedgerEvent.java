package org.chargeproof.protocol.ledger;

import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.time.NetworkParameters;

/** What the contracts put on record, decoded. Names and units are those of the Solidity events. */
public sealed interface LedgerEvent {

    /** All that a reader of logs needs to know of a network; comes once, some blocks after {@code deployedAtBlock}. */
    record NetworkLinked(
            String protocol,
            Bytes assets,
            Bytes charging,
            Bytes plans,
            Bytes algorithms,
            long deployedAtBlock,
            int firstTimestep,
            int timestepSeconds,
            int gateSeconds,
            int takeoverSeconds,
            int stepsPerHour,
            int quorumNumerator,
            int quorumDenominator)
            implements LedgerEvent {
        /** What {@code protocol} says in this version, and Consortium.protocol() with it. */
        public static final String PROTOCOL = "chargeproof/7";

        /** The parameters by themselves. */
        public NetworkParameters parameters() {
            return new NetworkParameters(
                    timestepSeconds, gateSeconds, takeoverSeconds, stepsPerHour, quorumNumerator, quorumDenominator);
        }
    }

    /** All that a reader of logs needs to know of bills and payment; comes once, behind {@link NetworkLinked}. */
    record MarketLinked(
            Bytes euro,
            Bytes flexibility,
            Bytes settlement,
            Bytes channels,
            Bytes meters,
            Bytes valuations,
            int settlementTimesteps,
            int graceTimesteps,
            int compensationE4,
            long kappaE6)
            implements LedgerEvent {
        /** By what bills are computed, by itself. */
        public MarketTerms terms() {
            return new MarketTerms(settlementTimesteps, graceTimesteps, compensationE4, kappaE6);
        }
    }

    record OperatorAdmitted(int operator, String name, Bytes owner, Bytes oracle, Bytes meter) implements LedgerEvent {}

    record OperatorExcluded(int operator) implements LedgerEvent {}

    record AccountsChanged(int operator, Bytes oracle, Bytes meter) implements LedgerEvent {}

    /** A provider without charge points, which vouches for users; its id is above those of all operators. */
    record ProviderAdmitted(int provider, String name, Bytes owner, Bytes desk) implements LedgerEvent {}

    record ProviderExcluded(int provider) implements LedgerEvent {}

    record DeskChanged(int provider, Bytes desk) implements LedgerEvent {}

    /** An id that was given before is a new group's. */
    record GroupRegistered(
            int group, int operator, int capacityW, int otherEquipmentMaxW, int policyKind, int policyPercent)
            implements LedgerEvent {}

    /** Of a group without charge points; its id stays, and may be given again. */
    record GroupRemoved(int group) implements LedgerEvent {}

    record GroupLimitChanged(int group, int limitW) implements LedgerEvent {}

    record GroupPolicyChanged(int group, int policyKind, int policyPercent) implements LedgerEvent {}

    /** An id that was given before is a new charge point's. */
    record ChargePointRegistered(
            int chargePoint, int group, int operator, int ratedPowerW, int minPowerW, String evseId)
            implements LedgerEvent {}

    /** Degrees times 10^7; the connector is an OCPI ConnectorType by number. */
    record ChargePointLocated(int chargePoint, int latitudeE7, int longitudeE7, int connector) implements LedgerEvent {}

    /**
     * Ten-thousandths of a euro for one kWh, and of that price as VAT, for requests made in a timestep or later; announced in {@code
     * timestep}.
     */
    record ChargePointPriced(int chargePoint, int pricePerKWhE4, int vatE4, int fromTimestep, int timestep)
            implements LedgerEvent {}

    /** What a provider adds to each kWh, at all charge points alike; announced in {@code timestep}. */
    record MarginChanged(int provider, int marginPerKWhE4, int fromTimestep, int timestep) implements LedgerEvent {}

    record ChargePointRemoved(int chargePoint) implements LedgerEvent {}

    record ChargingRequested(
            int session,
            int chargePoint,
            Bytes account,
            int provider,
            int energyWh,
            int leastEnergyWh,
            int arrivalTimestep,
            int departureTimestep,
            boolean joins,
            int firstTimestep,
            int timestep)
            implements LedgerEvent {}

    /**
     * Interim power: no log says it, it follows from those before. A session may draw so much in a timestep whose plan does not know it.
     *
     * @param powerW in all, what the plan told the charge point included
     */
    record PowerGranted(int session, int chargePoint, int timestep, int powerW) implements LedgerEvent {}

    /** For an accepted request, {@code offerEnergyWh} is what is promised; 0 stands for all. */
    record RequestDecided(
            int session, int timestep, boolean accepted, int offerEnergyWh, int offerDepartureTimestep, int offerPowerW)
            implements LedgerEvent {}

    /** Who ended it is a number of {@code ICharging.Ender}: see {@link #BY_PROVIDER}. */
    record SessionEnded(int session, int chargePoint, int timestep, int by) implements LedgerEvent {
        /** By the provider that vouched for the account. */
        public static final int BY_PROVIDER = 1;

        /** By the operator of the charge point, or, when it was excluded, by another one. */
        public static final int BY_OPERATOR = 2;
    }

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
            implements LedgerEvent, Candidate {}

    record PlanAttested(int timestep, int operator, int candidate) implements LedgerEvent {}

    record PlanFinal(int timestep, int candidate, int votes, int members) implements LedgerEvent {}

    record FallbackDeclared(int timestep, int operator) implements LedgerEvent {}

    record SettlementPosted(
            int timestep,
            int operator,
            int candidate,
            long snapshotBlock,
            Bytes32 valuation,
            Bytes32 billsRoot,
            int bills,
            long tokens,
            Bytes sums)
            implements LedgerEvent, Candidate {}

    record SettlementAttested(int timestep, int operator, int candidate) implements LedgerEvent {}

    record SettlementFinal(int timestep, int candidate, int votes, int members) implements LedgerEvent {}

    /** Hashes of what meters signed, as one operator put them on record. */
    record SessionsRecorded(int operator, List<SessionRecord> entries) implements LedgerEvent {}

    /** SHA-256 of the SHA-256 of a session's begin record and that of its end record. */
    record SessionRecord(int session, Bytes32 recordsHash) {}

    /** A final bill was opened for its tokens, in millionths; comes for a bill without any, too. */
    record TokensClaimed(int session, Bytes to, long tokens) implements LedgerEvent {}

    /** What a bill said was promised and not delivered was paid to whom its account named. */
    record CompensationClaimed(int session, Bytes to, long microEuro) implements LedgerEvent {}

    /** A deposit follows in a log of its own; the provider is 0 for a driver's wallet. */
    record ChannelOpened(Bytes payer, int payee, Bytes signer, int provider, long epoch) implements LedgerEvent {}

    /** What is left of all deposits then. */
    record Deposited(Bytes payer, int payee, long depositMicroEuro) implements LedgerEvent {}

    /** The highest total of a voucher that came on chain; whoever signs may sign any number, here at most 2^63 - 1. */
    record VoucherAccepted(Bytes payer, int payee, long acceptedMicroEuro) implements LedgerEvent {}

    /** One payment, and all of the channel's epoch with it. */
    record Paid(Bytes payer, int payee, long microEuro, long paidMicroEuro) implements LedgerEvent {}

    /** By either side: the log does not say which. It may be closed from second {@code closesBy} of block time on, come what may. */
    record ClosingAnnounced(Bytes payer, int payee, int timestep, long closesBy) implements LedgerEvent {}

    record ChannelClosed(Bytes payer, int payee, long paidMicroEuro, long returnedMicroEuro) implements LedgerEvent {}

    record SetpointsApplied(int timestep, int operator, Bytes chargePoints) implements LedgerEvent {}

    /** A part of an algorithm's jar as one operator uploaded it; only the id says whether the parts are the right ones. */
    record ChunkStored(Bytes32 algorithm, int operator, int index, Bytes chunk) implements LedgerEvent {}

    record AlgorithmActivated(Bytes32 algorithm, int fromTimestep) implements LedgerEvent {}
}
