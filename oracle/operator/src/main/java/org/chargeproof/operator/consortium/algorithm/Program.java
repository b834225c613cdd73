package org.chargeproof.operator.consortium.algorithm;

import org.chargeproof.billing.Bill;
import org.chargeproof.contracts.AlgorithmRegistry;
import org.chargeproof.ledger.Network;
import org.chargeproof.planner.Planner;

/** The programs that a network keeps on chain, each in a registry of its own: a new way to bill is no new way to plan. */
public enum Program {
    /** Plans charging. */
    PLANNER("planner", Planner.class, ""),
    /** Computes bills. */
    BILLING("program of bills", Bill.class, " --bills");

    private final String words;
    private final Class<?> oneOfIts;
    private final String option;

    Program(String words, Class<?> oneOfIts, String option) {
        this.words = words;
        this.oneOfIts = oneOfIts;
        this.option = option;
    }

    /** What people call it. */
    public String words() {
        return words;
    }

    /** What a command is told that means this one: with a space before it, or empty. */
    public String option() {
        return option;
    }

    /**
     * Its registry.
     *
     * @throws org.chargeproof.ledger.LedgerException for that of bills in a network that does not bill
     */
    public AlgorithmRegistry registry(Network network) {
        return this == PLANNER ? network.algorithms() : network.requireMarket().valuations();
    }

    /**
     * The very jar that this program runs with. Throws what {@link ProgramJar#read} throws, also when it runs from a folder of
     * classes.
     */
    public ProgramJar jar() {
        return ProgramJar.ofClass(oneOfIts);
    }
}
