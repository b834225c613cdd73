package org.chargeproof.cli.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.cli.abuse.Abuse;
import org.chargeproof.cli.demo.payment.DemoPayments;
import org.chargeproof.console.output.Count;
import org.chargeproof.payment.PaymentLimits;
import org.jspecify.annotations.Nullable;

/**
 * What a demonstration came to; its JSON is the report.
 *
 * @param ledger "embedded", or the URL's scheme of another ledger
 * @param handedOverPlans plans that operators' systems were handed over, by operator and timestep
 * @param handedOverFallbacks the same of fallbacks
 * @param silentTimesteps timesteps for which at least one operator's charge points were handed over nothing
 * @param requests requests that reached the ledger
 * @param acceptedInPart accepted with less energy than was wanted
 * @param reservations requests for a car that was yet to come
 * @param deliveredWh metered energy of all cars
 * @param missedWh what accepted sessions lacked at a departure that has passed, where the oracle had not been stopped
 * @param missedAtSilentWh the same at charge points whose oracle had been stopped before
 * @param missedAtFlakyWh the same at charge points that were to misbehave
 * @param overLimitWh energy above the limit of a group, over all groups and timesteps
 * @param secondsOverLimit where charge points misbehave: seconds in which those of a group would have given more than it has room for
 * @param greenWh of the delivered energy, from PV behind the same cabinet
 * @param peakW highest charging power of all groups together in one timestep
 * @param doors what went over OCPI
 * @param hems what batteries and phases came to, put in by HTTP; null where no group has any
 * @param abuse what attackers tried, if there were any
 * @param problems what went wrong without showing in a figure
 * @param remarks what people should know
 */
