package org.chargeproof.simulation;

/** What one rule made of one group, or, added up, of several. Energies in Wh. */
final class Tally {
    int requests;
    int accepted;
    /** Stays without a whole step that asked: no plan decides about them. */
    int interimOnly;
    /** Of the accepted ones, with less energy than they asked for. */
    int acceptedInPart;

    /** Stays without one whole step. */
    int tooShort;
    /** Stays that began while the charge point was still taken. */
    int occupied;

    /** What a grid of whole steps loses: energy of stays that are too short, and what chargers cannot give in the whole steps of the others. */
    long lostToGridWh;

    /** What cars could take in the seconds of their stays, at charge points that were free. */
    long possibleWh;

    /** Energy drawn beside plans. */
    long interimWh;

    /** What all who asked would take in the whole steps of their stays. */
    long wantedWh;
    /** The same of those who were accepted, at most what they were promised. */
    long promisedWh;

    long servedOfPromisedWh;
    /** Of sessions that left early: what they lacked then is no broken promise. */
    long leftBehindWh;

    /** Cars that drew power, how often they began to, all together, and the one that did most often. */
    int charged;

    long starts;
    int mostStarts;

    long deliveredWh;
    long greenWh;
    int stepsAboveLimit;
    long aboveLimitWh;
    double peakOfLimit;
    /** Wh squared, over all groups and steps. */
    double sumOfSquares;
    /** For the index of Jain, over requests: sums of x and x squared, x being the share of the wanted energy that was delivered. */
    double shares;

    double squaredShares;
    int finished;
    double hoursToFinish;
    long plans;
    long planNanos;
    int checkedPlans;
    /** Highest net load in a step of a group that has equipment; of several groups, the sum of each one's own. */
    long gridPeakWh;

    long gridWh;
    long fedInWh;
    long batteryTakenWh;
    long batteryGivenWh;
    long batteryLostWh;
    /** The highest content, over groups added up. */
    long batteryMostWh;

    long batteryStoredWh;
    /** Steps in which a phase of a group carried more than its limit. */
    int stepsPhaseAbove;
    /** Thirds of a Wh: sessions on three phases load each with a third. */
    long phaseAboveThirds;

    long phasePeakThirds;

    void add(Tally o) {
        requests += o.requests;
        accepted += o.accepted;
        interimOnly += o.interimOnly;
        acceptedInPart += o.acceptedInPart;
        tooShort += o.tooShort;
        occupied += o.occupied;
        lostToGridWh += o.lostToGridWh;
        possibleWh += o.possibleWh;
        interimWh += o.interimWh;
        wantedWh += o.wantedWh;
        promisedWh += o.promisedWh;
        servedOfPromisedWh += o.servedOfPromisedWh;
        leftBehindWh += o.leftBehindWh;
        charged += o.charged;
        starts += o.starts;
        mostStarts = Math.max(mostStarts, o.mostStarts);
        deliveredWh += o.deliveredWh;
        greenWh += o.greenWh;
        stepsAboveLimit += o.stepsAboveLimit;
        aboveLimitWh += o.aboveLimitWh;
        peakOfLimit = Math.max(peakOfLimit, o.peakOfLimit);
        sumOfSquares += o.sumOfSquares;
        shares += o.shares;
        squaredShares += o.squaredShares;
        finished += o.finished;
        hoursToFinish += o.hoursToFinish;
        plans += o.plans;
        planNanos += o.planNanos;
        checkedPlans += o.checkedPlans;
        gridPeakWh += o.gridPeakWh;
        gridWh += o.gridWh;
        fedInWh += o.fedInWh;
        batteryTakenWh += o.batteryTakenWh;
        batteryGivenWh += o.batteryGivenWh;
        batteryLostWh += o.batteryLostWh;
        batteryMostWh += o.batteryMostWh;
        batteryStoredWh += o.batteryStoredWh;
        stepsPhaseAbove += o.stepsPhaseAbove;
        phaseAboveThirds += o.phaseAboveThirds;
        phasePeakThirds = Math.max(phasePeakThirds, o.phasePeakThirds);
    }

    /** Promised to those who stayed, and not delivered. */
    long missedWh() {
        return promisedWh - servedOfPromisedWh - leftBehindWh;
    }

    /** Jain, Chiu and Hawe 1984: 1 when everybody gets the same share of what it wants. */
    double fairness() {
        int asked = requests + interimOnly;
        return asked == 0 || squaredShares == 0 ? 1 : shares * shares / (asked * squaredShares);
    }

    double meanHoursToFinish() {
        return finished == 0 ? 0 : hoursToFinish / finished;
    }

    double microsPerPlan() {
        return plans == 0 ? 0 : planNanos / 1e3 / plans;
    }
}
