package org.chargeproof.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What a demonstration came to; its JSON is the report.
 *
 * @param ledger "embedded", or the URL's scheme of another ledger
 * @param requests requests that reached the ledger
 * @param deliveredWh metered energy of all cars
 * @param missedWh what accepted sessions lacked at a departure that has passed
 * @param overLimitWh energy above the limit of a group, over all groups and timesteps
 * @param greenWh of the delivered energy, from PV behind the same cabinet
 * @param peakW highest charging power of all groups together in one timestep
 */
record DemoReport(
        String ledger,
        int operators,
        int groups,
        int chargePoints,
        int timesteps,
        int finalTimesteps,
        int fallbackTimesteps,
        int requests,
        int accepted,
        int refused,
        long deliveredWh,
        long missedWh,
        long overLimitWh,
        long greenWh,
        long peakW,
        Audit audit,
        SecondOpinion secondOpinion,
        Gas gas,
        Seconds seconds,
        @JsonIgnore List<String> remarks,
        @JsonIgnore List<GroupPeak> groupPeaks) {
    /** Plans are counted by timestep and group. */
    record Audit(int plans, int match, int mismatch, int missing, int certificates) {}

    record SecondOpinion(long plans, long differences) {}

    /** Gas of a timestep's post and attestations. */
    record Gas(long perTimestepMedian, double perChargePointTimestep) {}

    /** Seconds of this machine in all; seconds of chain time from the gate to the final plan. */
    record Seconds(double total, double gateToFinalMedian, double gateToFinalMax) {}

    /** A group's highest load in one timestep, other equipment included. */
    record GroupPeak(String group, long peakW, long limitW) {}

    /** Whether everything was as it must be. */
    @JsonIgnore
    boolean isGood() {
        return missedWh == 0
                && overLimitWh == 0
                && finalTimesteps == timesteps
                && audit.match() == audit.plans()
                && secondOpinion.differences() == 0;
    }
}