record DemoReport(
        String ledger,
        int operators,
        int groups,
        int chargePoints,
        int timesteps,
        int finalTimesteps,
        int fallbackTimesteps,
        int handedOverPlans,
        int handedOverFallbacks,
        int silentTimesteps,
        int requests,
        int accepted,
        int acceptedInPart,
        int reservations,
        int refused,
        long deliveredWh,
        long missedWh,
        long missedAtSilentWh,
        long missedAtFlakyWh,
        long overLimitWh,
        long secondsOverLimit,
        long greenWh,
        long peakW,
        Doors doors,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Hems hems,
        Audit audit,
        Settlement settlement,
        SecondOpinion secondOpinion,
        Gas gas,
        Seconds seconds,
        Blocks blocks,
        FirstPower firstPower,
        @JsonInclude(JsonInclude.Include.NON_NULL) Abuse.@Nullable Report abuse,
        @JsonIgnore List<String> problems,
        @JsonIgnore List<String> remarks,
        @JsonIgnore List<GroupPeak> groupPeaks) {
    /**
     * What went over OCPI.
     *
     * @param profilesSet charging profiles that were sent
     * @param profilesConfirmed of them, those that charge points said they follow
     * @param profilesRejected of them, those that operators' systems or charge points refused
     * @param late of them, those without an answer in time
     * @param notApplied setpoints above 0 that are not on record as followed
     * @param fallbacksApplied cars, by timestep, whose charge point lived by what it was told for silence
     * @param cdrs final bills that providers were told as CDRs, with a proof that holds
     * @param wrongCdrs CDRs that are no final bill of the provider, or tell another cost or energy
     * @param missingCdrs final bills that did not reach their provider
     */
    record Doors(
            long profilesSet,
            long profilesConfirmed,
            long profilesRejected,
            long late,
            int notApplied,
            int fallbacksApplied,
            int cdrs,
            int wrongCdrs,
            int missingCdrs) {}

    /**
     * How long drivers waited from the block of their request to the first power, in seconds of block time; reservations apart.
     *
     * @param cars those that had power
     * @param median, p95 as it was
     * @param plannedMedian, plannedP95 to the first timestep whose plan told them to charge: what they would have waited without interim power
     */
    record FirstPower(int cars, long median, long p95, long plannedMedian, long plannedP95) {}

    /**
     * What a battery and limits of phases came to.
     *
     * @param inputs measurements, forecasts and states that were put in at {@code /api/v1}
     * @param batteryTakenWh what the battery took, measured outside of it
     * @param batteryGivenWh what it gave
     * @param batteryLostWh what of the former was not stored
     * @param batteryStoredWh what is left in it
     * @param batteryTimesteps in which it took or gave something
     * @param peakW highest net load of the battery's group
     * @param peakWithoutW the same of the same charging without what the battery did
     * @param phasePeakW highest load of a phase by cars, rounded up
     * @param phaseLimitW its limit; 0 without one
     * @param timestepsOverPhase timesteps in which a phase carried more
     */
    record Hems(
            int inputs,
            long batteryTakenWh,
            long batteryGivenWh,
            long batteryLostWh,
            int batteryStoredWh,
            int batteryTimesteps,
            long peakW,
            long peakWithoutW,
            long phasePeakW,
            int phaseLimitW,
            int timestepsOverPhase) {}

    /** Plans are counted by timestep and group. */
    record Audit(int plans, int match, int mismatch, int missing, int certificates) {}

    /**
     * What the day cost, and what was paid for it. Of the last hours' sessions no settlement is final yet.
     *
     * @param sessions that were paid while they charged
     * @param billed bills in final settlements
     * @param billedMicroEuro by providers to operators, and by drivers to providers
     * @param paidMicroEuro on chain, of the same
     * @param disputes bills that are not what was signed for while energy flowed
     * @param tokens claimed, in millionths
     * @param signed bills whose energy the charge point's meter signed, by the key and the hash on chain
     * @param unsignedAtFlaky others, at charge points that were to misbehave: nobody heard of all that they gave
     * @param settlements final or not
     * @param match bills that are what they should be
     * @param missing bills whose settlement found no quorum: they are in the next one
     * @param vouchers signed, sent and taken
     * @param transactionsPerSession of settlements, redemptions and claims
     * @param gasPerSession of settlements and redemptions
     * @param cheating what came of those who cheated; null when nobody was to
     * @param reputation what is on record of all members together, counted from the chain
     * @param gasPerClaim of a bill whose tokens are claimed, which drivers do when they like
     */
    record Settlement(
            int sessions,
            int billed,
            long billedMicroEuro,
            long paidMicroEuro,
            long compensationMicroEuro,
            int disputes,
            long tokens,
            int signed,
            @JsonIgnore int unsignedAtFlaky,
            int settlements,
            int match,
            int mismatch,
            int missing,
            long vouchers,
            double transactionsPerSession,
            long gasPerSession,
            long gasPerClaim,
            Reputation reputation,
            @JsonInclude(JsonInclude.Include.NON_NULL) DemoPayments.@Nullable Cheating cheating) {}

    /** Sums of what the command {@code reputation} counts for each member. */
    record Reputation(
            long sessionsEndedByProviders, long closingsBeaten, long promisesBroken, long sessionsWithoutRecords) {}

    record SecondOpinion(long plans, long differences) {}

    /** Gas of a timestep's post and attestations. */
    record Gas(long perTimestepMedian, double perChargePointTimestep) {}

    /** Seconds of this machine in all; seconds of chain time from the gate to the final plan. */
    record Seconds(double total, double gateToFinalMedian, double gateToFinalMax) {}

    /** Blocks from the one that closed the gate to the one with the final plan. */
    record Blocks(long gateToFinalMedian, long gateToFinalMax) {}

    /** A group's highest load in one timestep, other equipment included. */
    record GroupPeak(String group, long peakW, long limitW) {}

    /** Whether everything was as it must be. */
    @JsonIgnore
    boolean isGood() {
        return reasons().isEmpty();
    }

    /** Why not everything was as it must be; empty if it was. */
    List<String> reasons() {
        var reasons = new ArrayList<>(problems);
        if (missedWh > 0) {
            reasons.add(missedWh + " Wh of what was promised were missed");
        }
        if (overLimitWh > 0) {
            reasons.add(overLimitWh + " Wh were above a group's limit");
        }
        if (hems != null && hems.timestepsOverPhase() > 0) {
            reasons.add("a phase was above its limit in " + Count.of(hems.timestepsOverPhase(), "timestep"));
        }
        if (secondsOverLimit > 0) {
            reasons.add(
                    "charge points gave more than their group had room for in " + Count.of(secondsOverLimit, "second"));
        }
        if (fallbackTimesteps > 0) {
            reasons.add(fallbackTimesteps + " of " + Count.of(timesteps, "timestep") + " had no quorum and fell back");
        }
        if (requests > accepted + refused && fallbackTimesteps > 0) {
            reasons.add(Count.of(requests - accepted - refused, "request was", "requests were") + " not answered");
        }
        if (audit.mismatch() > 0) {
            reasons.add(Count.of(audit.mismatch(), "final plan is", "final plans are") + " not as it should be");
        }
        if (settlement.mismatch() > 0) {
            reasons.add(Count.of(settlement.mismatch(), "final bill is", "final bills are") + " not as it should be");
        }
        int unsigned = settlement.billed() - settlement.signed() - settlement.unsignedAtFlaky();
        if (unsigned > 0) {
            reasons.add(Count.of(unsigned, "bill is", "bills are") + " not what the meter signed");
        }
        var cheating = settlement.cheating();
        if (cheating != null && cheating.mostMicroEuro() > PaymentLimits.DEFAULTS.unitMicroEuro()) {
            reasons.add("an honest side lost " + cheating.mostMicroEuro()
                    + " millionths of a euro in one session, more than" + " a unit of "
                    + PaymentLimits.DEFAULTS.unitMicroEuro());
        }
        if (settlement.disputes() > 0 && cheating == null) {
            reasons.add(Count.of(settlement.disputes(), "bill is", "bills are") + " not what was paid");
        }
        if (settlement.paidMicroEuro() != settlement.billedMicroEuro() && cheating == null) {
            reasons.add(settlement.billedMicroEuro() + " millionths of a euro were billed, and "
                    + settlement.paidMicroEuro() + " paid");
        }
        if (secondOpinion.differences() > 0) {
            reasons.add(Count.of(secondOpinion.differences(), "second opinion differs", "second opinions differ"));
        }
        return reasons;
    }
}
